"""All exhibits in the order of the page, and which check catches which."""

from softback.museum import (
    _controls,
    _cross_entropy,
    _derivation,
    _layers,
    _log_softmax,
    _softmax,
)
from softback.museum._checks import CHECKS

# The layers hang in the room of the pullbacks, behind them.
ROOMS = (_softmax.room, _layers.room, _log_softmax.room, _cross_entropy.room, _derivation.room)
EXHIBITS = tuple(exhibit for room in ROOMS for exhibit in room.exhibits)
CONTROLS = tuple(_controls.room.exhibits)
_BY_SLUG = {exhibit.slug: exhibit for exhibit in (*EXHIBITS, *CONTROLS)}


def exhibit(slug):
    """Return the exhibit, or the control, with this slug.

    Raises
    ------
    KeyError
        If there is none; the message lists them all.
    """
    if slug not in _BY_SLUG:
        raise KeyError(f"slug is {slug!r}; it must be one of {', '.join(_BY_SLUG)}")
    return _BY_SLUG[slug]


def matrix(exhibits=EXHIBITS, checks=None):
    """Run every check on every exhibit.

    Parameters
    ----------
    exhibits : sequence of Exhibit
    checks : sequence of Check, optional
        By default all of `CHECKS`.

    Returns
    -------
    dict of dict
        By slug, then by name of the check: True if it catches the exhibit, False if not, None
        where the check does not apply.
    """
    checks = CHECKS.values() if checks is None else checks
    return {
        exhibit.slug: {
            check.name: check(exhibit) if check.applies(exhibit) else None for check in checks
        }
        for exhibit in exhibits
    }
