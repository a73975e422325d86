"""The mapping table says what the harvester does: each row is held to the corpus, and the corpus to the rows."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from croissant_files import CONTEXT, HARVESTER, dataset, described, described_file
from croissant_leaves import document
from pyoxigraph import NamedNode

from modellake.core.description import Description
from modellake.core.plugins import MappedField, load_harvester, mapping_of
from modellake.core.vocab import RDF
from modellake.harvest.croissant.mapping import TABLES

ROWS = {row.field: row for row in mapping_of(load_harvester("croissant"))}
SPELLINGS = {"cr:md5": "md5", "cr:isLiveDataset": "isLiveDataset"}
AGENTS = ("creator", "author", "publisher")


def test_the_table_is_well_formed() -> None:
    rows = mapping_of(HARVESTER)
    assert all(isinstance(row, MappedField) for row in rows)
    assert {row.field for row in rows} >= {"name", "distribution.sha256", "recordSet.field.dataType", "rai:dataBiases"}
    assert all(row.terms or row.note for row in rows)
    for row in rows:
        assert not row.note or row.note[0].isupper() or row.note.startswith("Of")


def test_the_table_has_all_rules() -> None:
    for prefix, rules in TABLES:
        for rule in rules.values():
            assert ROWS[f"{prefix}{rule.key}"].terms == rule.terms


def steps(path: str) -> list[str]:
    """The keys of a path, without indexes, prefixes left out where Croissant itself writes none."""
    keys = re.findall(r'\.([A-Za-z_][\w-]*)|\["([^"]*)"\]', path)
    plain = [first or second for first, second in keys]
    return [re.sub(r"^(cr|ml|sc|schema|croissant|dct):", "", key) for key in plain]


def row_of(path: str, is_task: bool) -> str | None:
    """The row that speaks of a path; None where only the last one does."""
    keys = steps(path)
    if not keys:
        return None
    if keys[-1] in ("@list", "@set", "@value"):
        keys = keys[:-1]
    while "subField" in keys[:-1]:
        keys.remove("subField")
    if "annotation" in keys[:-1]:
        keys[keys.index("annotation")] = "field"
    name = ".".join(keys)
    return name if name in ROWS and not is_task else f"task.{name}" if is_task and f"task.{name}" in ROWS else None


@pytest.fixture(scope="module")
def descriptions(shared: Path) -> list[tuple[Path, Description]]:
    places = HARVESTER.find(str(shared / "corpus" / "croissant"))
    return [(Path(place), described_file(place)) for place in places]


def stated(descriptions: list[tuple[Path, Description]]) -> Iterator[tuple[str, NamedNode, object]]:
    """Row, property and value of each statement that stands at a path that a row speaks of."""
    for path, description in descriptions:
        is_task = "Dataset" not in str(document(path.read_bytes()).get("@type"))
        for statement, place in description.places.items():
            row = row_of(place.path or "", is_task)
            if row:
                yield row, statement.predicate, statement.object


def test_what_stands_at_a_field_is_stated_by_its_terms(descriptions: list[tuple[Path, Description]]) -> None:
    others: dict[str, set[str]] = defaultdict(set)
    for row, predicate, value in stated(descriptions):
        terms = {*ROWS[row].terms, *ROWS["*"].terms, RDF.type}
        if predicate not in terms and value not in terms:
            others[row].add(predicate.value)
    # A field takes its name, and a split its place, from where the field and the row stand.
    assert dict(others) == {}


def test_every_row_is_true_of_some_document(descriptions: list[tuple[Path, Description]]) -> None:
    seen = {row for row, _, _ in stated([*descriptions, *made()])}
    unseen = {row.field for row in ROWS.values() if row.terms} - seen - {"*"}
    # The classes that the harvester gives stand at the element, those of the document at its @type.
    assert unseen <= {"@type", "recordSet.@type", "recordSet.field.@type", *(f"{agent}.@type" for agent in AGENTS)}


def test_every_term_of_a_row_is_used(descriptions: list[tuple[Path, Description]]) -> None:
    everything = [*descriptions, *made()]
    used = {
        term
        for _, description in everything
        for item in description.statements
        for term in (item.predicate, item.object)
    }
    rows = [term for row in ROWS.values() for term in row.terms]
    assert {term.value for term in rows if term not in used} == set()


def made() -> list[tuple[Path, Description]]:
    """Documents with what the corpus has not."""
    file: dict[str, Any] = {"@type": "cr:FileObject", "@id": "f", "contentUrl": "https://data.example.org/a.csv"}
    file |= {name: "00" * size for name, size in (("sha1", 20), ("sha384", 48), ("sha512", 64), ("cr:md5", 16))}
    file |= {"contentSize": "1 MB", "sha256": "no digits", "description": "A file", "name": "a"}
    odd = dict.fromkeys(("sha1", "sha384", "sha512", "cr:md5"), "odd")
    people = {
        role: [
            {"@type": "sc:Person", "@id": role, "name": role, "url": f"https://data.example.org/{role}"},
            {"@type": "prov:Agent", "name": "somebody"},
            "Somebody else",
        ]
        for role in AGENTS
    }
    field = {"@type": "cr:Field", "@id": "r/x", "cr:value": 1, "cr:references": {"@id": "r/x"}, "name": "x"}
    tree = dataset(
        **{"@id": "https://data.example.org/sets/7"},
        **people,
        description="Flowers",
        license=[{"@type": "sc:CreativeWork", "name": "Ours", "url": "https://data.example.org/l"}],
        keywords="a, b",
        inLanguage=["en", "no tag, surely"],
        sameAs="https://data.example.org/same",
        identifier="7",
        alternateName="irides",
        datePublished="2024-01-01",
        dateCreated="2024",
        dateModified="never",
        citeAs="Fisher",
        conformsTo="http://mlcommons.org/croissant/1.1",
        distribution=[file, {"@type": "cr:FileObject", "@id": "g", **odd, "cr:containedIn": {"@id": "f"}}, "h"],
        recordSet=[{"@type": "cr:RecordSet", "@id": "r", "field": [field], "cr:examples": [{"x": 1}], "cr:key": "x"}],
        about=[1, 2, {"@type": "no class"}],
        rai__dataLimitations="Old",
        isBasedOn="https://huggingface.co/datasets/acme/old",
        prov__wasAssociatedWith={"@type": "prov:Person", "name": "me"},
        version=2,
    )
    dates: dict[str, Any] = {
        "datePublished": "never",
        "dateCreated": "never",
        "dateModified": "2024-01-01",
        "citeAs": 7,
    }
    more = dataset(
        **dates,
        **{"@id": "here", "url": "nowhere", "identifier": 7},
        creator={"@type": "sc:Organization", "name": "Acme"},
    )
    task = {
        "@context": CONTEXT,
        "@type": "cr:EvaluationTask",
        "@id": "task",
        "name": "Flowers told apart",
        "description": "All of them",
        "cr:input": {"@type": "sc:Dataset", "@id": "https://data.example.org/sets/7"},
        "cr:evaluatedSolution": {"@id": "https://data.example.org/s"},
        "cr:evaluationResults": [{"cr:metric": "accuracy", "cr:value": "low"}, {"cr:metric": "f1", "cr:value": 1}],
    }
    return [_written(tree), _written(more), _written(task)]


class _Written(type(Path())):  # type: ignore[misc]
    """A path whose file is in memory."""

    content: bytes

    def read_bytes(self) -> bytes:
        return self.content


def _written(tree: Any) -> tuple[Path, Description]:
    content = json.dumps(tree).encode()
    path = _Written("/nowhere/a/metadata.json")
    path.content = content
    return path, described(content)
