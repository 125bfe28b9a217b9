"""The wish to stop (Ctrl-C, SIGTERM, a closed terminal), heard from the first moment on."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop(BaseException):
    """Somebody wants the run to end; not an error."""


class Wish:
    """Remembers that a stop was asked for; interrupts what is going on while that is safe."""

    def __init__(self) -> None:
        self.asked = False
        self.interrupts = False

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """Note the wish; the first one interrupts."""
        first, self.asked = not self.asked, True
        if first and self.interrupts:
            raise Stop

    def heed(self) -> None:
        """Stop here if it was asked for; an exception raised by a signal may be lost in somebody's cleanup."""
        if self.asked:
            raise Stop

    @contextmanager
    def interrupting(self) -> Iterator[None]:
        """Let a signal interrupt this block; outside such blocks it waits for the next one."""
        self.heed()
        self.interrupts = True
        try:
            yield
        finally:
            self.interrupts = False


wish = Wish()
for number in STOPS:
    # nohup ignores SIGHUP, and means it.
    if signal.getsignal(number) is not signal.SIG_IGN:
        signal.signal(number, wish.on_signal)
