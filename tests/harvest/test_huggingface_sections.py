"""The sections of a card: recognized by their headings, stated as what they are, or only claimed."""

from __future__ import annotations

from itertools import pairwise

import pytest
from cards import BASE, describe, objects, values
from hypothesis import given, settings
from hypothesis import strategies as st

from modellake.core.description import Description
from modellake.core.report import Severity
from modellake.harvest.huggingface.markdown import headings, tables, without_comments
from modellake.harvest.huggingface.placeholders import is_unfilled
from modellake.harvest.huggingface.sections import KINDS, KINDS_OF_HEADING, kinds_of, sections

MODEL = "model/acme/churn"
VERSION = f"{MODEL}/version/main"
HF = "https://w3id.org/model-lake/source/huggingface#"
LAKE = "https://w3id.org/model-lake#"


def described(prose: str, metadata: str = "license: mit") -> Description:
    return describe(f"---\n{metadata}\n---\n{prose}")


@pytest.mark.parametrize(
    ("heading", "relation", "kind"),
    [
        ("## Intended uses", "lake:hasIntendedPurpose", "IntendedPurpose"),
        ("### Direct Use", "lake:hasIntendedPurpose", "IntendedPurpose"),
        ("### Downstream Use [optional]", "lake:hasIntendedPurpose", "IntendedPurpose"),
        ("### Out-of-Scope Use", "lake:hasOutOfScopeUse", "OutOfScopeUse"),
        ("# 3. **Limitations**", "lake:hasLimitation", "Limitation"),
        ("## Other Known Limitations ##", "lake:hasLimitation", "Limitation"),
        ("Limitations\n===========", "lake:hasLimitation", "Limitation"),
        ("## [Bias](#bias):", "lake:hasKnownBias", "KnownBias"),
    ],
)
def test_a_section_about_one_thing_is_that_thing(heading: str, relation: str, kind: str) -> None:
    description = described(f"{heading}\n\nWorks *well* on short texts.\n\n# Next\n\nother")
    (node,) = objects(description, VERSION, relation)
    assert objects(description, MODEL, relation) == [node]
    assert objects(description, node, "rdf:type") == [LAKE + kind]
    assert objects(description, node, "dct:description") == ["Works *well* on short texts."]
    assert node in objects(description, f"{VERSION}#card", "dct:hasPart")
    assert values(description, "rdf:subject") == []


@pytest.mark.parametrize(
    ("heading", "claimed"),
    [
        ("Bias, Risks, and Limitations", ["hasKnownBias", "hasLimitation"]),
        ("Intended uses & limitations", ["hasIntendedPurpose", "hasLimitation"]),
        ("Training and evaluation data", []),
    ],
)
def test_a_section_about_several_things_is_claimed_and_not_stated(heading: str, claimed: list[str]) -> None:
    description = described(f"## {heading}\n\nIt may fail.")
    (node,) = objects(description, f"{VERSION}#card", "dct:hasPart")
    assert objects(description, node, "rdf:type") == [f"{LAKE}Document"]
    assert objects(description, node, "lake:text") == ["It may fail."]
    for relation in ("hasKnownBias", "hasLimitation", "hasIntendedPurpose"):
        assert values(description, f"lake:{relation}") == []
    assert values(description, "rdf:predicate") == [LAKE + name for name in claimed]
    assert set(values(description, "rdf:object")) <= {node}
    assert set(values(description, "lake:assertedBy")) <= {description.source.iri.value}


def test_the_other_sections_are_parts_of_the_document_with_their_kinds() -> None:
    prose = "# Training procedure\nAdam\n## Training hyperparameters\n- lr: 1\n# How to use\ncode\n# Citation\n@a{b}\n"
    description = described(prose)
    assert values(description, HF + "section") == ["training-procedure", "training-hyperparameters", "citation"]
    assert values(description, "lake:text")[1:] == ["Adam", "- lr: 1", "@a{b}"]


def test_a_section_ends_where_the_next_one_of_its_level_begins() -> None:
    prose = "## Limitations\na\n### Recommendations\nb\n## Anything\nc\n"
    assert [section.text for section in sections(prose)] == ["a\n### Recommendations\nb"]


def test_headings_in_code_and_in_comments_are_none() -> None:
    prose = "```\n# Limitations\n```\n<!--\n# Bias\n-->\n~~~~\n~~~\n# Uses\n~~~~\n#Citation\n\n# Evaluation\nx"
    assert [heading.title for heading in headings(prose)] == ["Evaluation"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "More information needed",
        "[More Information Needed]",
        "[More Information Needed](https://github.com/huggingface/datasets/blob/master/CONTRIBUTING.md)",
        "[Needs More Information]\n",
        "- **Hardware Type:** [More Information Needed]\n- **Hours used:**\n",
        "...",
        "N/A",
    ],
)
def test_placeholders_are_no_statement(text: str) -> None:
    assert is_unfilled(text)
    description = described(f"## Limitations\n\n<!-- what it does badly -->\n\n{text}\n\n## Bias\n\n{text}\n")
    assert values(description, "lake:hasLimitation") == []
    assert values(description, "dct:hasPart") == []
    (finding,) = description.findings
    assert (finding.code, finding.severity) == ("card.section-unfilled", Severity.INFO)
    assert "Limitations, Bias" in finding.message


def test_what_is_said_beside_a_placeholder_is_kept() -> None:
    assert not is_unfilled("[More Information Needed], but texts over 512 tokens fail")
    assert not is_unfilled("[More Information Needed]\n" * 100 + "x" * 2000)


def test_statements_of_a_section_name_its_line() -> None:
    description = describe("---\nlicense: mit\n---\n\n# Churn\n\n## Limitations\n\nfew\n")
    (place,) = {place.line for statement, place in description.places.items() if "#section-" in str(statement.subject)}
    assert place == 7


def test_sections_of_a_dataset_card_are_recognized(shared: object) -> None:
    content = "---\ntask_ids: [x]\nsize_categories: [n<1K]\n---\n## Discussion of Biases\n\nOnly news.\n"
    description = describe(content, "/nowhere/datasets--acme--logs/snapshots/main/README.md")
    (bias,) = objects(description, "dataset/acme/logs/version/main", "lake:hasKnownBias")
    assert objects(description, bias, "dct:description") == ["Only news."]
    assert bias.startswith(BASE)


def test_every_spelling_leads_to_known_kinds() -> None:
    for spelling, kinds in KINDS_OF_HEADING.items():
        assert kinds_of(spelling.title()) == kinds
        assert set(kinds) <= set(KINDS)
    assert kinds_of("My training data diary") == ()
    assert kinds_of("x" * 10_000) == ()


MARKS = st.sampled_from(
    ["#", "##", " ", "\n", "\r\n", "```", "~~~", "<!--", "-->", "|", "-", "---", "===", "[", "](", ")", "*", "`"]
)
PROSE = st.lists(
    st.one_of(MARKS, st.text(max_size=5), st.sampled_from(["Limitations", "Bias", "f1", "0.9"])), max_size=60
)


@settings(deadline=None, max_examples=300)
@given(PROSE.map("".join))
def test_any_prose_has_sections_and_tables(prose: str) -> None:
    found = headings(prose)
    assert all(a.end <= b.start for a, b in pairwise(found))
    parts = list(sections(prose))
    assert sum(len(part.text) for part in parts) <= len(prose)
    for table in tables(prose):
        assert all(len(row) == len(table.head) for row in table.rows)
    assert "<!--" not in without_comments(prose) or "<!--" in prose


UNITS = [
    "#",
    "# ",
    "```\n",
    "~~~~\n~~~\n",
    "<!--",
    "](",
    "[",
    "|",
    "|-",
    "-\n",
    "a\n-\n",
    "|a|\n|-|\n",
    "**a:",
    "- **a",
]
UNITS += [
    "- **a",
    "=\n",
    "  ",
    "# Uses\n",
    "# a\n",
    "\\|",
    "1,",
    "9",
    "* ",
    "- **Carbon Emitted:** 1,\n",
    "\t",
    "``",
    "[a](b",
]


@pytest.mark.parametrize("unit", UNITS)
def test_long_monotonous_prose_is_read_in_linear_time(unit: str) -> None:
    # In quadratic time this would take hours.
    prose = "# Environmental Impact\n" + unit * (1_000_000 // len(unit))
    (text,) = {value for value in values(described(prose), "lake:text") if value.startswith("# Env")}
    assert text == prose
