"""Limits on time and size."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What a submission may use.

    Attributes
    ----------
    call, cell, submission : float
        Seconds for one call of a function; for one cell, be it the student's or a test; for
        everything that a submission does.
    memory : int
        Bytes of address space of the worker.
    cpu : int
        Seconds of processor time of one worker.
    size : int
        Bytes of a notebook.
    callbacks : int
        How deep tests and functions may call each other.
    """

    call: float = 5.0
    cell: float = 20.0
    submission: float = 120.0
    memory: int = 2_000_000_000
    cpu: int = 60
    size: int = 20_000_000
    callbacks: int = 8
