"""The context of the lake in a document: the part that is put in means what the whole would mean."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pyoxigraph import RdfFormat, Triple, parse

from modellake.rdf.assets import CONTEXT_IRI, context_text
from modellake.rdf.codec import read_statements
from modellake.rdf.contexts import localized_text
from modellake.rdf.formats import syntax_named

BASE = "https://lake.example.org/"
JSONLD = syntax_named("jsonld")
TERMS = sorted(name for name in json.loads(context_text())["@context"] if not name.startswith("@"))
TASK = "https://w3id.org/model-lake/task#tabular-classification"
NAMES = some.sampled_from([*TERMS, "dct:title", "prov:used", "unknown"])
VALUES = some.recursive(
    some.sampled_from(
        [TASK, "tabular-classification", "sha256", "task#x", "dct:title", "title", "a\\b", 'a"title"', "1.0E3", "é"]
    )
    | some.integers()
    | some.floats(allow_nan=False, allow_infinity=False)
    | some.booleans()
    | some.none(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


def statements(tree: Any) -> set[Triple] | str:
    """What a document says by our reader; the code of the error where it refuses it."""
    try:
        return set(read_statements(json.dumps(tree, ensure_ascii=False).encode(), JSONLD, base=BASE))
    except Exception as error:
        return type(error).__name__


def by_the_whole(tree: Any) -> set[Triple] | str:
    """The same with the whole context written into the document."""
    whole = json.loads(context_text())["@context"]
    return statements(json.loads(json.dumps(tree), object_hook=lambda node: _with(node, whole)))


def _with(node: dict[str, Any], whole: Any) -> dict[str, Any]:
    return {**node, "@context": whole} if node.get("@context") == CONTEXT_IRI else node


@given(some.dictionaries(NAMES, VALUES, max_size=4), some.booleans())
def test_a_part_of_the_context_says_what_the_whole_says(node: dict[str, Any], nested: bool) -> None:
    tree: Any = {"@context": CONTEXT_IRI, "@id": "model/acme/churn", **node}
    if nested:
        tree = {"@context": CONTEXT_IRI, "@graph": [tree]}
    ours, theirs = statements(tree), by_the_whole(tree)
    assert _unlabelled(ours) == _unlabelled(theirs)


def _unlabelled(found: set[Triple] | str) -> Any:
    if isinstance(found, str):
        return found
    return sorted(" ".join(word for word in str(item).split(" ") if not word.startswith("_:")) for item in found)


@pytest.mark.parametrize("task", [TASK, "tabular-classification", [TASK, "tabular-classification"], {"@id": TASK}])
def test_values_are_read_by_the_context_of_their_term(task: Any) -> None:
    tree = {"@context": CONTEXT_IRI, "@id": "model/acme/churn/version/1", "task": task}
    found = statements(tree)
    assert isinstance(found, set)
    assert {item.object.value for item in found} == {TASK}


@pytest.mark.parametrize(
    "tree",
    [
        {"@context": {"title": "dct:title"}},
        {"@context": [CONTEXT_IRI, {"note": "lake:message"}]},
        {"@context": CONTEXT_IRI, "title": CONTEXT_IRI},
        {"@context": CONTEXT_IRI, "title": "\\u0041"},
        {"@context": CONTEXT_IRI, "title": "\\/"},
        {"title": "no context"},
        ["no", "object"],
        "nothing",
        None,
    ],
)
def test_what_is_more_than_the_name_of_the_context_is_left_to_the_tree(tree: Any) -> None:
    content = json.dumps(tree).replace("\\\\", "\\").encode()
    assert localized_text(content, json.loads(content)) is None


def test_a_document_keeps_its_lines() -> None:
    content = f'{{\n "@context": "{CONTEXT_IRI}",\n "@id": "a:b",\n "title": "x"\n}}'.encode()
    localized = localized_text(content, json.loads(content))
    assert localized is not None
    assert localized.count(b"\n") == content.count(b"\n")
    assert len(list(parse(localized, format=RdfFormat.JSON_LD, base_iri=BASE))) == 1
