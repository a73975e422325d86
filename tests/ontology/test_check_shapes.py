"""Every shape that ontologies are checked with is broken by something, and by nothing in a good ontology."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from modellake.core.report import SH
from modellake.lake.ontology import shape_findings
from modellake.rdf.checks import ontology_shapes
from modellake.rdf.ontology import read_ontology
from modellake.rdf.shapes import EngineName

PETS = (Path(__file__).parent / "pets.ttl").read_text(encoding="utf-8")
SHAPES = "https://w3id.org/model-lake/shapes#"
# (shape, what stands in the good ontology, what stands there instead)
BROKEN = [
    ("Ontology-titleEnglish", 'dct:title "Pets"@en , "Ani', 'dct:title "Pets"@de , "Ani'),
    ("Ontology-titleEnglish", 'dct:title "Pets"@en , "Ani', 'dct:title "Pets" , "Pets"@en , "Ani'),
    ("Ontology-titleFrench", ' , "Animaux familiers"@fr', ""),
    ("Ontology-descriptionEnglish", '"Animals that live with people."@en ,', ""),
    ("Ontology-descriptionFrench", ' , "Les animaux qui vivent avec les gens."@fr', ""),
    ("Ontology-license", "dct:license <https://creativecommons.org/licenses/by/4.0/> ;\n", ""),
    ("Ontology-versionIRI", "owl:versionIRI <https://example.org/pets/1.0.0> ;", ""),
    ("Ontology-versionIRI", "pets/1.0.0> ;", "pets/1.0.0> , <https://example.org/pets/one> ;"),
    ("Ontology-versionInfo", 'owl:versionInfo "1.0.0" ;\n    dct:title "Pets"', 'dct:title "Pets"'),
    (
        "Ontology-versionInfo",
        'owl:versionInfo "1.0.0" ;\n    dct:title "Pets"',
        'owl:versionInfo "1" ; dct:title "Pets"',
    ),
    ("Vocabulary-creator", 'dct:creator "Ada" ;', ""),
    ("Vocabulary-publisher", 'dct:publisher "Ada" ;', ""),
    ("Vocabulary-created", 'dct:created "2026-01-01"^^xsd:date ;', ""),
    ("Vocabulary-created", 'dct:created "2026-01-01"', 'dct:created "2026-03-01"'),
    ("Vocabulary-created", 'dct:created "2026-01-01"^^xsd:date', 'dct:created "January"'),
    ("Vocabulary-modified", 'dct:modified "2026-02-01"^^xsd:date ;', ""),
    ("Vocabulary-issued", 'dct:issued "2026-02-01"^^xsd:date', 'dct:issued "soon"'),
    ("Vocabulary-citation", 'dct:bibliographicCitation "Ada: Pets, 2026." ;', ""),
    ("Vocabulary-status", "bibo:status <http://purl.org/ontology/bibo/status/draft>", 'bibo:status "draft"'),
    ("Vocabulary-prefix", 'vann:preferredNamespacePrefix "pet" ;', ""),
    ("Vocabulary-prefix", 'Prefix "pet" ;', 'Prefix "Pet:" ;'),
    ("Vocabulary-namespace", '"https://example.org/pets#" .', '"https://example.org/pets" .'),
    ("Term-labelEnglish", '"cat"@en , "chat"@fr', '"chat"@fr'),
    ("Term-labelEnglish", '"cat"@en , "chat"@fr', '"cat" , "cat"@en , "chat"@fr'),
    ("Term-labelFrench", '"cat"@en , "chat"@fr', '"cat"@en'),
    ("Term-definitionEnglish", '"A small felid that purrs."@en ,', ""),
    ("Term-definitionFrench", ' , "Un petit félidé qui ronronne."@fr', ""),
    ("Term-example", 'skos:example "Felix." ;', ""),
    (
        "Term-isDefinedBy",
        "isDefinedBy <https://example.org/pets> .\n\n<",
        "isDefinedBy <https://example.org/pits> .\n\n<",
    ),
    ("Term-status", 'vs:term_status "testing"', 'vs:term_status "beta"'),
    ("Class-name", "pet:Cat", "pet:cat"),
    ("Class-name", "pet:Cat", "pet:Small_cat"),
    ("Property-name", "pet:eats", "pet:Eats"),
    ("ConceptScheme-titleEnglish", '"Coats"@en ,', ""),
    ("ConceptScheme-titleFrench", ' , "Pelages"@fr', ""),
    ("ConceptScheme-descriptionEnglish", '"How fur looks."@en ,', ""),
    ("ConceptScheme-descriptionFrench", ' , "L’aspect du pelage."@fr', ""),
    ("ConceptScheme-license", "dct:license <https://creativecommons.org/licenses/by/4.0/> .", 'dct:license "CC BY" .'),
    ("ConceptScheme-versionInfo", 'owl:versionInfo "1.0.0" ;\n    dct:license', "dct:license"),
    ("Concept-prefLabelEnglish", '"tabby"@en ,', ""),
    ("Concept-prefLabelFrench", ' , "tigré"@fr', ""),
    ("Concept-definitionEnglish", '"Fur with stripes."@en ,', ""),
    ("Concept-definitionFrench", ' , "Un pelage rayé."@fr', ""),
    ("Concept-inScheme", "skos:inScheme <https://example.org/pets/coat> ;", ""),
    ("Concept-inScheme", "inScheme <https://example.org/pets/coat> ;", "inScheme <https://example.org/pets/goat> ;"),
    ("Concept-placed", "skos:topConceptOf <https://example.org/pets/coat> ;", ""),
    ("Concept-notation", 'skos:notation "tabby" ;', ""),
    ("Concept-notation", 'skos:notation "tabby" ;', 'skos:notation "tab by" ;'),
    ("Concept-isDefinedBy", "rdfs:isDefinedBy <https://example.org/pets/coat> .", "rdfs:seeAlso pet:Cat ."),
]


def broken(good: str, bad: str) -> str:
    assert good in PETS
    return PETS.replace(good, bad)


def fired(text: str, folder: Path, engine: EngineName = "auto") -> set[str]:
    file = folder / "pets.ttl"
    file.write_text(text, encoding="utf-8")
    return {item.code.removeprefix("ontology.") for item in shape_findings(read_ontology(file), engine)}


@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
def test_a_good_ontology_satisfies_every_shape(engine: EngineName, tmp_path: Path) -> None:
    assert fired(PETS, tmp_path, engine) == set()


@pytest.mark.parametrize(
    ("shape", "good", "bad"), BROKEN, ids=[f"{row[0]}-{number}" for number, row in enumerate(BROKEN)]
)
def test_a_shape_fires(shape: str, good: str, bad: str, tmp_path: Path) -> None:
    text = broken(good, bad)
    assert fired(text, tmp_path) == {shape}
    assert fired(text, tmp_path, "pyshacl") == {shape}


def test_every_shape_is_fired_by_some_fault() -> None:
    reporting = {
        item.subject.value.removeprefix(SHAPES)
        for item in ontology_shapes().statements
        if item.predicate == NamedNode(SH + "severity") and isinstance(item.subject, NamedNode)
    }
    assert {shape for shape, _, _ in BROKEN} == reporting


def test_every_shape_says_what_to_do_in_two_languages_and_where_the_rule_is_from() -> None:
    statements = ontology_shapes().statements
    for shape in {item.subject for item in statements if item.predicate == NamedNode(SH + "severity")}:
        said = [item.object for item in statements if item.subject == shape and item.predicate.value == SH + "message"]
        assert sorted(getattr(text, "language", "") or "" for text in said) == ["en", "fr"], shape
        assert any(item.subject == shape and item.predicate.value.endswith("source") for item in statements), shape


def test_foreign_terms_need_no_description(tmp_path: Path) -> None:
    assert "prov:Entity a owl:Class ." in PETS
    assert (
        fired(PETS.replace("prov:Entity a owl:Class .", "prov:Entity a owl:Class . prov:x a owl:Class ."), tmp_path)
        == set()
    )


def test_a_finding_names_the_line_and_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "pets.ttl"
    file.write_text(PETS.replace('skos:example "Felix." ;', ""), encoding="utf-8")
    (finding,) = shape_findings(read_ontology(file))
    assert finding.place is not None and finding.place.document == str(file)
    assert PETS.splitlines()[(finding.place.line or 0) - 1].startswith("pet:Cat a")
    assert finding.remedy and "skos:example" in finding.remedy
