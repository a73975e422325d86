"""A client that only follows links reaches every record from the VoID description, and reads what the ledger has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urljoin

import pytest
from linked_lakes import TURTLE, Walk, encoded, get, published, quads, say
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple

from modellake.core.vocab import DCAT, DCT, FOAF, LAKE, RDF
from modellake.lake.lake import Lake
from modellake.web.publisher import Publisher
from servers import Reply

VOID = "http://rdfs.org/ns/void#"
HYDRA = "http://www.w3.org/ns/hydra/core#"
MANY = 450
KINDS = (DCAT.Catalog, DCAT.Dataset)


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    with published(tmp_path) as opened:
        yield opened


def fill(lake: Lake, count: int = MANY) -> None:
    """More models than a page names, and resources of which no kind is known."""
    models = "".join(
        f'<model/acme/m{number:04}> a lake:Model ; dct:title "Model {number}"@en . ' for number in range(count)
    )
    others = """
    <dataset/acme/calls> a lake:Dataset ; dct:title "Calls" ; lake:hasDistribution <dataset/acme/calls#file-a.csv> .
    <dataset/acme/calls#file-a.csv> a lake:DatasetDistribution ; dct:title "a.csv" .
    <model> a lake:Model ; dct:title "Just a kind" .
    <model-zoo/a> a lake:Model ; dct:title "Beside a kind" .
    <zoo/ä/ö> a lake:Model ; dct:title "Umlauts" .
    <zoo/a%2Fb> a lake:Model ; dct:title "An encoded slash" .
    <zoo/x?version=1&format=onnx> a lake:Model ; dct:title "A query" .
    <other> a lake:Model ; dct:title "Like a group" .
    <urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6> a lake:Dataset ; dct:title "A URN" .
    <https://data.example.org/a?b=c&d=%20> a lake:Dataset ; dct:title "Elsewhere" .
    <https://data.example.org/ä> a lake:Dataset ; dct:title "Elsewhere, with an umlaut" .
    """
    say(lake, models + others)


def check(lake: Lake, walk: Walk) -> None:
    """Every record of the ledger was read, and said what the ledger says."""
    records = list(lake.ledger.records())
    read = {iri for statements in walk.documents.values() for iri in topics(statements)}
    assert {lake.iris.topic(NamedNode(record)).value for record in records} <= read
    for record in records:
        assert encoded(record) in walk.documents, record
        said = quads(get(encoded(record), {"Accept": "application/trig"}), RdfFormat.TRIG)
        entailed = {item.triple for item in said if item.graph_name == lake.iris.graph("entailed")}
        asserted = {item.triple for item in said if str(item.graph_name) == "DEFAULT"} - entailed
        topic = lake.iris.topic(NamedNode(record))
        assert asserted == lake.state(topic).statements
        turtle = {item.triple for item in walk.documents[encoded(record)]}
        assert turtle == {item.triple for item in said}


def topics(statements: list) -> set[str]:
    return {item.object.value for item in statements if item.predicate == FOAF.primaryTopic}


def test_a_walk_reaches_every_record(lake: Lake) -> None:
    fill(lake)
    walk = Walk(lake.iris.base)
    walk.start(".well-known/void")
    check(lake, walk)
    assert len(list(lake.ledger.records())) == MANY + 10
    rooms = ("sparql", "store")  # which are no documents of linked data
    assert {asked: status for asked, status in walk.refused.items() if not asked.endswith(rooms)} == {}


def test_a_walk_needs_no_more_than_the_catalog(lake: Lake) -> None:
    fill(lake)
    walk = Walk(lake.iris.base)
    walk.start(".well-known/void", only=("catalog", "record/"))
    check(lake, walk)


def test_a_walk_over_real_cards(lake: Lake, shared: Path) -> None:
    cards = sorted((shared / "corpus/hf-model-cards/cards").iterdir())[:40]
    lake.harvest([*cards, *sorted((shared / "corpus/hf-dataset-cards").iterdir())[:20]])
    records = list(lake.ledger.records())
    assert len(records) > 60
    walk = Walk(lake.iris.base)
    walk.start(".well-known/void", only=("catalog", "record/"))
    check(lake, walk)


def test_counts_are_true(lake: Lake) -> None:
    fill(lake, 7)
    void = quads(get(f"{lake.iris.base}.well-known/void"))
    dataset = NamedNode(f"{lake.iris.base}.well-known/void#lake")

    def value(name: str) -> str:
        (found,) = [item.object.value for item in void if item.subject == dataset and item.predicate == node(name)]
        return found

    def node(name: str) -> NamedNode:
        return NamedNode(VOID + name)

    def counted(question: str) -> str:
        return str(lake.query(question).rows[0][0].value)

    assert value("triples") == counted("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert value("properties") == counted("SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }")
    assert value("classes") == counted("SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }")
    assert value("entities") == str(len(list(lake.ledger.records())))
    for what, unit, question in (
        ("class", "entities", "SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s a <{}> }}"),
        ("property", "triples", "SELECT (COUNT(*) AS ?n) {{ ?s <{}> ?o }}"),
    ):
        names = {item.subject: item.object.value for item in void if item.predicate == node(what)}
        numbers = {item.subject: item.object.value for item in void if item.predicate == node(unit)}
        assert len(names) == int(value("classes" if what == "class" else "properties"))
        for part, name in names.items():
            assert numbers[part] == counted(question.format(name)), name
    vocabularies = {item.object.value for item in void if item.predicate == node("vocabulary")}
    assert {"https://w3id.org/model-lake#", "http://purl.org/dc/terms/", "http://www.w3.org/ns/dcat#"} <= vocabularies


def test_the_counts_of_the_catalog_are_true_after_each_commit(lake: Lake) -> None:
    for count in (1, 3, 2):
        fill(lake, count)
        assert totals(lake) == {"": count + 10, "/model": count, "/dataset": 1, "/other": 9}
    say(lake, '<code/acme/x> a lake:CodeRepository ; dct:title "X" .', "urn:source:b")
    assert totals(lake)["/code"] == 1


def totals(lake: Lake) -> dict[str, int]:
    catalog = f"{lake.iris.base}catalog"
    said = quads(get(catalog))
    return {
        item.subject.value.removeprefix(catalog): int(item.object.value)
        for item in said
        if item.predicate.value == f"{HYDRA}totalItems"
    }


def test_pages_follow_each_other_and_name_everything_once(lake: Lake) -> None:
    fill(lake)
    url, found = f"{lake.iris.base}catalog/model", []
    pages = 0
    while url:
        reply = get(url)
        said = quads(reply)
        found += [item.object.value for item in said if item.predicate == DCAT.record]
        following = [item.object.value for item in said if item.predicate.value == f"{HYDRA}next"]
        url, pages = (following[0] if following else ""), pages + 1
        assert ('rel="next"' in reply.headers["link"]) == bool(following)
        for href in re.findall(r'<([^>]*)>; rel="alternate"', reply.headers["link"]):
            again = get(urljoin(url_of(reply, said), href), {"Accept": "text/html"})
            assert again.status == 200
            if again.media_type == "text/turtle":
                assert set(quads(again)) == set(said)
    assert pages == 3
    assert found and len(found) == len(set(found)) == MANY


def url_of(reply: Reply, said: list[Quad]) -> str:
    """The address of a page, by its canonical link, which is the IRI of its view."""
    found = re.search(r'<([^>]*)>; rel="canonical"', reply.headers["link"])
    assert found
    assert found[1] in {item.object.value for item in said if item.predicate.value == f"{HYDRA}view"}
    return found[1]


def test_datasets_are_datasets_of_dcat(lake: Lake) -> None:
    fill(lake, 1)
    datasets = [item for item in quads(get(f"{lake.iris.base}catalog/dataset")) if item.predicate == DCAT.dataset]
    assert [item.object.value for item in datasets] == [f"{lake.iris.base}dataset/acme/calls"]
    models = quads(get(f"{lake.iris.base}catalog/model"))
    assert [item.object.value for item in models if item.predicate == DCAT.resource] == [
        f"{lake.iris.base}model/acme/m0000"
    ]


@pytest.mark.parametrize("place", ["catalog", "catalog/model", "catalog/other", ".well-known/void"])
def test_catalogs_say_what_they_are(lake: Lake, place: str) -> None:
    """Profiles of DCAT ask for a title and a description of each (https://semiceu.github.io/DCAT-AP/releases/3.0.0/)."""
    fill(lake, 1)
    said = quads(get(lake.iris.base + place))
    described = {item.subject for item in said if item.predicate == RDF.type and item.object in KINDS}
    assert described
    for subject in described:
        told = {item.predicate for item in said if item.subject == subject}
        assert {DCT.title, DCT.description} <= told, subject


@pytest.mark.parametrize(
    ("publisher", "agent", "shown"),
    [
        (Publisher("https://example.org/acme", 'Acme "Inc."'), "https://example.org/acme", "Acme &#34;Inc.&#34;"),
        (Publisher("https://example.org/acme"), "https://example.org/acme", "https://example.org/acme"),
        (Publisher(name="Ünïcode"), "catalog#publisher", "Ünïcode"),
    ],
)
def test_every_catalog_has_its_publisher(tmp_path: Path, publisher: Publisher, agent: str, shown: str) -> None:
    with published(tmp_path, publisher) as lake:
        fill(lake, 1)
        node = NamedNode(urljoin(lake.iris.base, agent))
        for place in ("catalog", "catalog/model", "catalog/other"):
            said = {item.triple for item in quads(get(lake.iris.base + place))}
            catalogs = {item.subject for item in said if item.predicate == RDF.type and item.object == DCAT.Catalog}
            assert {item.subject for item in said if item.predicate == DCT.publisher} == catalogs != set()
            assert {item.object for item in said if item.predicate == DCT.publisher} == {node}
            assert Triple(node, RDF.type, NamedNode("http://xmlns.com/foaf/0.1/Agent")) in said
            names = [item.object for item in said if item.subject == node and item.predicate == FOAF.name]
            assert names == ([Literal(publisher.name)] if publisher.name else [])
        page = get(lake.iris.base, {"Accept": "text/html"}).body.decode()
        assert f"Published by {shown}." in page


def test_nobody_is_named_where_nobody_said(lake: Lake) -> None:
    fill(lake, 1)
    for place in ("catalog", "catalog/model"):
        assert DCT.publisher not in {item.predicate for item in quads(get(lake.iris.base + place))}
    assert "Published by" not in get(lake.iris.base, {"Accept": "text/html"}).body.decode()


def test_the_root_is_the_catalog(lake: Lake) -> None:
    fill(lake, 1)
    assert set(quads(get(lake.iris.base))) == set(quads(get(f"{lake.iris.base}catalog")))
    page = get(lake.iris.base, {"Accept": "text/html"})
    assert page.media_type == "text/html"
    for place in ("catalog/model", "sparql", ".well-known/void", "ontology", "shapes"):
        assert f'href="./{place}"' in page.body.decode()


def test_an_empty_lake_describes_itself(lake: Lake) -> None:
    for place in ("", "catalog", "catalog/model", ".well-known/void"):
        for accept in ("text/turtle", "text/html"):
            assert get(lake.iris.base + place, {"Accept": accept}).status == 200
    assert totals(lake) == {"": 0}


@pytest.mark.parametrize("place", ["catalog/nothing", "catalog/model/acme", "catalog/..%2Fmodel", "catalog%2Fmodel"])
def test_parts_that_there_are_not(lake: Lake, place: str) -> None:
    assert get(lake.iris.base + place).status == 404


@pytest.mark.parametrize("place", ["catalog/", "catalog/%6Dodel", "%63atalog/model/"])
def test_other_spellings_of_parts(lake: Lake, place: str) -> None:
    assert get(lake.iris.base + place).status == 200


@pytest.mark.parametrize("after", ["%00", "%FF", "%0d%0aX: y", "zzz", "a" * 5000, "../../x", "' OR 1=1 --"])
def test_any_place_to_go_on_from(lake: Lake, after: str) -> None:
    fill(lake, 1)
    reply = get(f"{lake.iris.base}catalog/model?after={quote(after, safe='%')}")
    assert reply.status in (200, 400)
    assert "x" not in reply.headers


def test_catalog_pages_are_not_sent_twice(lake: Lake) -> None:
    fill(lake, 1)
    for place in ("catalog", "catalog/model", ".well-known/void"):
        tag = get(lake.iris.base + place).headers["etag"]
        assert get(lake.iris.base + place, {**TURTLE, "If-None-Match": tag}).status == 304
    fill(lake, 2)
    for place in ("catalog", "catalog/model", ".well-known/void"):
        assert get(lake.iris.base + place, {**TURTLE, "If-None-Match": tag}).status == 200


def test_merged_resources_are_counted_and_named_once(lake: Lake) -> None:
    say(lake, '<model/a/one> a lake:Model ; dct:title "One" .', "urn:source:a")
    say(lake, '<model/b/one> a lake:Model ; dct:title "One" .', "urn:source:b")
    lake.accept_duplicate("a/one", "b/one", reason="the same", into="b/one")
    assert totals(lake) == {"": 1, "/model": 1}
    said = quads(get(f"{lake.iris.base}catalog/model"))
    assert [item.object.value for item in said if item.predicate == DCAT.record] == [
        f"{lake.iris.base}record/model/b/one"
    ]
    assert LAKE.Model in {item.object for item in quads(get(f"{lake.iris.base}record/model/b/one"))}
