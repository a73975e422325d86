"""Termination: a polite request to end (SIGTERM) becomes an exception, so that a run can say that it was ended.

Schedulers, container engines and service managers send it some seconds before they kill. A process that has a
handler of its own keeps it; so does one whose run is not in the main thread, where Python handles signals.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType


class Terminated(SystemExit):
    """The process was asked to end; it does, with the status that shells expect (128 + 15)."""

    def __init__(self) -> None:
        super().__init__(128 + signal.SIGTERM)

    def __str__(self) -> str:
        return "the process was asked to end (SIGTERM)"


def listen() -> bool:
    """Raise `Terminated` on SIGTERM; False where that is for others to decide, or done already."""
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        return False
    signal.signal(signal.SIGTERM, _raise)
    return True


def stop_listening() -> None:
    """Let SIGTERM end the process at once again, unless somebody else handles it by now."""
    if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) is _raise:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _raise(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 (the signature of handlers)
    raise Terminated
