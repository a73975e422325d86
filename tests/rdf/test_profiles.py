"""Profiles: shapes of somebody's own, whatever they are called, tell the same by either engine."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Triple

from modellake.core.errors import UsageError
from modellake.core.vocab import RDF
from modellake.rdf.profiles import read_profile
from modellake.rdf.shapes import EngineName

PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix ex: <https://example.org/> .\n"
NAMELESS = """
ex:S a sh:NodeShape ; sh:targetClass ex:C ;
    sh:property [ sh:path ex:p ; sh:minCount 1 ; sh:message "Give p."@en ] ;
    sh:property [ sh:path ex:q ; sh:minCount 1 ; sh:message "Give q."@en ] .
"""
DATA = [Triple(NamedNode("https://example.org/x"), RDF.type, NamedNode("https://example.org/C"))]


def written(place: Path, text: str) -> Path:
    place.write_text(PREFIXES + text)
    return place


@pytest.mark.parametrize("engine", ["auto", "pyshacl"])
def test_each_shape_without_a_name_has_its_own_message(tmp_path: Path, engine: EngineName) -> None:
    pack = read_profile(written(tmp_path / "profile.ttl", NAMELESS), engine=engine)
    found = {item.path: item for item in pack.validate(DATA, engine=engine)}
    for name in "pq":
        told = found[f"<https://example.org/{name}>"]
        assert told.remedy == f"Give {name}."
        assert [text for _, text in told.messages] == [f"Give {name}."]


def test_a_class_that_is_a_shape_is_its_own_target(tmp_path: Path) -> None:
    text = """@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    ex:C a sh:NodeShape, rdfs:Class ; sh:property [ sh:path ex:p ; sh:minCount 1 ] ."""
    (found,) = read_profile(written(tmp_path / "profile.ttl", text)).validate(DATA)
    assert found.focus == "<https://example.org/x>"


def test_blank_nodes_of_two_files_stay_apart(tmp_path: Path) -> None:
    for name in "pq":
        nameless = f"_:a sh:path ex:{name} ; sh:minCount 1 ."
        shape = f"ex:{name} a sh:NodeShape ; sh:targetClass ex:C ; sh:property _:a . {nameless}"
        written(tmp_path / f"{name}.ttl", shape)
    assert len(read_profile(tmp_path).validate(DATA)) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        'sh:property [ sh:path ex:p ; sh:pattern "(((" ]',
        "sh:property [ sh:path ( ex:p ) ; sh:minCount 1 ]",
        'sh:sparql [ sh:select "SELCT $this {}" ]',
    ],
)
@pytest.mark.parametrize("engine", ["auto", "pyshacl"])
def test_shapes_that_cannot_be_used_are_a_mistake_of_the_caller(tmp_path: Path, wrong: str, engine: EngineName) -> None:
    place = written(tmp_path / "profile.ttl", f"ex:S a sh:NodeShape ; sh:targetClass ex:C ; {wrong} .")
    data = [*DATA, Triple(DATA[0].subject, NamedNode("https://example.org/p"), DATA[0].subject)]
    with pytest.raises(UsageError) as refused:
        read_profile(place, engine=engine).validate(data, engine=engine)
    assert refused.value.code == "shapes.malformed"
