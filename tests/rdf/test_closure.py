"""Local entailment: supertypes and superproperties, nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Triple

from lakes import BASE, statements
from modellake.core.vocab import DCAT, DCT, LAKE, PROV, RDF, RDFS
from modellake.rdf.closure import build_hierarchy, load_hierarchy

MODEL, BASE_MODEL = NamedNode(BASE + "model/m"), NamedNode(BASE + "model/b")


def test_a_fine_tune_is_a_derivation_for_prov_clients() -> None:
    found = load_hierarchy().entailed(statements("<model/m> a lake:Model ; lake:fineTunedFrom <model/b> ."))
    assert {item.predicate for item in found if item.object == BASE_MODEL} >= {
        LAKE.derivedFromModel,
        LAKE.hasAncestorModel,
        PROV.wasDerivedFrom,
    }
    assert {item.object for item in found if item.predicate == RDF.type} >= {LAKE.Artifact, DCAT.Resource, PROV.Entity}


def test_a_version_is_a_version_for_dcterms_clients() -> None:
    found = load_hierarchy().entailed(statements("<model/m/version/1> lake:versionOf <model/m> ."))
    assert {item.predicate for item in found} >= {DCT.isVersionOf, PROV.specializationOf}


def test_what_is_asserted_is_not_entailed() -> None:
    said = statements("<model/m> a lake:Model, prov:Entity .")
    assert not load_hierarchy().entailed(said) & set(said)


def test_a_cycle_of_classes_ends() -> None:
    a, b = NamedNode("urn:a"), NamedNode("urn:b")
    hierarchy = build_hierarchy([Triple(a, RDFS.subClassOf, b), Triple(b, RDFS.subClassOf, a)])
    assert hierarchy.superclasses == {a: frozenset({b}), b: frozenset({a})}


NODES = [NamedNode(f"urn:{name}") for name in "abcdef"]
AXIOM = st.builds(Triple, st.sampled_from(NODES), st.just(RDFS.subClassOf), st.sampled_from(NODES))


@given(axioms=st.lists(AXIOM, max_size=12), kinds=st.sets(st.sampled_from(NODES)))
def test_entailing_again_adds_nothing(axioms: list[Triple], kinds: set[NamedNode]) -> None:
    hierarchy = build_hierarchy(axioms)
    said = {Triple(MODEL, RDF.type, kind) for kind in kinds}
    once = said | hierarchy.entailed(said)
    assert hierarchy.entailed(once) == set()
