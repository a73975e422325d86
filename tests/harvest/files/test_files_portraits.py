"""Portraits: what is kept of a model file is restored as it was, or refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from model_files import SAMPLES, describe

from modellake.core.errors import ParseError
from modellake.harvest.files.portrait import HEAD, portrait_of

OTHERS = (True, 1, 1.5, "text", [], {}, None, [None], {"key": None})


def changed(values: Any, path: tuple[Any, ...], other: Any) -> Any:
    """The same values with another one at a path."""
    if not path:
        return other
    copied = list(values) if isinstance(values, list) else dict(values)
    copied[path[0]] = changed(values[path[0]], path[1:], other)
    return copied


def paths(values: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where values are; of a list only its first."""
    yield path
    below = values.items() if isinstance(values, dict) else enumerate(values[:1]) if isinstance(values, list) else ()
    for key, value in below:
        yield from paths(value, (*path, key))


@pytest.mark.parametrize("name", SAMPLES)
def test_a_portrait_is_restored_as_it_was(name: str) -> None:
    portrait = portrait_of(SAMPLES[name], name)
    again = portrait_of(portrait.to_bytes(), "other")
    assert again.to_bytes() == portrait.to_bytes()
    assert (again.files, again.fault) == (portrait.files, portrait.fault)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_value_of_another_type_is_refused_or_makes_the_same_of_it(name: str) -> None:
    """Whatever is at any place: what is restored is written as it was read, and can be described or is refused."""
    values = json.loads(portrait_of(SAMPLES[name], name).to_bytes().removeprefix(HEAD))
    refused = 0
    for path in paths(values):
        for other in OTHERS:
            wrong = changed(values, path, other)
            content = HEAD + json.dumps(wrong).encode()
            try:
                restored = portrait_of(content, "other")
            except ParseError as error:
                assert error.code == "parse.header"
                refused += 1
            else:
                assert json.loads(restored.to_bytes().removeprefix(HEAD)) == wrong
                with suppress(ParseError):
                    describe(content, "other")
    assert refused


@pytest.mark.parametrize(
    "path",
    [
        ("facts", "format_version"),
        ("facts", "description"),
        ("files", 0, "name"),
        ("facts", "keys"),
        ("facts", "tensors"),
    ],
)
def test_a_truth_value_is_no_text_and_no_list(path: tuple[Any, ...]) -> None:
    values = json.loads(portrait_of(SAMPLES["tiny.onnx"], "tiny.onnx").to_bytes().removeprefix(HEAD))
    with pytest.raises(ParseError):
        portrait_of(HEAD + json.dumps(changed(values, path, True)).encode(), "other")


def test_what_nobody_knows_is_refused() -> None:
    values = json.loads(portrait_of(SAMPLES["tiny.onnx"], "tiny.onnx").to_bytes().removeprefix(HEAD))
    for wrong in ({**values, "more": 1}, {**values, "facts": {**values["facts"], "_text": 1}}):
        with pytest.raises(ParseError):
            portrait_of(HEAD + json.dumps(wrong).encode(), "other")


def test_a_severity_that_there_is_not_is_refused() -> None:
    values = json.loads(portrait_of(SAMPLES["tiny.onnx"], "tiny.onnx").to_bytes().removeprefix(HEAD))
    note = {"code": "file.value-omitted", "severity": "Info", "message": "Something", "remedy": "Nothing"}
    values["facts"]["notes"] = [note]
    assert len(describe(HEAD + json.dumps(values).encode(), "m.onnx").findings) == 1
    values["facts"]["notes"] = [{**note, "severity": "grave"}]
    with pytest.raises(ParseError):
        portrait_of(HEAD + json.dumps(values).encode(), "other")
