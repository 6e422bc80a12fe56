"""Stop a reader's function that never ends, where the platform can."""

import signal
import threading
import time
from contextlib import contextmanager


class TimeUp(BaseException):
    """The time is over; no ``Exception``, so that a reader's ``except Exception`` lets it pass."""


@contextmanager
def time_limit(seconds):
    """Raise `TimeUp` in the body after so many seconds of real time.

    It rings an alarm of the operating system, which Python delivers to the main thread between two
    of its steps. In another thread, or where there are no alarms, the body runs without a limit; an
    alarm that was set before rings afterwards.
    """
    if not hasattr(signal, "setitimer") or not _in_main_thread():
        yield
        return
    started, armed = time.monotonic(), True

    def ring(signum, frame):
        if armed:
            raise TimeUp

    handler = signal.signal(signal.SIGALRM, ring)
    earlier, interval = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        try:
            yield
        finally:
            armed = False
    finally:
        _restore(handler, earlier, interval, time.monotonic() - started)


def _in_main_thread():
    return threading.current_thread() is threading.main_thread()


def _restore(handler, earlier, interval, elapsed):
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, handler)
    if earlier:
        signal.setitimer(signal.ITIMER_REAL, max(earlier - elapsed, 1e-3), interval)
