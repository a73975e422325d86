"""The ontology, its code lists and the shapes: each IRI leads, by the table for w3id.org, to what is said about it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
import rdflib
from linked_lakes import TURTLE, get, quads
from pyoxigraph import BlankNode, NamedNode, RdfFormat

from modellake.rdf.assets import CONTEXT_IRI, context_text, ontology_dir, read_turtle, shapes_dir, turtle_files
from modellake.rdf.ontology import read_ontology
from modellake.store.plain import PlainEngine
from modellake.web.linked.redirects import EXAMPLE, htaccess, table_file
from modellake.web.served import Served
from servers import running

ROOT = "https://w3id.org/model-lake"
SYNTAXES = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
}
RULE = re.compile(r"RewriteRule (?P<pattern>\S+) (?P<target>\S+) \[R=303,L\]")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The vocabulary is served beside a bare store too."""
    with running(Served(plain=PlainEngine())) as address:
        yield f"{address}/"


class Table:
    """Apache's mod_rewrite, as far as the table makes use of it: the first pattern that fits decides."""

    def __init__(self, text: str) -> None:
        lines = [line for line in text.splitlines() if line and not line.startswith("#")]
        assert lines[0] == "RewriteEngine On"
        self.rules = [found for line in lines[1:] if (found := RULE.fullmatch(line))]
        assert len(self.rules) == len(lines) - 1

    def target(self, iri: str) -> str | None:
        """Where a client is sent that asks for an IRI without its fragment; the folder stands for ``/model-lake``."""
        path = iri.removeprefix(ROOT).removeprefix("/")
        found = next((rule for rule in self.rules if re.search(rule["pattern"], path)), None)
        return found["target"] if found else None


def own_terms() -> set[str]:
    """Every IRI of ours that the files say something about."""
    files = [file for folder in (ontology_dir(), shapes_dir()) for file in turtle_files(folder)]
    files = [file for file in files if "examples" not in file.parts]
    subjects = {item.subject.value for item in read_turtle(files) if isinstance(item.subject, NamedNode)}
    return {iri for iri in subjects if iri == ROOT or iri.startswith((f"{ROOT}#", f"{ROOT}/"))}


def test_the_table_is_that_of_the_documents() -> None:
    assert table_file().read_text(encoding="utf-8") == htaccess(EXAMPLE), "make w3id writes it anew"


def test_every_term_leads_to_a_document_that_describes_it(url: str) -> None:
    table = Table(htaccess(url))
    terms = own_terms()
    assert len(terms) > 900
    assert {term.value for term in read_ontology(ontology_dir()).terms} <= terms
    described: dict[str, set[str]] = {}
    anchors: dict[str, set[str]] = {}
    for term in sorted(terms):
        document, _, fragment = term.partition("#")
        target = table.target(document)
        assert target, f"no rule for {term}"
        if target not in described:
            statements = quads(get(target))
            described[target] = {item.subject.value for item in statements if isinstance(item.subject, NamedNode)}
            anchors[target] = ids_of(get(target, {"Accept": "text/html"}).body.decode())
        assert term in described[target], f"{target} does not describe {term}"
        if fragment:
            assert fragment in anchors[target], f"the page {target} has no place for {term}"


def test_versions_lead_somewhere(url: str) -> None:
    table = Table(htaccess(url))
    versions = {
        item.object.value
        for item in read_turtle(turtle_files(ontology_dir()))
        if item.predicate.value == "http://www.w3.org/2002/07/owl#versionIRI"
    }
    assert f"{ROOT}/0.1.0" in versions
    for version in versions:
        target = table.target(version)
        assert target and get(target).status == 200


class Places(HTMLParser):
    """The places of a page that a fragment leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                assert value not in self.found, f"{value} stands twice, in a {tag}"
                self.found.add(value or "")


def ids_of(page: str) -> set[str]:
    places = Places()
    places.feed(page)
    return places.found


@pytest.mark.parametrize("place", ["ontology", "ontology/artifacts", "ontology/task", "ontology/align/dcat", "shapes"])
def test_every_syntax_says_the_same(url: str, place: str) -> None:
    graphs = []
    for media_type, format in SYNTAXES.items():
        reply = get(url + place, {"Accept": media_type})
        assert reply.media_type == media_type
        graphs.append({item.triple for item in quads(reply, format)})
    named = [{item for item in graph if not blank(item)} for graph in graphs]
    assert named[0] == named[1] == named[2] == named[3]
    assert len({len(graph) for graph in graphs}) == 1


def blank(item: object) -> bool:
    return any(isinstance(getattr(item, name), BlankNode) for name in ("subject", "object"))


def test_turtle_is_as_its_authors_wrote_it(url: str) -> None:
    assert get(f"{url}ontology/task").body == (ontology_dir() / "schemes/tasks.ttl").read_bytes()


def test_the_ontology_has_all_its_themes_in_it(url: str) -> None:
    said = {item.triple for item in quads(get(f"{url}ontology"))}
    for name in ("lake.ttl", "artifacts.ttl", "runs.ttl"):
        assert {item for item in read_turtle([ontology_dir() / name]) if not blank(item)} <= said


def test_the_context_is_served(url: str) -> None:
    table = Table(htaccess(url))
    target = table.target(CONTEXT_IRI)
    assert target
    reply = get(target, {"Accept": "application/ld+json"})
    assert (reply.media_type, json.loads(reply.body)) == ("application/ld+json", json.loads(context_text()))


def test_documents_are_not_sent_twice(url: str) -> None:
    for place in ("ontology", "shapes/gate/model", "ontology/context.jsonld"):
        for accept in ("text/turtle", "text/html", "*/*"):
            tag = get(url + place, {"Accept": accept}).headers["etag"]
            assert get(url + place, {"Accept": accept, "If-None-Match": tag}).status == 304


def test_links_of_pages_lead_somewhere(url: str) -> None:
    for place in ("ontology", "ontology/task", "shapes/gate/model"):
        page = get(url + place, {"Accept": "text/html"}).body.decode()
        targets = set(re.findall(r'href="((?:\.\./|\./)[^"#]*)', page))
        assert targets
        for target in targets:
            reference = rdflib.URIRef(target)
            address = str(rdflib.URIRef(reference, base=url + place))
            if not address.endswith("/catalog"):
                assert get(address, TURTLE).status == 200, address


@pytest.mark.parametrize("place", ["ontology/nothing", "ontology/9.9.9", "shapes/examples/model", "ontology/lake.ttl"])
def test_documents_that_there_are_not(url: str, place: str) -> None:
    reply = get(url + place)
    assert (reply.status, json.loads(reply.body)["code"]) == (404, "resource.unknown")


@pytest.mark.parametrize("place", ["ontology/", "ontology/%74ask", "%6Fntology/context%2Ejsonld", "shapes/"])
def test_other_spellings_of_places(url: str, place: str) -> None:
    assert get(url + place).status == 200


def test_documents_with_near_names(url: str) -> None:
    assert "/ontology/artifacts" in json.loads(get(f"{url}ontology/artefacts").body)["remedy"]
