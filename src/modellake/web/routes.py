"""Routes: who answers at which path."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from modellake.web.callers import Role
from modellake.web.messages import ASGIApp, Request, Response

# Where the path of a route is found in the scope of a request that took it.
ROUTE = "modellake.route"
Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Route:
    """One path.

    Attributes:
        path: exact, a slash at its end or not; or with ``/*`` at its end everything below.
        answer: the handler.
        methods: upper case; HEAD comes with GET, OPTIONS always.
        needs: the least that a caller must be to ask anything here; a room asks for more with ``Caller.require``.
    """

    path: str
    answer: Handler
    methods: tuple[str, ...] = ("GET",)
    needs: Role = Role.READER

    @property
    def is_prefix(self) -> bool:
        """Does it take everything below its path?"""
        return self.path.endswith("/*")

    @property
    def allowed(self) -> str:
        """The value of ``Allow``."""
        head = ("HEAD",) if "GET" in self.methods else ()
        return ", ".join((*self.methods, *head, "OPTIONS"))

    def fits(self, path: str) -> bool:
        """Does the path of a request lead here?"""
        if self.is_prefix:
            return path.startswith(self.path[:-1])
        return path in (self.path, f"{self.path}/")


@dataclass(frozen=True, slots=True)
class Mount:
    """An application of a framework.

    Attributes:
        answer: it, as ASGI has it.
        needs: the least that a caller must be to ask anything of it.
    """

    answer: ASGIApp
    needs: Role = Role.READER
