"""The Graph Store Protocol: one client reads and writes graphs of a lake and of a bare store, beside `oxigraph serve`.

The graph is the record shape of all benches. `oxigraph serve` and the bare store take any graph and have no history;
on the lake a write passes the gate and is on the disk in the ledger before it is answered. All take turns, each on a
connection of its own.
"""

from __future__ import annotations

import http.client
import itertools
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import modellake as package
from documents import descriptions
from endpoints import bare, modellake, oxigraph
from measure import Work, interleaved, report, sizes
from modellake.rdf.codec import ntriples_text
from records import BASE

RECORD = f"{BASE}record/model/acme/m0/version/1"
KINDS = ("GET", "GET of what the client has", "PUT of what is there", "PUT of another value")
_TYPE = "application/n-triples"


@dataclass
class Client:
    """One client of one server.

    Attributes:
        document: what the graph holds, with one value more each time that it is written.
    """

    name: str
    connection: http.client.HTTPConnection
    document: str
    _numbers: Iterator[int]

    def send(self, method: str, body: str | None = None, **headers: str) -> tuple[int, str]:
        """A request for the graph; its status and tag."""
        named = {"Accept": _TYPE, **({"Content-Type": _TYPE} if body else {}), **headers}
        self.connection.request(method, f"/store?graph={quote(RECORD, safe='')}", body, named)
        reply = self.connection.getresponse()
        reply.read()
        if reply.status >= 400:
            raise RuntimeError(f"{self.name}: {method} {reply.status}")
        return reply.status, reply.headers.get("ETag", "")

    def changed(self) -> str:
        """The document with a word that it has not had yet."""
        word = f'"word {next(self._numbers)}"'
        return f"{self.document}<{BASE}model/acme/m0/version/1> <http://www.w3.org/ns/dcat#keyword> {word} .\n"


@contextmanager
def clients(folder: Path, given: Namespace) -> Iterator[list[Client]]:
    """A client of each server."""
    with package.open(folder / "lake", base_iri=BASE) as lake:
        lake.commit_each(descriptions(range(given.records), lake.iris), message="bench")
        document = ntriples_text(lake.record(RECORD).statements)
    with ExitStack() as stack:
        servers = [oxigraph(folder / "raw"), bare(folder / "bare"), modellake(folder / "lake", "embedded")]
        found = []
        for server in map(stack.enter_context, servers):
            connection = http.client.HTTPConnection("127.0.0.1", server.address.port, timeout=60)
            found.append(Client(server.name, connection, document, itertools.count()))
        for client in found:
            client.send("PUT", document)
        yield found


def works(client: Client) -> dict[str, Work]:
    """What a client does, by what figures call it."""
    found: dict[str, Work] = {
        "GET": lambda: client.send("GET"),
        "PUT of another value": lambda: client.send("PUT", client.changed()),
        "PUT of what is there": lambda: client.send("PUT", client.document),
    }
    if client.name.startswith("modellake"):
        _, tag = client.send("GET")
        found["GET of what the client has"] = lambda: client.send("GET", **{"If-None-Match": tag})
    return found


def main() -> None:
    given = sizes(__doc__, records=300, runs=40)
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, clients(Path(folder), given) as asking:
        for kind in KINDS:
            turns = {client.name: works(client)[kind] for client in asking if kind in works(client)}
            for client in asking:
                client.send("PUT", client.document)
            taken = interleaved(turns, runs=given.runs)
            figures |= {f"{kind}, {name}, p50 ms": 1000 * seconds for name, seconds in taken.items()}
    report("graph_store", figures, given)


if __name__ == "__main__":
    main()
