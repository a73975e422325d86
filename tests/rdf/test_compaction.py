"""Compacted JSON-LD says what was said, to any processor, without fetching anything."""

from __future__ import annotations

import json

import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse, serialize

from modellake.core.vocab import DCAT, DCT, LAKE, RDF, SPDX, XSD
from modellake.rdf.assets import ontology_dir, read_turtle
from modellake.rdf.compaction import compacted
from modellake.rdf.contexts import context_definitions

CHURN = NamedNode("https://lake.example.org/model/acme/churn")
EXAMPLE = [
    Triple(CHURN, RDF.type, LAKE.Model),
    Triple(CHURN, RDF.type, NamedNode("https://elsewhere.example.org/Model")),
    Triple(CHURN, DCT.title, Literal("Churn", language="en")),
    Triple(CHURN, DCT.title, Literal("Churn")),
    Triple(CHURN, LAKE.trainedOn, NamedNode("https://lake.example.org/dataset/acme/calls")),
    Triple(CHURN, LAKE.task, NamedNode("https://w3id.org/model-lake/task#text-generation")),
    Triple(CHURN, DCT.issued, Literal("2026-01-31", datatype=XSD.date)),
    Triple(CHURN, DCT.issued, Literal("2026", datatype=XSD.gYear)),
    Triple(CHURN, NamedNode("urn:x:size"), Literal("1.50", datatype=XSD.decimal)),
    Triple(CHURN, NamedNode("https://elsewhere.example.org/p"), Literal("007", datatype=XSD.integer)),
    Triple(CHURN, DCAT.keyword, Literal("@id")),
]


def back(document: bytes) -> set[Triple]:
    return {quad.triple for quad in parse(document, format=RdfFormat.JSON_LD)}


def test_it_says_the_same() -> None:
    document = compacted(EXAMPLE)
    assert document is not None
    assert back(document) == set(EXAMPLE)


def test_it_reads_well() -> None:
    document = json.loads(compacted(EXAMPLE) or b"")
    (node,) = document["@graph"]
    assert node["id"] == CHURN.value
    assert node["type"] == ["https://elsewhere.example.org/Model", "Model"]
    assert node["trainedOn"] == "https://lake.example.org/dataset/acme/calls"
    assert "2026-01-31" in json.dumps(node)
    assert document["@context"].keys() < context_definitions().keys()


def test_another_processor_reads_the_same() -> None:
    theirs = rdflib.Graph().parse(data=compacted(EXAMPLE), format="json-ld")
    ours = rdflib.Graph().parse(data=serialize(EXAMPLE, format=RdfFormat.N_TRIPLES), format="nt")
    assert set(theirs) == set(ours)


def test_iris_that_look_like_names_with_prefixes() -> None:
    for iri in ("task:x", "dct:title", "id:1", "type:x"):
        assert compacted([Triple(CHURN, LAKE.trainedOn, NamedNode(iri))]) is None
    assert compacted([Triple(CHURN, LAKE.trainedOn, NamedNode("urn:x"))]) is not None


def test_every_term_of_the_context_under_every_kind_of_value() -> None:
    """A value that a term would coerce into something else keeps what it is."""
    statements = []
    for name, definition in context_definitions().items():
        iri = definition.get("@id") if isinstance(definition, dict) else definition
        prefix, _, local = str(iri).partition(":")
        if name.startswith("@") or str(iri).startswith("@") or not local or prefix not in context_definitions():
            continue
        predicate = NamedNode(f"{context_definitions()[prefix]}{local}")
        for value in VALUES:
            statements.append(Triple(CHURN, predicate, value))
    assert len(statements) > 1000
    document = compacted(statements)
    assert document is not None
    assert back(document) == set(statements)


def test_our_own_ontology() -> None:
    for name in ("artifacts.ttl", "schemes/tasks.ttl", "align/prov.ttl"):
        statements = read_turtle([ontology_dir() / name])
        document = compacted(statements)
        assert document is not None
        named = {item for item in statements if not isinstance(item.subject, BlankNode)}
        named = {item for item in named if not isinstance(item.object, BlankNode)}
        found = back(document)
        assert named <= found
        assert len(found) == len(set(statements))


VALUES = [
    NamedNode("https://lake.example.org/x"),
    NamedNode("urn:x:y"),
    NamedNode("https://w3id.org/model-lake#Model"),
    Literal("text"),
    Literal("https://lake.example.org/x"),
    Literal("text", language="en-us"),
    Literal("1.50", datatype=XSD.decimal),
    Literal("1", datatype=XSD.integer),
    Literal("true", datatype=XSD.boolean),
    Literal("1e3", datatype=XSD.double),
    Literal("2026-01-31", datatype=XSD.date),
    Literal("2026-01-31T12:00:00Z", datatype=XSD.dateTime),
    Literal("x", datatype=NamedNode("urn:x:type")),
]
LITERALS = st.builds(Literal, st.text(max_size=8)) | st.builds(
    lambda text: Literal(text, language="fr"), st.text(max_size=8)
)
PREDICATES = st.sampled_from([DCT.title, DCAT.keyword, LAKE.trainedOn, LAKE.task, SPDX.checksumValue, DCT.issued])


@settings(deadline=None)
@given(st.lists(st.builds(lambda p, v: Triple(CHURN, p, v), PREDICATES, LITERALS | st.sampled_from(VALUES))))
def test_any_values(statements: list[Triple]) -> None:
    document = compacted(statements)
    assert document is not None
    assert back(document) == set(statements)
