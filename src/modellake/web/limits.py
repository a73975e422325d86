"""How much one caller may ask of the server."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a server.

    Attributes:
        request_bytes: of a body; beyond it 413.
        url_bytes: of the query string of a URL; beyond it 414. The server reads no URL of 64 KiB or more: 400.
        answer_bytes: of an answer before compression; None for no bound.
        seconds: for one query, and the most that ``timeout=`` may ask for; beyond it 503.
        queries: evaluated at the same time.
        waiting: queries that may wait for their turn; beyond it 503.
        arrival_seconds: for a request to arrive: its head, and then its body.
        stall_seconds: that a client may leave its connection full without reading.
        past_records: of a lake whose past may be asked about, as that is made in memory; beyond it 400.
    """

    request_bytes: int = 16 * 1024 * 1024
    url_bytes: int = 60 * 1024
    answer_bytes: int | None = None
    seconds: float = 60.0
    queries: int = max(4, 2 * (os.cpu_count() or 1))
    waiting: int = 64
    arrival_seconds: float = 30.0
    stall_seconds: float = 60.0
    past_records: int = 50_000
