"""How things are printed."""

from __future__ import annotations

import json

import pytest

from modellake.cli.output import count, listed, moment, short_name, show_table, size, term_text, write_json_lists
from modellake.cli.reports import finding_text, show_report, show_summary
from modellake.core.report import Finding, Place, Severity

BASE = "https://lake.example.org/"


@pytest.mark.parametrize(
    ("number", "noun", "text"),
    [(1, "record", "1 record"), (0, "record", "0 records"), (1234, "query", "1,234 queries")],
)
def test_counts(number: int, noun: str, text: str) -> None:
    assert count(number, noun) == text


def test_long_rows_of_names_are_cut() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b, c"
    assert listed(["a", "b", "c", "d"]) == "a, b, c and 1 more"


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (5 << 20, "5.0 MiB"), (3 << 50, "3072.0 TiB")]
)
def test_sizes(number: int, text: str) -> None:
    assert size(number) == text


def test_moments() -> None:
    assert moment("2026-01-31T12:00:00.123456Z") == "2026-01-31 12:00:00 UTC"


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        (BASE + "model/acme/churn", "model/acme/churn"),
        (BASE + "model/acme/churn/version/1.2", "model/acme/churn@1.2"),
        (BASE + "model/acme/a%20b", "model/acme/a b"),
        (BASE, BASE),
        ("http://www.w3.org/ns/prov#used", "prov:used"),
        ("https://elsewhere.example/x", "https://elsewhere.example/x"),
    ],
)
def test_short_names(iri: str, name: str) -> None:
    assert short_name(iri, BASE) == name


def test_terms() -> None:
    from pyoxigraph import Literal, NamedNode

    assert term_text(None) == ""
    assert term_text(Literal("Bonjour", language="fr")) == "Bonjour @fr"
    assert term_text(Literal("5", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer"))) == "5"
    assert term_text(NamedNode(BASE + "model/acme/churn"), BASE) == "model/acme/churn"


def test_a_table_in_a_pipe_keeps_a_row_on_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    show_table(("name", "text"), [["a", "two\nlines"], ["longer", ""], ["[bold]", "x" * 300]])
    assert capsys.readouterr().out.splitlines() == [
        "name    text",
        "a       two lines",
        "longer",
        "[bold]  " + "x" * 300,
    ]


def test_one_long_cell_does_not_widen_every_line(capsys: pytest.CaptureFixture[str]) -> None:
    show_table(("text", "name"), [["x" * 100_000, "a"], ["short", "b"]])
    _, long, short = capsys.readouterr().out.splitlines()
    assert long == "x" * 100_000 + "  a"
    assert short == "short".ljust(64) + "  b"


def finding(number: int = 0, severity: Severity = Severity.WARNING) -> Finding:
    return Finding(
        "gate.shape",
        severity,
        "has too few values of dct:title",
        remedy="Add dct:title.",
        place=Place("cards/a.ttl", 3),
        focus=f"<{BASE}model/acme/m{number}>",
        shape="https://w3id.org/model-lake/shapes#Artifact-title",
    )


def test_a_finding_says_what_where_which_rule_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert finding_text(finding(0, Severity.VIOLATION), BASE).splitlines() == [
        "Violation [gate.shape] model/acme/m0 has too few values of dct:title",
        "    at:    cards/a.ttl:3",
        "    rule:  shape:Artifact-title",
        "    do:    Add dct:title.",
    ]


def test_long_reports_are_cut_and_say_so(capsys: pytest.CaptureFixture[str]) -> None:
    show_report([*map(finding, range(30)), finding(99, Severity.VIOLATION)], base=BASE)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Violation [gate.shape] model/acme/m99 ")
    assert lines[4] == "Warning  cards/a.ttl:3  Add dct:title.  shape:Artifact-title"
    assert lines[-1] == "… and 11 more findings; --json gives all of them."


def test_a_summary_counts_by_rule(capsys: pytest.CaptureFixture[str]) -> None:
    show_summary(list(map(finding, range(1500))), base=BASE)
    assert capsys.readouterr().out.splitlines() == [
        "  1,500 × Warning  Add dct:title.",
        "      for instance model/acme/m0",
    ]


@pytest.mark.parametrize(
    ("head", "lists"),
    [
        ({}, {}),
        ({"seconds": 0.5, "text": 'Ä\n\u2028"', "nested": {"a": [1, {"b": None}], "c": {}}}, {}),
        ({}, {"none": [], "one": [{"a": 1}]}),
        ({"n": 1}, {"many": [1, "two", {"three": [4]}, None], "none": [], "texts": ["a\nb"]}),
    ],
)
def test_json_that_is_written_bit_by_bit_is_json(
    capsys: pytest.CaptureFixture[str], head: dict[str, object], lists: dict[str, list[object]]
) -> None:
    write_json_lists(head, {name: iter(items) for name, items in lists.items()})
    out = capsys.readouterr().out
    assert json.loads(out) == head | lists
    assert out.endswith("}\n")
