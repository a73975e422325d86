"""Who answers at ``/store`` and below it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from modellake.web.callers import Role
from modellake.web.graphs.answers import coded
from modellake.web.graphs.plain import PlainGraphs
from modellake.web.graphs.records import RecordGraphs
from modellake.web.graphs.targets import STORE, Asked, read_asked
from modellake.web.messages import Request, Response
from modellake.web.routes import Route
from modellake.web.served import Served

METHODS = ("GET", "PUT", "POST", "DELETE", "PATCH")
_NEEDS = {"PUT": Role.CONTRIBUTOR, "POST": Role.CONTRIBUTOR, "PATCH": Role.CONTRIBUTOR, "DELETE": Role.STEWARD}


def routes(served: Served) -> list[Route]:
    """``/store`` for graphs that the request names, and below it for those whose address it is."""
    room = Room(served)
    return [Route(path, room, METHODS) for path in (STORE, f"{STORE}/*")]


class Graphs(Protocol):
    """What can be done with one graph."""

    async def read(self, asked: Asked) -> Response:
        """GET and HEAD."""

    async def replace(self, asked: Asked) -> Response:
        """PUT."""

    async def extend(self, asked: Asked) -> Response:
        """POST."""

    async def delete(self, asked: Asked) -> Response:
        """DELETE."""

    async def update(self, asked: Asked) -> Response:
        """PATCH."""


@dataclass(frozen=True, slots=True)
class Room:
    """All graphs of what is served."""

    served: Served

    async def __call__(self, request: Request) -> Response:
        """Answer one request."""
        request.caller.require(_NEEDS.get(request.method, Role.READER))
        asked = read_asked(request, self.served.limits, self.served.base)
        graphs = self._graphs()
        verbs = {"PUT": graphs.replace, "POST": graphs.extend, "DELETE": graphs.delete, "PATCH": graphs.update}
        return coded(asked, await verbs.get(request.method, graphs.read)(asked))

    def _graphs(self) -> Graphs:
        if self.served.plain:
            return PlainGraphs(self.served, self.served.plain)
        assert self.served.lake is not None, "either is given"
        return RecordGraphs(self.served, self.served.lake)
