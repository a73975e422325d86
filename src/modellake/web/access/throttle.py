"""The throttle of those who try tokens."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

_BURST = 10.0
_SECONDS = 6.0
_MOST = 10_000


class Throttle:
    """Counts what has failed, by the address of the client: so many at once, and then one in so many seconds.

    Args:
        burst: failures that are let pass at once.
        seconds: after which one more is.
        most: addresses that are kept in mind; the one that has not failed for longest is forgotten.
        clock: seconds.
    """

    def __init__(
        self,
        burst: float = _BURST,
        seconds: float = _SECONDS,
        most: int = _MOST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._burst, self._seconds, self._most, self._clock = burst, seconds, most, clock
        self._failed: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        """How many addresses are kept in mind."""
        return len(self._failed)

    def fail(self, address: str) -> float | None:
        """Count a failure; the seconds to wait where there were too many, else None."""
        key, now = _network(address), self._clock()
        before, since = self._failed.pop(key, (0.0, now))
        count = max(0.0, before - (now - since) / self._seconds)
        wait = (count + 1 - self._burst) * self._seconds
        self._failed[key] = (count if wait > 0 else count + 1, now)
        if len(self._failed) > self._most:
            self._failed.popitem(last=False)
        return wait if wait > 0 else None


def _network(address: str) -> str:
    """What one client has to itself: with IPv6 that is a whole network (https://www.rfc-editor.org/rfc/rfc6177)."""
    try:
        found = ip_address(address)
    except ValueError:
        return address[:45]
    return str(IPv6Address(int(found) >> 64 << 64)) if isinstance(found, IPv6Address) else str(found)
