"""Federation: how an engine asks other services (https://www.w3.org/TR/sparql11-federated-query/).

Engines resolve names and make requests by themselves, with no judgment of where these lead. So they are given another
IRI for each service: that of a relay in this process, which asks in their place by the rules of
`modellake.store.fetching`. A relay knows only the services of queries that are being evaluated, each under a secret of
its own.
"""

from __future__ import annotations

import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pyoxigraph import NamedNode, Triple, Variable

from modellake.core.errors import ModelLakeError, QueryError, UnavailableError
from modellake.rdf.loads import read_document, with_loaded
from modellake.rdf.syntax import inspect
from modellake.store.fetching import Outside, Target

_PASSED_ON = ("Content-Type", "Accept")
_AGENT = "modellake"
_TOLD = 1000
_RDF = "application/n-triples, text/turtle;q=0.9, application/rdf+xml;q=0.8, application/ld+json;q=0.7"


@dataclass(slots=True)
class Journey:
    """A query or update on its way to other services.

    Attributes:
        text: for the engine.
        refusal: why a service was not asked, once that has happened.
    """

    text: str
    refusal: ModelLakeError | None = None


@dataclass(frozen=True, slots=True)
class Nowhere:
    """A service that cannot be asked, and why."""

    iri: str
    reason: str


@dataclass(slots=True)
class Federation:
    """What engines may ask of others.

    Attributes:
        services: that SERVICE may ask.
        documents: that LOAD may read.
    """

    services: Outside
    documents: Outside = field(default_factory=Outside)
    _relay: _Relay | None = None
    _starting: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def journey(self, text: str, *, base: str | None = None, outlet: socket.socket | None = None) -> Iterator[Journey]:
        """A text for the engine, which asks the relay; until the ``with`` ends, in which the answer is used up.

        Args:
            text: a query or an update that `modellake.rdf.syntax.check_read` or ``check_update`` has let pass.
            base: what relative IRIs are resolved against.
            outlet: where the engine reaches this process, if it has a network of its own.

        Raises:
            QueryError: ``query.service-not-allowed`` where a variable names a service, as `Outside.target` and
                `Outside.fetch`, and ``query.service-failed`` where a service does not answer.
        """
        asked = inspect(text, base=base).asked
        targets = [self._target(_named(item.service)) for item in asked]
        if not targets:
            yield Journey(text)
            return
        with self._running(outlet).opened(self.services, targets) as (urls, journey):
            for item, url in reversed([*zip(asked, urls, strict=True)]):
                text = f"{text[: item.start]}<{url}>{text[item.end :]}"
            journey.text = text
            try:
                yield journey
            except (OSError, SyntaxError, UnavailableError, QueryError) as error:  # an answer may end in an error
                if journey.refusal:
                    raise journey.refusal from error
                raise _failed(error, dict(zip(urls, targets, strict=True))) from error

    def _target(self, iri: str) -> Target | Nowhere:
        """Where a service is. One that has no address fails when it is asked, which SILENT allows."""
        try:
            return self.services.target(iri)
        except QueryError as error:
            if error.code != "remote.unknown-host":
                raise
            return Nowhere(iri, error.message)

    def loaded(self, text: str, *, base: str | None = None) -> str:
        """An update with what it loads in it. Raises QueryError: as `Outside.fetch`, ``update.load-failed``."""
        return with_loaded(text, self._read, base=base) if inspect(text, base=base).loads else text

    def _read(self, document: str) -> list[Triple]:
        try:
            target = self.documents.target(document)
            fetched = self.documents.fetch(target, "GET", {"Accept": _RDF, "User-Agent": _AGENT})
        except OSError as error:
            raise QueryError(f"<{document}> cannot be loaded: {error}", code="update.load-failed") from error
        if fetched.status != 200:
            raise QueryError(f"<{document}> cannot be loaded: {fetched.status}", code="update.load-failed")
        return read_document(fetched.content, fetched.media_type, fetched.iri)

    def _running(self, outlet: socket.socket | None) -> _Relay:
        """The relay; an engine that was started again has another outlet, and gets another one."""
        with self._starting:
            if self._relay is None or self._relay.outlet is not outlet:
                if self._relay:
                    self._relay.end()
                self._relay = _Relay(outlet)
            return self._relay


def _failed(error: Exception, targets: dict[str, Target | Nowhere]) -> ModelLakeError:
    """What an engine says of its relay, said of the services behind it; or its error, if that is of another kind."""
    said = str(error)
    if isinstance(error, QueryError) and not any(url in said for url in targets):
        return error
    for url, target in targets.items():
        said = said.replace(url, target.iri)
    return QueryError(
        f"A service that the query asks has not answered: {said[:300]}",
        code="query.service-failed",
        remedy="Ask again later, or write SERVICE SILENT to do without it.",
    )


def _named(service: NamedNode | Variable) -> str:
    if isinstance(service, Variable):
        raise QueryError(
            f"The variable {service} names the service that the query asks",
            code="query.service-not-allowed",
            remedy="Write the IRI of the service.",
        )
    return service.value


@dataclass(frozen=True, slots=True)
class _Ticket:
    """What may be asked through the relay under one secret."""

    outside: Outside
    target: Target | Nowhere
    journey: Journey


class _Relay:
    """A server on this machine that asks others in the place of an engine.

    Args:
        outlet: a socket that listens where the engine can reach it; None for one on the loopback interface.
    """

    def __init__(self, outlet: socket.socket | None) -> None:
        self.outlet = outlet
        self._tickets: dict[str, _Ticket] = {}
        tickets = self._tickets

        class Handler(_Handler):
            found = tickets

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler, bind_and_activate=outlet is None)
        if outlet:
            self._server.socket.close()
            self._server.socket = outlet.dup()
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="modellake-relay", daemon=True).start()

    @contextmanager
    def opened(self, outside: Outside, targets: list[Target | Nowhere]) -> Iterator[tuple[list[str], Journey]]:
        """A URL for each target, for as long as the ``with`` lasts."""
        journey = Journey("")
        tickets = {secrets.token_urlsafe(16): _Ticket(outside, target, journey) for target in targets}
        self._tickets |= tickets
        try:
            port = self._server.socket.getsockname()[1]
            yield [f"http://127.0.0.1:{port}/{name}" for name in tickets], journey
        finally:
            for name in tickets:
                del self._tickets[name]

    def end(self) -> None:
        """Take no more requests."""
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    found: dict[str, _Ticket]
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Ask a service what the engine asks."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        ticket = self.found.get(self.path[1:])
        if ticket is None:
            self._answer(404, "text/plain", b"")
            return
        if isinstance(ticket.target, Nowhere):
            self._answer(502, "text/plain", ticket.target.reason.encode())
            return
        headers = {name: self.headers[name] for name in _PASSED_ON if name in self.headers}
        try:
            fetched = ticket.outside.fetch(ticket.target, "POST", {**headers, "User-Agent": _AGENT}, body)
        except ModelLakeError as error:
            ticket.journey.refusal = error
            self._answer(403, "text/plain", error.message.encode())
        except OSError as error:
            self._answer(502, "text/plain", str(error).encode())
        else:
            content = fetched.content if fetched.status == 200 else fetched.content[:_TOLD]
            self._answer(fetched.status, fetched.media_type, content)

    def log_message(self, *_: object) -> None:
        """Nothing: what is refused is told where it is refused."""

    def _answer(self, status: int, media_type: str, content: bytes) -> None:
        with suppress(OSError):  # the engine has gone away
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
