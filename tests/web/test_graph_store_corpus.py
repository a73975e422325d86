"""Records of real documents as graphs: what is read can be put back, and what is put is what is read."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

import modellake
from lakes import BASE
from modellake.core.vocab import DCAT, RDF
from modellake.lake.lake import Lake
from modellake.rdf.canon import normal_statement
from modellake.rdf.codec import ntriples_text
from modellake.web.served import Served
from servers import Reply, ask, running

TYPES = ("text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml", "application/n-quads")
EDITED = 40


@pytest.fixture(scope="module")
def lake(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    corpus = shared / "corpus"
    cards = [*sorted((corpus / "hf-model-cards" / "cards").iterdir())[::12]]
    cards += sorted((corpus / "hf-dataset-cards").iterdir())[::12]
    with modellake.open(tmp_path_factory.mktemp("graphs") / "lake", base_iri=BASE) as opened:
        opened.harvest([*cards, *sorted((corpus / "croissant" / "datasets").iterdir())[-1:]])
        yield opened


@pytest.fixture(scope="module")
def url(lake: Lake) -> Iterator[str]:
    with running(Served(lake=lake)) as address:
        yield address


@pytest.fixture(scope="module")
def paths(lake: Lake) -> list[str]:
    """Where every record is."""
    records = [record.removeprefix(BASE) for record in lake.ledger.records()]
    assert len(records) > 100
    return [f"/store/{record}" for record in records if lake.record(BASE + record).exists]


def put(url: str, path: str, body: bytes, media_type: str = "application/n-triples", **headers: str) -> Reply:
    return ask(url, path, method="PUT", headers={"Content-Type": media_type, **headers}, body=body)


def read(url: str, path: str) -> tuple[str, set[Triple]]:
    """The tag of a record, and what it says."""
    reply = ask(url, path, headers={"Accept": "application/n-triples"})
    assert reply.status == 200
    return reply.headers["etag"], {quad.triple for quad in parse(reply.body, format=RdfFormat.N_TRIPLES)}


def test_put_of_what_get_gave_changes_nothing(lake: Lake, url: str, paths: list[str]) -> None:
    head, read_in = lake.ledger.head(), dict.fromkeys(TYPES, 0)
    for number, path in enumerate(paths):
        for media_type in ("text/turtle", TYPES[number % len(TYPES)]):
            found = ask(url, path, headers={"Accept": media_type})
            if found.status == 406 and media_type == "application/rdf+xml":
                continue
            assert found.status == 200, path
            reply = put(url, path, found.body, media_type, **{"If-Match": found.headers["etag"]})
            assert (reply.status, reply.headers.get("etag")) == (204, found.headers["etag"]), (path, reply.body)
            read_in[media_type] += 1
    assert min(read_in.values()) > 10
    assert lake.ledger.head() == head


def edited(said: set[Triple], home: NamedNode, choice: random.Random) -> set[Triple]:
    """The same without a statement or two, and with others; what a record needs stays."""
    needed = {RDF.type, NamedNode("http://purl.org/dc/terms/title")}
    loose = sorted((item for item in said if item.predicate not in needed and item.subject == home), key=str)
    gone = choice.sample(loose, min(len(loose), choice.randint(1, 2)))
    return said - set(gone) | {Triple(home, DCAT.keyword, Literal(f"word {choice.randint(0, 9)}"))}


def test_what_is_put_is_what_is_read(lake: Lake, url: str, paths: list[str]) -> None:
    choice, done = random.Random(7), 0
    for path in choice.sample(paths, EDITED):
        tag, said = read(url, path)
        home = lake.record(BASE + path.removeprefix("/store/")).home
        wanted = edited(said, home, choice)
        reply = put(url, path, ntriples_text(wanted).encode(), **{"If-Match": tag})
        if reply.status == 422:
            assert read(url, path) == (tag, said)
            continue
        assert reply.status == 204, reply.body
        found_tag, found = read(url, path)
        assert set(map(normal_statement, found)) == set(map(normal_statement, wanted))
        assert found_tag == reply.headers["etag"]
        back = put(url, path, ntriples_text(said).encode())
        assert (back.status, back.headers["etag"]) == (204, tag)
        assert read(url, path) == (tag, said)
        done += 1
    assert done > EDITED / 2


def test_a_record_that_is_deleted_can_be_put_again(lake: Lake, url: str, paths: list[str]) -> None:
    for path in paths[:: len(paths) // 10]:
        tag, said = read(url, path)
        assert ask(url, path, method="DELETE", headers={"If-Match": tag}).status == 204
        assert ask(url, path).status == 404
        back = put(url, path, ntriples_text(said).encode(), **{"If-None-Match": "*"})
        assert (back.status, back.headers["etag"]) == (201, tag), back.body
        assert read(url, path) == (tag, said)


def test_the_view_has_followed(lake: Lake, url: str) -> None:
    assert lake.verify(deep=True).conforms
