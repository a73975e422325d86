"""Committing: what a run says goes into the lake also where many runs say something at once.

Runs of one process take turns. Against other processes there are further attempts, at random intervals, so that
all of a sweep get through.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from modellake.core.description import Description
from modellake.core.errors import ConflictError
from modellake.lake.receipts import Receipt

if TYPE_CHECKING:
    from modellake.lake.lake import Lake

_ATTEMPTS = 8
_FIRST_PAUSE = 0.05
_TURNS: WeakKeyDictionary[Lake, threading.Lock] = WeakKeyDictionary()
_OPENING = threading.Lock()


def commit_run(lake: Lake, said: Sequence[Description], message: str, agent: str) -> Receipt:
    """Commit all of it, or nothing.

    Raises:
        RefusedError: the gate refuses something.
        ConflictError: other processes were faster each time.
    """
    with _turn(lake):
        for attempt in range(_ATTEMPTS):
            try:
                return lake.commit(said, message=message, agent=agent)
            except ConflictError:
                time.sleep(random.uniform(0, _FIRST_PAUSE * 2**attempt))
        return lake.commit(said, message=message, agent=agent)


def _turn(lake: Lake) -> threading.Lock:
    with _OPENING:
        return _TURNS.setdefault(lake, threading.Lock())
