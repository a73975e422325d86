"""The generated vocabulary is the ontology's, and its names are usable."""

from __future__ import annotations

from pyoxigraph import NamedNode

from modellake.core import vocab
from modellake.core.namespace import Namespace, find_term, namespace_iri, terms_of
from modellake.core.vocab import DCAT, LAKE, MODALITY, RDF, SPDX, TASK
from modellake.rdf.assets import ontology_files, read_turtle
from modellake.rdf.vocabulary import generate, vocabulary_file


def test_the_file_is_what_the_ontology_gives() -> None:
    assert vocabulary_file().read_text(encoding="utf-8") == generate(), (
        "the ontology has changed: run `python -m modellake.rdf.vocabulary`"
    )


def test_every_term_of_the_ontology_is_there() -> None:
    subjects = {item.subject for item in read_turtle(ontology_files())}
    defined = {term for term in subjects if isinstance(term, NamedNode) and term.value.startswith(_IRI)}
    assert len(defined) > 100
    assert defined <= terms_of(LAKE)


_IRI = namespace_iri(LAKE)


def test_terms_are_in_the_namespace_of_their_class() -> None:
    classes = [item for item in vars(vocab).values() if isinstance(item, type) and issubclass(item, Namespace)]
    spaces = [item for item in classes if item is not Namespace]
    assert {LAKE, TASK, SPDX} <= set(spaces)
    for space in spaces:
        assert terms_of(space)
        assert all(term.value.startswith(namespace_iri(space)) for term in terms_of(space))


def test_names_that_python_cannot_write_are_changed() -> None:
    assert TASK.text_classification == NamedNode("https://w3id.org/model-lake/task#text-classification")
    assert MODALITY._3d == NamedNode("https://w3id.org/model-lake/modality#3d")


def test_foreign_terms_of_the_context_are_there() -> None:
    assert DCAT.byteSize == NamedNode("http://www.w3.org/ns/dcat#byteSize")
    assert SPDX.checksumAlgorithm_sha256.value.endswith("#checksumAlgorithm_sha256")
    assert RDF.subject.value.endswith("#subject")


def test_finding_a_term_by_its_local_name() -> None:
    assert find_term(TASK, "text-classification") == TASK.text_classification
    assert find_term(TASK, "text-clasification") is None
    assert find_term(TASK, "no such <task>") is None
