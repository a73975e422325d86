"""What changed between two versions, and what of it is breaking."""

from __future__ import annotations

from pathlib import Path

import pytest

from modellake.rdf.changes import Change, Comparison
from modellake.rdf.ontology import Ontology, read_ontology

PETS = (Path(__file__).parent / "pets.ttl").read_text(encoding="utf-8")
PET, COAT = "https://example.org/pets#", "https://example.org/pets/coat#"
END = "rdfs:isDefinedBy <https://example.org/pets> ."


def compare(old: str, new: str, folder: Path) -> Comparison:
    return Comparison(read(old, folder / "old.ttl"), read(new, folder / "new.ttl"))


def read(text: str, file: Path) -> Ontology:
    file.write_text(text, encoding="utf-8")
    return read_ontology(file)


def change(old: str, new: str, folder: Path) -> Change:
    (only,) = compare(old, new, folder).changes
    return only


def edited(before: str, after: str, text: str = PETS) -> str:
    assert before in text
    return text.replace(before, after)


def without(term: str, text: str = PETS) -> str:
    """The text without the description of a term."""
    blocks = text.split("\n\n")
    assert any(block.startswith(f"{term} a ") for block in blocks)
    return "\n\n".join(block for block in blocks if not block.startswith(f"{term} a "))


DOG = f"""
pet:Dog a owl:Class ; rdfs:subClassOf pet:Animal ;
    rdfs:label "dog"@en ; skos:definition "A canid that barks at strangers."@en ; {END}
"""
# (what changes, old text, new text, kind, term, breaking)
CASES = [
    ("a term is added", PETS, PETS + DOG, "added", PET + "Dog", False),
    ("a term is removed", PETS + DOG, PETS, "removed", PET + "Dog", True),
    ("a code is removed", PETS, without("coat:tabby"), "removed", COAT + "tabby", True),
    (
        "a term is renamed, its definition kept",
        PETS + DOG,
        PETS + edited('"dog"@en', '"hound"@en', edited("pet:Dog", "pet:Hound", DOG)),
        "renamed",
        PET + "Dog",
        True,
    ),
    (
        "a term is renamed, its label kept",
        PETS + DOG,
        PETS + edited("A canid that barks at strangers.", "Man's best friend.", edited("pet:Dog", "pet:Hound", DOG)),
        "renamed",
        PET + "Dog",
        True,
    ),
    (
        "a term is deprecated",
        PETS + DOG,
        PETS + edited("a owl:Class", "a owl:Class ; owl:deprecated true", DOG),
        "deprecated",
        PET + "Dog",
        False,
    ),
    ("a definition changes", PETS, edited("that purrs", "that purrs or hisses"), "text", PET + "Cat", False),
    ("a label changes", PETS, edited('"cat"@en', '"house cat"@en'), "text", PET + "Cat", False),
    ("a translation is gone", PETS, edited(' , "chat"@fr', ""), "text", PET + "Cat", False),
    ("a superclass is gone", PETS, edited("rdfs:subClassOf pet:Animal ;", ""), "hierarchy", PET + "Cat", True),
    (
        "a superclass is added",
        edited("rdfs:subClassOf prov:Entity ;", ""),
        PETS,
        "hierarchy",
        PET + "Animal",
        False,
    ),
    ("a class becomes a property", PETS + DOG, PETS + edited("owl:Class", "owl:ObjectProperty", DOG), "kind", "", True),
    ("a domain is wider", PETS, edited("domain pet:Cat", "domain pet:Animal"), "domain", PET + "eats", False),
    ("a domain is narrower", edited("domain pet:Cat", "domain pet:Animal"), PETS, "domain", PET + "eats", True),
    ("a domain is gone", PETS, edited("rdfs:domain pet:Cat ;", ""), "domain", PET + "eats", False),
    ("a domain is new", edited("rdfs:domain pet:Cat ;", ""), PETS, "domain", PET + "eats", True),
    (
        "a suggestion is added",
        edited("rdfs:range pet:Animal", "<https://schema.org/rangeIncludes> pet:Cat"),
        edited("rdfs:range pet:Animal", "<https://schema.org/rangeIncludes> pet:Cat , prov:Entity"),
        "range",
        PET + "eats",
        False,
    ),
    (
        "a suggestion is gone",
        edited("rdfs:range pet:Animal", "<https://schema.org/rangeIncludes> pet:Cat , prov:Entity"),
        edited("rdfs:range pet:Animal", "<https://schema.org/rangeIncludes> pet:Cat"),
        "range",
        PET + "eats",
        True,
    ),
    (
        "a class becomes a union with it",
        PETS,
        edited("domain pet:Cat", "domain [ owl:unionOf ( pet:Cat prov:Entity ) ]"),
        "domain",
        PET + "eats",
        False,
    ),
    (
        "integers become decimals",
        edited("range pet:Animal", "range xsd:integer"),
        edited("range pet:Animal", "range xsd:decimal"),
        "range",
        PET + "eats",
        False,
    ),
    (
        "decimals become integers",
        edited("range pet:Animal", "range xsd:decimal"),
        edited("range pet:Animal", "range xsd:integer"),
        "range",
        PET + "eats",
        True,
    ),
    (
        "a property may have one value only",
        PETS,
        edited("a owl:ObjectProperty", "a owl:ObjectProperty , owl:FunctionalProperty"),
        "axiom",
        PET + "eats",
        True,
    ),
    (
        "a property may have several values again",
        edited("a owl:ObjectProperty", "a owl:ObjectProperty , owl:FunctionalProperty"),
        PETS,
        "axiom",
        PET + "eats",
        False,
    ),
    (
        "a property is no longer transitive",
        edited("a owl:ObjectProperty", "a owl:ObjectProperty , owl:TransitiveProperty"),
        PETS,
        "axiom",
        PET + "eats",
        True,
    ),
    (
        "two classes exclude each other",
        PETS,
        edited("pet:Cat a owl:Class ;", "pet:Cat a owl:Class ; owl:disjointWith prov:Entity ;"),
        "axiom",
        PET + "Cat",
        True,
    ),
    (
        "a restriction is added",
        PETS,
        edited("subClassOf pet:Animal", "subClassOf pet:Animal , [ owl:onProperty pet:eats ; owl:minCardinality 1 ]"),
        "axiom",
        PET + "Cat",
        True,
    ),
    ("a code changes", PETS, edited('notation "tabby"', 'notation "striped"'), "code", COAT + "tabby", True),
]


@pytest.mark.parametrize(
    ("old", "new", "kind", "term", "breaking"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_change(old: str, new: str, kind: str, term: str, breaking: bool, tmp_path: Path) -> None:
    found = compare(old, new, tmp_path).changes
    matching = [item for item in found if item.kind == kind and item.term == (term or PET + "Dog")]
    assert matching, found
    assert any(item.breaking for item in matching) == breaking, matching
    assert any(item.breaking for item in found) == breaking, found


def test_a_superclass_that_is_reached_another_way_is_not_lost(tmp_path: Path) -> None:
    middle = f'pet:Felid a owl:Class ; rdfs:subClassOf pet:Animal ; rdfs:label "felid"@en ; {END}\n'
    new = edited("subClassOf pet:Animal ;", "subClassOf pet:Felid ;") + middle
    comparison = compare(PETS, new, tmp_path)
    assert not comparison.breaking
    assert {(item.kind, item.term) for item in comparison.changes} == {
        ("added", PET + "Felid"),
        ("hierarchy", PET + "Cat"),
    }


def test_what_follows_from_a_rename_is_not_told_again(tmp_path: Path) -> None:
    only = change(PETS, PETS.replace("pet:Animal", "pet:Creature"), tmp_path)
    assert (only.kind, only.old, only.new) == ("renamed", PET + "Animal", PET + "Creature")


def test_a_replacement_that_was_announced_is_a_rename(tmp_path: Path) -> None:
    announced = f"pet:Dog a owl:Class ; owl:deprecated true ; dct:isReplacedBy pet:Canid ; {END}\n"
    canid = f'pet:Canid a owl:Class ; rdfs:label "canid"@en ; {END}\n'
    only = change(PETS + announced, PETS + canid, tmp_path)
    assert (only.kind, only.new) == ("renamed", PET + "Canid")


def test_a_deprecation_names_what_to_use(tmp_path: Path) -> None:
    new = edited("pet:Cat a owl:Class ;", "pet:Cat a owl:Class ; owl:deprecated true ; dct:isReplacedBy pet:Animal ;")
    texts = [item.text for item in compare(PETS, new, tmp_path).changes if item.kind == "deprecated"]
    assert texts == [f"deprecated; use {PET}Animal instead"]


def test_a_removal_says_whether_it_was_announced(tmp_path: Path) -> None:
    old = PETS + edited("a owl:Class", "a owl:Class ; owl:deprecated true", DOG)
    assert change(old, PETS, tmp_path).text == "removed after having been deprecated"
    assert change(PETS + DOG, PETS, tmp_path).text == "removed without deprecation"


def test_a_code_list_that_is_gone_is_told(tmp_path: Path) -> None:
    old = PETS + "<https://example.org/pets/food> a skos:ConceptScheme .\n"
    only = change(old, PETS, tmp_path)
    assert (only.kind, only.term, only.breaking) == ("removed", "https://example.org/pets/food", True)


def test_a_changed_text_tells_both_texts(tmp_path: Path) -> None:
    only = change(PETS, edited('"Felix."', '"Garfield."'), tmp_path)
    assert (only.old, only.new, only.text) == ('"Felix."', '"Garfield."', "skos:example changed")


def test_blank_nodes_that_say_the_same_are_the_same(tmp_path: Path) -> None:
    one = edited("subClassOf pet:Animal", "subClassOf pet:Animal , [ owl:onProperty pet:eats ; owl:minCardinality 1 ]")
    other = edited(
        "subClassOf pet:Animal", "subClassOf [ owl:minCardinality 1 ; owl:onProperty pet:eats ] , pet:Animal"
    )
    assert compare(one, other, tmp_path).changes == ()


def test_moving_a_term_to_another_file_is_no_change(tmp_path: Path) -> None:
    prefixes = "".join(line for line in PETS.splitlines(keepends=True) if line.startswith("@prefix"))
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "pets.ttl").write_text(PETS)
    (tmp_path / "new" / "dogs.ttl").write_text(prefixes + DOG)
    old = read(PETS + DOG, tmp_path / "old.ttl")
    assert Comparison(old, read_ontology(tmp_path / "new")).changes == ()
