"""Stop a reader's function that never ends, where the platform can."""

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from opcode import opmap
from typing import Any

POP_EXCEPT = opmap["POP_EXCEPT"]
# Seconds from one alarm to the next, and the alarms after which a reader is told of them.
AGAIN, MANY = 0.02, 50
DEAF = (
    "Your function never ends, and catches every exception, even the one that should stop it. "
    "Restart the kernel, and write `except Exception:` where a bare `except:` stands."
)


class TimeUp(BaseException):
    """The time is over; no ``Exception``, so that a reader's ``except Exception`` lets it pass."""


def limited(function: Callable, *args: Any, **kwargs: Any) -> Any:
    """Call a function: what runs below this frame is what a time limit stops."""
    return function(*args, **kwargs)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeUp` in what is called by `limited`, after so many seconds of real time.

    The operating system raises an alarm, which Python delivers to the main thread between two
    steps, and raises it again for as long as the function goes on. A bare ``except:`` that
    catches a `TimeUp` gets another one outside its ``try``. An answer that catches them all is
    told so on the error stream. In another thread, or where there are no alarms, the body runs
    without a limit; an alarm that was set before still goes off afterwards.
    """
    if not hasattr(signal, "setitimer") or not _in_main_thread():
        yield
        return
    started, tracer = time.monotonic(), sys.gettrace()
    handler = signal.signal(signal.SIGALRM, _Bell())
    earlier, interval = signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        yield
    finally:
        _restore(handler, earlier, interval, time.monotonic() - started)
        sys.settrace(tracer)


class _Bell:
    """What an alarm does: raise `TimeUp`, and once more in case it is caught."""

    def __init__(self):
        self.rung = 0

    def __call__(self, signum, frame):
        frames = _below_limited(frame)
        if not frames:
            return
        self.rung += 1
        if self.rung == MANY:
            print(DEAF, file=sys.stderr)
        sys.settrace(_ignore)
        for one in frames:
            one.f_trace = _raise_after_a_line()
        raise TimeUp


def _below_limited(frame):
    """Return the frames of the reader, innermost first; none if ours are running."""
    frames = []
    while frame and frame.f_code is not limited.__code__:
        frames.append(frame)
        frame = frame.f_back
    return frames if frame else []


def _ignore(frame, event, arg):
    """Trace no function that is called from now on: only the frames that are marked."""


def _raise_after_a_line():
    """Return a trace function; the first line may be an ``except`` that lets `TimeUp` pass."""
    lines = 0

    def trace(frame, event, arg):
        nonlocal lines
        lines += event == "line"
        # Raised where an ``except`` ends, it would be "being handled" for the rest of the process.
        if lines > 1 and frame.f_code.co_code[frame.f_lasti] != POP_EXCEPT:
            raise TimeUp
        return trace

    return trace


def _in_main_thread():
    return threading.current_thread() is threading.main_thread()


def _restore(handler, earlier, interval, elapsed):
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, handler)
    if earlier:
        signal.setitimer(signal.ITIMER_REAL, max(earlier - elapsed, 1e-3), interval)
