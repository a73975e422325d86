"""The collector of cycles, asked to look less often while much is made and let go of."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# Objects that were made and not let go of, until the youngest are looked at.
_YOUNGEST = 50_000
_lock = threading.Lock()
_asking = 0
_before = 0


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Meanwhile the collector looks after tens of thousands of objects instead of hundreds.

    Describing and committing records makes objects by the million, hardly any of them in cycles, which are what the
    collector looks for; looking every 700 took a twentieth of the time. How often is one number for the process, so
    it is set by the first who asks and set back by the last.
    """
    global _asking, _before  # noqa: PLW0603  the collector is one for the process
    with _lock:
        _asking += 1
        if _asking == 1:
            _before, *older = gc.get_threshold()
            if 0 < _before < _YOUNGEST:
                gc.set_threshold(_YOUNGEST, *older)
    try:
        yield
    finally:
        with _lock:
            _asking -= 1
            if _asking == 0:
                gc.set_threshold(_before, *gc.get_threshold()[1:])
