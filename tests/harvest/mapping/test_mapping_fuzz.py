"""Whatever a document or a mapping holds, the outcome is valid statements or a refusal with a code, never a crash."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mapping_documents import HARVESTER, IRIS, objects, rules
from pyoxigraph import Literal, NamedNode, RdfFormat, parse, serialize

from modellake.core.description import Description
from modellake.core.errors import ModelLakeError
from modellake.core.plugins import load_harvester
from modellake.harvest.mapping.paths import json_path
from modellake.harvest.mapping.terms import encoded
from modellake.harvest.mapping.values import Document, Item
from modellake.harvest.mapping.yarrrml import parse_yarrrml

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXTS = st.text(max_size=12)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4))
NAMES = st.sampled_from(["name", "revision", "scores", "model", "release", "components", "test", "license", "metadata"])
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | TEXTS, inner, max_size=6),
    max_leaves=30,
)
EVERYTHING = rules(
    "['m.json~jsonpath', '$.*']",
    "[ex:value, $(@)]",
    "[ex:key, $(~)]",
    "[ex:number, $(@), xsd:integer]",
    "[ex:see, $(@)~iri]",
    "[ex:at, '$(@)/$(~)~iri']",
    "{p: ex:said, o: {value: $(@), language: $(~)}}",
    "{p: ex:license, o: {function: 'fn:license(name=$(@))'}}",
    "{p: ex:model, o: {function: 'fn:version(of=fn:resource(kind=model, name=$(@)), label=$(~))'}}",
    "[ex:*, $(*)]",
    subject="model/$(~)",
)


def is_valid(description: Description) -> None:
    """Statements that another parser reads back as they are."""
    text = serialize(description.statements, format=RdfFormat.N_TRIPLES)
    again = [quad.triple for quad in parse(text, format=RdfFormat.N_TRIPLES)]
    assert len(again) == len(description.statements)
    assert len(set(description.statements)) == len(description.statements)


def carried_out(folder: Path, mapping: str, content: bytes, name: str = "m.json") -> Description | None:
    (folder / name).write_bytes(content)
    (folder / "mapping.yml").write_text(mapping, encoding="utf-8")
    document = str(folder / "mapping.yml")
    try:
        return HARVESTER.describe(document, HARVESTER.read(document), IRIS)
    except ModelLakeError as error:
        assert "." in error.code and error.remedy
        return None


@QUICK
@given(st.dictionaries(TEXTS, VALUES, max_size=5))
def test_any_json(tmp_path: Path, document: dict[str, Any]) -> None:
    found = carried_out(tmp_path, EVERYTHING, json.dumps(document).encode())
    if found is not None:
        is_valid(found)
        assert not any(isinstance(one, NamedNode) for one in objects(found, "value"))


@QUICK
@given(st.binary(max_size=200), st.sampled_from(["m.json", "m.csv", "m.yaml", "m.jsonl", "m.parquet"]))
def test_any_bytes(tmp_path: Path, content: bytes, name: str) -> None:
    found = carried_out(tmp_path, rules(f"[{name}]", "[ex:x, $(x)]", "[ex:*, $(*)]"), content, name)
    if found is not None:
        is_valid(found)


@QUICK
@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=8))
def test_any_cells_come_back_as_they_were(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([("id", "x"), *rows])
    mapping = rules("['m.csv~csv']", "[ex:x, $(x)]", subject="urn:x-row:$(x)")
    try:
        content = stream.getvalue().encode()
    except UnicodeEncodeError:
        return
    found = carried_out(tmp_path, mapping, content, "m.csv")
    if found is not None:
        written = {x for key, x in rows if x and (key or x)}
        assert {one.value for one in objects(found, "x") if isinstance(one, Literal)} <= written
        if not any(finding.code == "mapping.value-malformed" for finding in found.findings):
            assert {one.value for one in objects(found, "x")} == written


@QUICK
@given(st.text(max_size=300))
def test_any_text_as_a_mapping(tmp_path: Path, text: str) -> None:
    for prefix in ("", "mappings:\n", "prefixes: {ex: 'urn:x:'}\nmappings:\n  m: "):
        try:
            parse_yarrrml(prefix + text, "mapping.yml")
        except ModelLakeError as error:
            assert error.place is not None


@QUICK
@given(st.text(alphabet="ab.[]*^~$@'\"\\ 0", max_size=20), DOCUMENTS)
def test_any_path(path: str, document: Any) -> None:
    try:
        found = json_path(path)
    except ModelLakeError as error:
        assert error.code == "mapping.path"
        return
    for item in found.find(Item(document, None, None, Document("m.json"))):
        item.place()


@QUICK
@given(st.text())
def test_encoding_tells_texts_apart_and_can_be_undone(text: str) -> None:
    from urllib.parse import unquote

    plain = text.encode("utf-8", "replace").decode()
    assert unquote(encoded(text)) == plain
    NamedNode("urn:x:" + encoded(text))


@pytest.mark.parametrize("name", ["mteb", "onnx-hub", "timm", "mof"])
def test_worked_mappings_of_any_document(name: str) -> None:
    harvester = load_harvester(name)
    places = {
        "mteb": ["a__b/1/model_meta.json", "a__b/1/Task.json"],
        "onnx-hub": ["ONNX_HUB_MANIFEST.json", "x/turnkey_stats.yaml"],
        "timm": ["default_cfgs.json", "results-imagenet.csv", "page.mdx", "model_metadata-in1k.csv"],
        "mof": ["m.yml"],
    }[name]
    keys = '"task_name": "T", "mteb_version": "1", "scores": {"test": [{"a": 1, "b": NaN}]}'

    @QUICK
    @given(DOCUMENTS, st.sampled_from(places), st.binary(max_size=40))
    def check(document: Any, place: str, noise: bytes) -> None:
        text = json.dumps(document)
        wrapped = '{"framework": {"name": "Model Openness Framework"}, "release": ' + text + "}"
        for content in (text.encode(), noise, wrapped.encode(), ("{" + keys + ', "more": ' + text + "}").encode()):
            try:
                is_valid(harvester.describe(place, content, IRIS))
            except ModelLakeError as error:
                assert "." in error.code and error.remedy

    check()
