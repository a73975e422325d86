"""Meters: what is counted of requests, on the one thread that serves everybody."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field

# Seconds. The last bucket, without a bound, is added to them.
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


@dataclass(slots=True)
class Durations:
    """How long requests took until their last byte.

    Attributes:
        buckets: how many took at most as many seconds as the bound of that place, and more than the one before.
        seconds: of all of them.
    """

    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0

    def add(self, seconds: float) -> None:
        """Count one more."""
        self.buckets[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds


@dataclass(slots=True)
class Meters:
    """What is counted of requests, by the route that they took: never by their own paths, of which there is no end.

    Attributes:
        requests: by route, method and status.
        durations: by route.
        sent: bytes of bodies, by route.
        in_flight: requests that have begun and not ended.
    """

    requests: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    durations: dict[str, Durations] = field(default_factory=lambda: defaultdict(Durations))
    sent: Counter[str] = field(default_factory=Counter)
    in_flight: int = 0

    def count(self, route: str, method: str, status: str, seconds: float, sent: int) -> None:
        """Count a request that has ended."""
        self.requests[route, method if method in _METHODS else "other", status] += 1
        self.durations[route].add(seconds)
        self.sent[route] += sent
