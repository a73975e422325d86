"""The room: threads that find and write what handlers answer."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import cast

from pyoxigraph import Literal, NamedNode, QuerySolutions, Triple

from modellake.core.errors import ModelLakeError
from modellake.core.iris import LakeIRIs
from modellake.core.prefixes import PREFIXES
from modellake.lake.lake import Lake
from modellake.rdf.queries import bind, load_named
from modellake.rdf.syntax import with_prefixes
from modellake.web.forms import Writable
from modellake.web.linked.finding import Finder
from modellake.web.linked.validators import coded
from modellake.web.messages import Request, Response
from modellake.web.pool import Pool, begun, told
from modellake.web.served import Served
from modellake.web.streams import Stream

# Lines that are written while their response is made; more are streamed.
SHORT = 2000
_LABELED = 500
_SHOWN = 200  # characters
_LOG = logging.getLogger("modellake.web")


@dataclass(slots=True)
class Long:
    """A response whose body is written while it is sent."""

    response: Response
    write: Callable[[Writable], None]


Answer = Response | Long


@dataclass(slots=True)
class Room:
    """A lake whose resources are dereferenced.

    Attributes:
        counting: the one thread for counts of everything, so that nobody waits for these who asks for a record.
    """

    served: Served
    lake: Lake
    finder: Finder = field(init=False)
    counting: Pool = field(init=False)
    _times: tuple[int, str] | None = None  # the last commit, and when it was made

    def __post_init__(self) -> None:
        self.finder = Finder(self.lake)
        self.counting = Pool(1, self.served.limits.waiting)

    @property
    def iris(self) -> LakeIRIs:
        """How the lake names things."""
        return self.lake.iris

    async def answer(self, request: Request, work: Callable[[], Answer], pool: Pool | None = None) -> Response:
        """The response that a thread makes.

        Raises:
            ModelLakeError: what the thread failed with.
        """
        found = await begun(pool or self.served.queries, work)
        response = found if isinstance(found, Response) else await self._streamed(request, found)
        return coded(request, response)

    async def _streamed(self, request: Request, found: Long) -> Response:
        limits = self.served.limits
        stream = Stream(limits.seconds, limits.answer_bytes, limits.stall_seconds)
        self.served.queries.submit(partial(_write, found.write, stream))
        found.response.body = await stream.body(request)
        return found.response

    def ask(self, question: str, **params: object) -> QuerySolutions:
        """The solutions of a named query, for the thread that asks."""
        text = with_prefixes(bind(load_named(question), **params), PREFIXES)  # type: ignore[arg-type]
        return cast(QuerySolutions, self.served.engine.query(text, base=self.iris.base))

    def noted(self, node: NamedNode) -> Iterator[Triple]:
        """What the lake itself notes of a commit, a source, an agent or a record: of a commit, each record in it."""
        return (Triple(node, row["property"], row["value"]) for row in self.ask("provenance", resource=node))

    def head_time(self) -> str | None:
        """When the last commit was made (ISO 8601 in UTC); None when there is none."""
        sequence, known = self.lake.ledger.head().sequence, self._times
        if not sequence:
            return None
        if known is None or known[0] != sequence:
            known = self._times = (sequence, self.lake.ledger.commit(sequence).time)
        return known[1]

    def labels(self, resources: Iterable[str]) -> dict[str, str]:
        """What people call resources, as far as they have names."""
        return {iri: title.value[:_SHOWN] for iri, title in self.titles(resources).items()}

    def titles(self, resources: Iterable[str]) -> dict[str, Literal]:
        """The name of each resource that has any; English ones before others, and none while the engine is away."""
        wanted = [NamedNode(iri) for iri in list(dict.fromkeys(resources))[:_LABELED]]
        try:
            return _best(self.ask("labels", resource=wanted)) if wanted else {}
        except (ModelLakeError, OSError, RuntimeError) as error:
            _LOG.warning("Nothing was called by its name: %s", error)
            return {}


def _best(rows: QuerySolutions) -> dict[str, Literal]:
    found: dict[str, Literal] = {}
    for row in rows:
        resource, label = row["resource"], row["label"]
        if isinstance(resource, NamedNode) and isinstance(label, Literal) and label.value.strip():
            known = found.get(resource.value)
            if known is None or _rank(label) < _rank(known):
                found[resource.value] = label
    return found


def written(write: Callable[[Writable], None], response: Response, *, lines: int) -> Answer:
    """A response with what is written as its body: at once when it is short."""
    if lines > SHORT:
        return Long(response, write)
    output = io.BytesIO()
    write(cast(Writable, output))
    response.body = output.getvalue()
    return response


def _rank(label: Literal) -> int:
    language = label.language or ""
    return 0 if language.partition("-")[0] == "en" else 1 if not language else 2


def _write(write: Callable[[Writable], None], stream: Stream) -> None:
    try:
        write(stream)
        stream.finish()
    except ModelLakeError as error:
        stream.fail(told(error))
    except BaseException as error:
        if stream.stopped:
            stream.end()
        else:
            stream.fail(told(error))
