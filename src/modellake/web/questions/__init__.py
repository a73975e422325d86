"""The room ``/queries``: the named queries, each at an address of its own with its parameters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial

from modellake.core.errors import NotFoundError
from modellake.lake.lake import Lake
from modellake.rdf.queries import NamedQuery, load_named
from modellake.rdf.syntax import inspect
from modellake.store.engine import QueryAnswer
from modellake.web.evaluation import Evaluation, evaluated
from modellake.web.forms import offers
from modellake.web.messages import Request, Response
from modellake.web.negotiate import Offer, choose
from modellake.web.pool import begun
from modellake.web.questions.listing import FORMS, listing
from modellake.web.questions.parameters import Asked, read_asked
from modellake.web.questions.past import Past
from modellake.web.questions.validators import is_held, tag_of
from modellake.web.routes import Route
from modellake.web.served import Served

__all__ = ["routes"]

_TEXT = Offer("sparql", ("application/sparql-query",), "; charset=utf-8")


def routes(served: Served) -> list[Route]:
    """``/queries`` and what is below it; nothing for a bare engine, which has no names to resolve."""
    if served.lake is None:
        return []
    return [
        Route("/queries", _list),
        Route("/queries/*", Questions(served, served.lake, Past(served.lake, served.limits))),
    ]


async def _list(request: Request) -> Response:
    choice = choose(request.headers.get("accept"), FORMS)
    body = listing(choice.offer, str(request.scope.get("root_path", "")))
    return Response(200, body, [("Content-Type", choice.content_type)])


@dataclass(frozen=True, slots=True)
class Questions:
    """The named queries of one lake."""

    served: Served
    lake: Lake
    past: Past

    async def __call__(self, request: Request) -> Response:
        """Ask the query of the address, or give its text to who likes that best.

        Raises:
            NotFoundError: there is no such query, or no resource of a name.
            AmbiguousError: a name means several resources.
            ModelLakeError: a parameter is not as it should be, or the query cannot be answered.
        """
        query = _named(request.path.removeprefix("/queries/").removesuffix("/"))
        choice = choose(request.headers.get("accept"), _offers(query.name))
        if choice.offer is _TEXT:
            return Response(200, query.text.encode(), [("Content-Type", choice.content_type)])
        asked = read_asked(request, query, self.served.limits)
        tag = tag_of(await begun(self.served.queries, self._shown), query, choice.offer)
        validators = [("ETag", tag), ("Cache-Control", "no-cache")]
        if is_held(request, tag):
            return Response(304, b"", validators)
        response = await evaluated(self.served, request, Evaluation(self._asking(query, asked), choice, asked.seconds))
        response.headers += validators
        return response

    def _shown(self) -> str:
        """The hash of the last commit that the engine shows. What it answers next is of that commit or a later one."""
        if self.lake.is_followed:
            self.lake.refresh()
        applied = self.lake.view.engine.applied()
        return applied.commit_hash if applied else ""

    def _asking(self, query: NamedQuery, asked: Asked) -> partial[QueryAnswer]:
        if asked.as_of is None:
            return partial(self.lake.answer, query.name, **asked.values)
        return partial(self.past.ask, query, asked)


def _named(name: str) -> NamedQuery:
    try:
        return load_named(name)
    except NotFoundError as error:
        raise NotFoundError(error.message, code=error.code, remedy="All there are: /queries") from error


@lru_cache
def _offers(name: str) -> tuple[Offer, ...]:
    """The forms of an answer to the query of that name."""
    return (*offers(inspect(load_named(name).text).form), _TEXT)
