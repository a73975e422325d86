"""Turns: how much one client has done for it at the same time."""

from __future__ import annotations

from collections import Counter

from modellake.web.problems import HTTPError


class Turns:
    """Counts what each client waits for.

    Args:
        most: requests of one client at the same time.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: Counter[str] = Counter()

    def __len__(self) -> int:
        """How many clients wait for anything."""
        return len(self._taken)

    def take(self, client: str) -> None:
        """Begin one more request of a client.

        Raises:
            HTTPError: 429 ``access.too-many``.
        """
        if self._taken[client] >= self._most:
            raise HTTPError(
                429,
                f"You have {self._most} requests under way, which is the most for one client",
                code="access.too-many",
                remedy="Wait for one of them to end.",
                headers=[("Retry-After", "1")],
            )
        self._taken[client] += 1

    def give_back(self, client: str) -> None:
        """End one."""
        self._taken[client] -= 1
        if self._taken[client] <= 0:
            del self._taken[client]
