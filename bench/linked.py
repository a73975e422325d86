"""Linked data: one client dereferences records, beside the same asked in SPARQL, and reads the lists of all of them.

The records are those of all benches, each another one; the lake is served with an engine in the server. What is asked
takes turns on one connection.
"""

from __future__ import annotations

import http.client
import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import modellake as package
from documents import descriptions
from endpoints import modellake
from measure import Work, interleaved, report, sizes
from records import BASE

_TOGETHER = 1000
_FORMS = {"Turtle": "text/turtle", "JSON-LD": "application/ld+json", "page": "text/html"}


def get(connection: http.client.HTTPConnection, path: str, expected: int = 200, **headers: str) -> str:
    """An address read whole; its tag."""
    connection.request("GET", path, headers=headers)
    reply = connection.getresponse()
    reply.read()
    if reply.status != expected:
        raise RuntimeError(f"{path}: {reply.status}")
    return reply.headers.get("ETag", "")


def works(connection: http.client.HTTPConnection, count: int) -> dict[str, Work]:
    """What is asked, by what figures call it."""
    numbers = itertools.cycle(range(count))
    resources: Iterator[str] = (f"model/acme/m{number}/version/1" for number in numbers)
    held = "model/acme/m0/version/1"
    tag = get(connection, f"/record/{held}", Accept="text/turtle")

    def ask() -> str:
        query = f"CONSTRUCT WHERE {{ <{BASE}{next(resources)}> ?p ?o }}"
        return get(connection, f"/sparql?{urlencode({'query': query}, quote_via=quote)}", Accept="text/turtle")

    found: dict[str, Work] = {
        f"record, {form}": lambda accept=accept: get(connection, f"/record/{next(resources)}", Accept=accept)
        for form, accept in _FORMS.items()
    }
    return found | {
        "record that the client has, 304": lambda: get(connection, f"/record/{held}", 304, **{"If-None-Match": tag}),
        "resource, 303": lambda: get(connection, f"/{next(resources)}", 303),
        "resource that there is not, 404": lambda: get(connection, f"/{next(resources)}x", 404),
        "CONSTRUCT of its statements at /sparql": ask,
        "page of 200 records of the catalog": lambda: get(connection, "/catalog/model", Accept="text/turtle"),
        "VoID description, counted before": lambda: get(connection, "/.well-known/void", Accept="text/turtle"),
    }


def main() -> None:
    given = sizes(__doc__, records=3000, runs=40)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with package.open(folder, base_iri=BASE) as lake:
            for start in range(0, given.records, _TOGETHER):
                lake.commit_each(descriptions(range(start, min(start + _TOGETHER, given.records)), lake.iris))
        with modellake(folder, "embedded") as server:
            connection = http.client.HTTPConnection("127.0.0.1", server.address.port, timeout=60)
            taken = interleaved(works(connection, given.records), runs=given.runs)
    report("linked", {f"{kind}, p50 ms": 1000 * seconds for kind, seconds in taken.items()}, given)


if __name__ == "__main__":
    main()
