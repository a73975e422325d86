"""Cards that cannot be read: each refused with a code, a place and a remedy."""

from __future__ import annotations

import codecs

import pytest
from cards import CARD, describe, describe_yaml, objects

from modellake.core.errors import ParseError
from modellake.harvest.huggingface.limits import MAX_DEPTH


def refusal(content: str | bytes, document: str = CARD) -> ParseError:
    with pytest.raises(ParseError) as caught:
        describe(content, document)
    assert caught.value.remedy
    assert caught.value.place is not None
    return caught.value


@pytest.mark.parametrize(
    ("metadata", "code", "line", "column"),
    [
        ("license: mit\ntags: [a, b\nlanguage: en", "parse.yaml", 4, None),
        ("license: mit\n  language: en", "parse.yaml", 3, None),
        ("license: 'mit", "parse.yaml", None, None),
        ("a: *nothing", "parse.yaml", 2, 4),
        ("a: !!python/object/apply:os.system ['true']", "parse.yaml", 2, 4),
        ("a: !secret b", "parse.yaml", 2, 4),
        ("? [a, b]\n: c", "parse.yaml", 2, None),
        ("a: &x [*x]", "parse.yaml", 2, 8),
        ("<<: 1", "parse.yaml", 2, 5),
        ("a: 1\n...\nb: 2", "parse.yaml", None, None),
        ("a: \x07", "parse.yaml", 2, 4),
        ("- a\n- b", "parse.yaml-not-mapping", 2, 1),
        ("[]", "parse.yaml-not-mapping", 2, 1),
        ("just text", "parse.yaml-not-mapping", 2, 1),
        ("license: mit\nlanguage: en\nlicense: apache-2.0", "parse.yaml-duplicate-key", 4, 1),
        ("a:\n  b: 1\n  b: 1", "parse.yaml-duplicate-key", 4, 3),
        ("1: a\n'1': b", "parse.yaml-duplicate-key", 3, 1),
        ("{{card_data}}", "parse.template", 2, 1),
        ("{card_data}", "parse.template", 2, 1),
        ('license: {{ license | default("mit", true) }}', "parse.template", 2, 10),
        ("language:\n- {lang_0}\n- {lang_1}", "parse.template", 3, 3),
        ("{% if x %}\nlicense: mit\n{% endif %}", "parse.template", 2, None),
    ],
)
def test_bad_front_matter_is_refused(metadata: str, code: str, line: int | None, column: int | None) -> None:
    error = refusal(f"---\n{metadata}\n---\n\n# Title\n")
    assert error.code == code
    assert error.place is not None
    assert line is None or error.place.line == line
    assert column is None or error.place.column == column


def test_the_place_of_an_error_counts_windows_line_ends_once() -> None:
    error = refusal("---\r\nlicense: mit\r\nlicense: mit\r\n---\r\n")
    assert str(error.place).endswith(":3:1 at license")


def test_a_duplicate_key_names_the_line_of_the_first() -> None:
    assert "line 2" in refusal("---\nlicense: mit\nlicense: mit\n---\n").message


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"---\nlicense: mit\nauthor: Ren\xe9\n---\n", 3),
        (b"---\nlicense: mit\n---\nRen\xe9\n", 4),
        (b"---\nlicense: m\x00it\n---\n", 2),
        (codecs.BOM_UTF16_LE + b"-", 1),
    ],
)
def test_bytes_that_are_no_text_are_refused(content: bytes, line: int) -> None:
    error = refusal(content)
    assert error.code == "parse.encoding"
    assert error.place is not None
    assert error.place.line == line


@pytest.mark.parametrize("content", ["---\nlicense: mit\n\n# Title\n", "---  \nlicense: mit\n---\n"])
def test_front_matter_that_would_be_lost_is_refused(content: str) -> None:
    error = refusal(content)
    assert error.code == "parse.yaml"
    assert "front matter" in error.message


def test_a_rule_at_the_beginning_of_the_prose_is_no_front_matter() -> None:
    assert [finding.code for finding in describe("---\n\nA text after a rule.\n").findings] == ["card.no-metadata"]


def test_aliases_that_explode_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    error = refusal("---\n" + "\n".join(lines) + "\n---\n")
    assert error.code == "parse.too-large"


def test_long_texts_repeated_by_aliases_are_refused() -> None:
    error = refusal(f"---\na: &a {'x' * 100_000}\nb: [{', '.join(['*a'] * 1000)}]\n---\n")
    assert error.code == "parse.too-large"


def test_merge_keys_that_explode_are_refused() -> None:
    entries = ", ".join(f"k{n}: v" for n in range(1000))
    merges = "\n".join(f"m{n}:\n  <<: *a" for n in range(1000))
    assert refusal(f"---\na: &a {{{entries}}}\n{merges}\n---\n").code == "parse.too-large"


def test_a_value_that_many_nodes_repeat_is_refused() -> None:
    splits = "\n".join(f"  - name: s{n}" for n in range(20_000))
    metadata = f"dataset_info:\n  config_name: {'c' * 20_000}\n  splits:\n{splits}"
    assert refusal(f"---\n{metadata}\n---\n", "/nowhere/data/README.md").code == "parse.too-large"


def test_the_card_of_a_space_is_refused() -> None:
    error = refusal("---\nsdk: gradio\nsdk_version: 3.1\ncolorFrom: red\n---\n", "/nowhere/space/README.md")
    assert error.code == "parse.space-card"


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_front_matter_of_any_depth_is_refused_and_not_crashed_on(opening: str) -> None:
    error = refusal(f"---\na:\n {opening * 20_000}\n---\n")
    assert error.code == "parse.too-deep"


def test_aliases_add_to_the_depth() -> None:
    deep = "[" * 40 + "x" + "]" * 40
    error = refusal(f"---\na: &a {deep}\nb: {'[' * 40}*a{']' * 40}\n---\n")
    assert error.code == "parse.too-deep"


def test_nesting_up_to_the_limit_is_read() -> None:
    levels = MAX_DEPTH - 2
    description = describe_yaml(f"a: {'[' * levels}x{']' * levels}")
    assert any(getattr(statement.object, "value", "") == "x" for statement in description.statements)


def test_a_card_of_more_than_10_mebibytes_is_refused() -> None:
    assert refusal(b"x" * (10 * 1024 * 1024 + 1)).code == "parse.too-large"


@pytest.mark.parametrize(
    "content",
    [
        "---\nlicense: mit\n---\n".encode("utf-8-sig"),
        "---\nlicense: mit\n---\n".encode("utf-16"),
        codecs.BOM_UTF16_BE + "---\r\nlicense: mit\r\n---\r\n".encode("utf-16-be"),
        "---\nlicense: mit\n---\n".encode("utf-32"),
        b"\n\n---\nlicense: mit\n---",
        b"---\r\nlicense: mit\r\n---  \r\nprose",
    ],
)
def test_byte_order_marks_and_line_ends_do_not_matter(content: bytes) -> None:
    description = describe(content)
    assert objects(description, "model/acme/churn", "lake:licenseText") == ["mit"]
    assert description.original == content


@pytest.mark.parametrize("content", ["", "\n", "---\n---\n", "---\n\n---\n", "---\n# nothing\n---\n", "---\n~\n---\nx"])
def test_a_card_without_metadata_is_a_model_with_a_warning(content: str) -> None:
    description = describe(content)
    assert objects(description, "model/acme/churn", "dct:title") == ["acme/churn"]
    assert [finding.code for finding in description.findings] == ["card.no-metadata"]
