"""``modellake ontology``: what editors of ontologies see."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_commands import Command

PETS = (Path(__file__).parents[1] / "ontology" / "pets.ttl").read_text(encoding="utf-8")
Write = Callable[[str, str], Path]
needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="HermiT needs Java")


@needs_java
def test_a_good_ontology_ends_with_status_0(command: Command, write: Write) -> None:
    write("pets/pets.ttl", PETS)
    ended = command("ontology", "check", "pets")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith("Nothing to mend in 1 file, ")


def test_findings_are_a_table_with_lines_and_remedies(command: Command, write: Write) -> None:
    write("pets/pets.ttl", PETS.replace("subClassOf pet:Animal", "subClassOf pet:Animall"))
    ended = command("ontology", "check", "pets", "--skip-reasoner")
    assert ended.status == 1
    head, row, _, remedy, _, last = ended.out.splitlines()
    assert head.split() == ["severity", "at", "check", "term", "finding"]
    line = PETS.splitlines().index("pet:Cat a owl:Class ;") + 2
    assert row.split()[:3] == ["Violation", f"pets/pets.ttl:{line}", "undeclared-reference"]
    assert "https://example.org/pets#Animall" in row
    assert remedy == "undeclared-reference  Mend its spelling, or declare it."
    assert last.startswith("1 finding (1 Violation) in 1 file,")


def test_findings_as_json(command: Command, write: Write) -> None:
    write("pets.ttl", PETS.replace('"Un petit félidé qui ronronne."@fr', '"A small felid that purrs."@fr'))
    ended = command("ontology", "check", "pets.ttl", "--skip-reasoner", "--json")
    assert ended.status == 1
    (finding,) = ended.json["findings"]
    assert finding["code"] == "ontology.untranslated-definition"
    assert finding["severity"] == "Warning"
    assert finding["focus"] == "<https://example.org/pets#Cat>"
    assert finding["place"]["line"] > 1
    assert ended.json["conforms"] is True
    assert ended.json["terms"] == 4


def test_a_file_that_cannot_be_read_is_the_only_finding(command: Command, write: Write) -> None:
    write("pets/pets.ttl", PETS)
    write("pets/more.ttl", "@prefix ex: <https://example.org/pets#> .\nex:Dog a owl:Class .\n")
    ended = command("ontology", "check", "pets", "--skip-reasoner", "--json")
    assert ended.status == 1
    (finding,) = ended.json["findings"]
    assert finding["code"] == "parse.syntax"
    assert finding["place"] == {
        "document": "pets/more.ttl",
        "line": 2,
        "column": finding["place"]["column"],
        "path": None,
    }


@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
def test_either_shacl_engine_can_be_asked(engine: str, command: Command, write: Write) -> None:
    write("pets.ttl", PETS.replace('skos:example "Felix." ;', ""))
    ended = command("ontology", "check", "pets.ttl", "--skip-reasoner", "--engine", engine)
    assert ended.status == 1
    assert "Term-example" in ended.out


def test_other_syntaxes_are_read(command: Command, write: Write) -> None:
    import rdflib

    write("pets.owl", rdflib.Graph().parse(data=PETS, format="turtle").serialize(format="xml"))
    ended = command("ontology", "check", "pets.owl", "--skip-reasoner")
    assert (ended.status, ended.err) == (0, "")


def test_there_must_be_an_ontology(command: Command, write: Write) -> None:
    assert command("ontology", "check", "absent").status == 3
    write("empty/notes.txt", "nothing")
    ended = command("ontology", "check", "empty")
    assert ended.status == 2
    assert ended.err.startswith("error [ontology.absent] ")


def test_a_part_alone_is_not_checked(command: Command, write: Write) -> None:
    write("part.ttl", """
        @prefix dct: <http://purl.org/dc/terms/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
        <https://example.org/o/part> a owl:Ontology ; dct:isPartOf <https://example.org/o> .
    """)  # fmt: skip
    ended = command("ontology", "check", "part.ttl")
    assert ended.status == 2
    assert ended.err.startswith("error [ontology.part] ")


def test_the_packaged_ontology_is_checked_by_default(command: Command) -> None:
    ended = command("ontology", "check", "--skip-reasoner", "--json")
    assert (ended.status, ended.json["findings"]) == (0, [])
    assert ended.json["terms"] > 300


# diff


def test_versions_without_a_difference(command: Command, write: Write) -> None:
    write("old.ttl", PETS)
    ended = command("ontology", "diff", "old.ttl", "old.ttl")
    assert (ended.status, ended.out) == (0, "1.0.0 → 1.0.0: 0 breaking, 0 compatible\n")


def test_a_compatible_version(command: Command, write: Write) -> None:
    write("old.ttl", PETS)
    write("new.ttl", PETS.replace("1.0.0", "1.1.0").replace('"cat"@en', '"house cat"@en'))
    ended = command("ontology", "diff", "old.ttl", "new.ttl")
    assert ended.status == 0
    assert "compatible  text    https://example.org/pets#Cat  rdfs:label@en changed" in ended.out
    assert ended.out.splitlines()[-1] == "1.0.0 → 1.1.0: 0 breaking, 1 compatible"


def test_a_breaking_version_ends_with_status_1(command: Command, write: Write) -> None:
    write("old.ttl", PETS)
    write("new.ttl", PETS.replace("rdfs:subClassOf pet:Animal ;", ""))
    ended = command("ontology", "diff", "old.ttl", "new.ttl")
    assert ended.status == 1
    assert "breaking  hierarchy  https://example.org/pets#Cat" in ended.out
    assert ended.out.splitlines()[-1] == "A breaking change takes a new major version, or before 1.0.0 a new minor one."


@pytest.mark.parametrize(
    ("before", "after", "enough"),
    [("1.0.0", "2.0.0", True), ("1.0.0", "1.1.0", False), ("0.1.0", "0.2.0", True), ("0.1.0", "0.1.1", False)],
)
def test_the_version_number_must_tell(before: str, after: str, enough: bool, command: Command, write: Write) -> None:
    write("old.ttl", PETS.replace("1.0.0", before))
    write("new.ttl", PETS.replace("1.0.0", after).replace("rdfs:subClassOf pet:Animal ;", ""))
    said = command("ontology", "diff", "old.ttl", "new.ttl").out
    assert ("A breaking change takes" in said) != enough


def test_changes_as_json(command: Command, write: Write) -> None:
    write("old.ttl", PETS)
    write("new.ttl", PETS.replace("1.0.0", "2.0.0").replace("rdfs:range pet:Animal", "rdfs:range pet:Cat"))
    ended = command("ontology", "diff", "old.ttl", "new.ttl", "--json")
    assert ended.status == 1
    assert (ended.json["old"], ended.json["new"], ended.json["breaking"]) == ("1.0.0", "2.0.0", True)
    (change,) = ended.json["changes"]
    assert change["change"] == "range" and change["breaking"]
    assert (change["old"], change["new"]) == ("https://example.org/pets#Animal", "https://example.org/pets#Cat")
