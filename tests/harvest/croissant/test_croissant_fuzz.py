"""Documents of any kind: each is described or refused, and nothing else happens."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from croissant_files import CONTEXT, CR, HARVESTER, dataset, described
from croissant_leaves import leaves
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modellake.core.errors import ParseError
from modellake.core.report import Severity
from modellake.harvest.croissant.tree import Items, Mapping, Node, read_tree
from modellake.rdf.homes import split_by_home

BOUNDED = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
KEYS = sorted(
    {
        *CONTEXT,
        *["@id", "@type", "@value", "@language", "@list", "@set", "@graph", "@reverse", "@vocab", "@json"],
        *["id", "type", "name", "description", "url", "version", "license", "creator", "distribution"],
        *["sc:distribution", "cr:recordSet", "cr:field", "cr:subField", "cr:source", "cr:references", "cr:key"],
        *["cr:data", "cr:containedIn", "cr:fileObject", "contentUrl", "sha256", "cr:md5", "contentSize"],
        *["encodingFormat", "keywords", "sameAs", "identifier", "inLanguage", "datePublished"],
        *["rai:dataBiases", "isBasedOn", "prov:wasDerivedFrom", "prov:wasGeneratedBy", "conformsTo"],
        *["cr:evaluationResults", "cr:evaluatedSolution", "cr:metric", "cr:value", "cr:input"],
    }
)
WORDS = [
    *["sc:Dataset", "cr:FileObject", "cr:FileSet", "cr:RecordSet", "cr:Field", "cr:Split", "cr:EvaluationTask"],
    *["cr:EvaluationResult", "cr:TaskSolution", "sc:Person", "prov:Agent", "@json", "@vocab", "@id", "@type", "@none"],
    *["a", "b", "a/b", "#a", "_:a", "#{a}", "train", "en", "https://schema.org/", CR, "https://example.org/a#b"],
    *["https://huggingface.co/datasets/a/b", "10.5281/zenodo.7", "../a", "file:///a", "-1,3", "12 B", "1e400", "mit"],
]
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(WORDS)
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def _containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    objects = st.dictionaries(st.one_of(st.sampled_from(KEYS), TEXTS), inner, max_size=8)
    return st.one_of(st.lists(inner, max_size=5), objects, objects)


TREES = st.recursive(st.one_of(SCALARS, TEXTS), _containers, max_leaves=60)


def answered(content: bytes) -> None:
    """A description that can be stored, or an error that can be acted on."""
    try:
        description = described(content)
    except ParseError as error:
        assert error.code.startswith("parse.") and error.remedy and error.place
        return
    assert split_by_home(description.statements).by_home
    assert len(description.findings) <= 202
    assert all(finding.severity is not Severity.VIOLATION and finding.remedy for finding in description.findings)
    # What is said is in proportion to what was written.
    assert len(description.statements) <= 12 * len(content) + 50


@BOUNDED
@given(st.binary(max_size=300))
def test_any_bytes(content: bytes) -> None:
    answered(content)


@BOUNDED
@given(TREES)
def test_any_json(tree: Any) -> None:
    answered(json.dumps(tree).encode())


@BOUNDED
@given(st.dictionaries(st.sampled_from(KEYS), TREES, max_size=12))
def test_any_dataset(said: dict[str, Any]) -> None:
    answered(json.dumps({**dataset(), **said}).encode())


@BOUNDED
@given(st.dictionaries(st.sampled_from(KEYS), TREES, max_size=12))
def test_any_task(said: dict[str, Any]) -> None:
    head = {"@context": CONTEXT, "@type": "cr:EvaluationTask"}
    answered(json.dumps({**head, **said}).encode())


@BOUNDED
@given(st.one_of(TREES, st.dictionaries(st.one_of(st.sampled_from(KEYS), TEXTS), TREES, max_size=12)))
def test_any_context(context: Any) -> None:
    answered(json.dumps({**dataset(), "@context": context}).encode())


def places_in(tree: Any) -> list[tuple[Any, Any]]:
    """Every container of a tree with every key or index of it."""
    found, waiting = [], [tree]
    while waiting:
        node = waiting.pop()
        entries = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        for key, value in list(entries):
            found.append((node, key))
            waiting.append(value)
    return found


@pytest.fixture(scope="module")
def real(shared: Path) -> list[str]:
    """Real documents, as texts."""
    paths = [Path(place) for place in HARVESTER.find(str(shared / "corpus" / "croissant"))]
    return [path.read_text() for path in paths if path.stat().st_size < 12_000]


@BOUNDED
@given(data=st.data())
def test_real_documents_with_values_changed(real: list[str], data: st.DataObject) -> None:
    tree = json.loads(data.draw(st.sampled_from(real)))
    for _ in range(data.draw(st.integers(1, 6))):
        holder, key = data.draw(st.sampled_from(places_in(tree)))
        change = data.draw(st.sampled_from(["put", "drop", "copy"]))
        if change == "put":
            holder[key] = data.draw(TREES)
        elif change == "drop":
            del holder[key]
        elif isinstance(holder, list):
            holder.append(holder[key])
        else:
            holder[data.draw(st.sampled_from(KEYS))] = holder[key]
        if not places_in(tree):
            break
    answered(json.dumps(tree).encode())


@BOUNDED
@given(data=st.data())
def test_real_documents_with_characters_changed(real: list[str], data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from(real)).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    answered(bytes(content))


def plain(node: Node) -> Any:
    """A tree as Python's own values."""
    if isinstance(node, Mapping):
        return {key: plain(value) for key, value in node.entries.items()}
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return node.text if node.kind == "text" else json.loads(node.text)


@BOUNDED
@given(st.recursive(st.one_of(SCALARS, TEXTS), _containers, max_leaves=200), st.sampled_from([None, 0, 3]))
def test_the_tree_is_what_the_standard_library_reads(tree: Any, indent: int | None) -> None:
    content = json.dumps(tree, indent=indent, ensure_ascii=indent == 3)
    text, node = read_tree("x", content.encode())
    assert plain(node) == json.loads(content)
    assert text.text == content


@BOUNDED
@given(st.text(alphabet='{}[]:,"\\ntrue1.-e0 ', max_size=40))
def test_what_is_no_json_for_the_standard_library_is_none_here(content: str) -> None:
    try:
        expected = json.loads(content, parse_constant=_refused, object_pairs_hook=_unique)
    except ValueError:
        with pytest.raises(ParseError):
            read_tree("x", content.encode())
        return
    assert plain(read_tree("x", content.encode())[1]) == expected


def _refused(name: str) -> Any:
    raise ValueError(name)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("twice")
    return dict(pairs)


@BOUNDED
@given(st.dictionaries(st.sampled_from(["temporalCoverage", "about", "funder", "cr:x", "x"]), TREES, max_size=5))
def test_unknown_properties_lose_no_text(said: dict[str, Any]) -> None:
    content = json.dumps({**dataset(), **said}, ensure_ascii=False)
    try:
        description = described(content)
    except ParseError:
        return
    told = "\n".join(
        part for item in description.statements for part in (getattr(item.object, "value", ""), item.predicate.value)
    )
    told += json.dumps(told, ensure_ascii=False)
    for path, leaf in leaves(said):
        if isinstance(leaf, str) and leaf.isascii() and leaf.isalnum() and "@" not in path:
            assert leaf in told, (path, leaf)


def turned(value: Any) -> Any:
    """The same tree with the keys of its objects in the opposite order."""
    if isinstance(value, dict):
        return {key: turned(inner) for key, inner in reversed(list(value.items()))}
    return [turned(inner) for inner in value] if isinstance(value, list) else value


@BOUNDED
@given(st.dictionaries(st.sampled_from(KEYS), TREES, max_size=12))
def test_the_order_of_keys_changes_nothing(said: dict[str, Any]) -> None:
    tree = {**dataset(), **said}
    try:
        first, second = described(tree), described(turned(tree))
    except ParseError:
        return
    assert split_by_home(first.statements).by_home == split_by_home(second.statements).by_home
