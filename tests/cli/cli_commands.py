"""Commands that tests run, and how they ended."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

BASE = "https://lake.example.org/"


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str
    out_bytes: bytes = b""

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Ended]
