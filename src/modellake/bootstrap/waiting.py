"""Waiting for another process that has the view of a lake open."""

from __future__ import annotations

import time
from dataclasses import dataclass

from modellake.core.errors import UnavailableError
from modellake.lake.views import Notice

_MOMENT = 0.1


@dataclass(slots=True)
class Waiting:
    """How long to wait for another process, and who is told of it.

    Attributes:
        seconds: in all, from the first time that one has to wait.
        notice: told once that this process waits, and for whom.
    """

    seconds: float
    notice: Notice | None
    _end: float | None = None

    def once(self, error: UnavailableError) -> None:
        """Wait a moment; raise the error when the time is over."""
        if self._end is None:
            self._end = time.monotonic() + self.seconds
            if self.notice and self.seconds > 0:
                self.notice(f"{error.message}: waiting up to {self.seconds:.0f} s.")
        left = self._end - time.monotonic()
        if left <= 0:
            raise error
        time.sleep(min(_MOMENT, left))
