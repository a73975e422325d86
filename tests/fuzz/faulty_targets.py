"""Readers that fail at what begins with ``!``, each in another way: what fuzzing must notice."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable

from targets import Target


def _raise() -> None:
    raise ValueError("a reader fails")


def _grow() -> None:
    assert b"x" * 700_000_000


def _unpickle() -> None:
    assert pickle.loads(pickle.dumps(len))


def _failing(fail: Callable[[], None]) -> Target:
    def read(content: bytes) -> None:
        if content.startswith(b"!"):
            fail()

    return Target(read, [b"?"])


FAULTY = {
    "faulty-raise": _failing(_raise),
    "faulty-grow": _failing(_grow),
    "faulty-unpickle": _failing(_unpickle),
    "faulty-abort": _failing(os.abort),
}
