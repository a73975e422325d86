"""``audit``: records as they are before the rules of now, or before a profile."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from cli_commands import BASE, Command
from cli_documents import PREFIXES
from pyoxigraph import NamedNode, RdfFormat, parse

from modellake.core.report import SH
from served_process import serving

Write = Callable[[str, str], Path]
Release = Callable[[Callable[[Path], object]], AbstractContextManager[None]]
SHAPES = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix ex: <https://example.org/> .\n" + PREFIXES
PROFILE = (
    SHAPES
    + """
ex:Published a sh:NodeShape ; sh:targetClass dcat:Dataset ;
    sh:property [ sh:path dct:publisher ; sh:minCount 1 ; sh:message "Say who publishes it."@en ] ;
    sh:property [ sh:path dct:abstract ; sh:minCount 1 ; sh:severity sh:Info ] .
"""
)
NEW_RULE = """@prefix shape: <https://w3id.org/model-lake/shapes#> .
shape:Odd a sh:NodeShape ; sh:targetClass lake:Model ; sh:property shape:Odd-isbn .
shape:Odd-isbn a sh:PropertyShape ; sh:path ex:isbn ; sh:minCount 1 ; sh:message "Give it."@en .
"""


def results(document: bytes) -> set[str]:
    """The focus nodes of a validation report, which must be one."""
    statements = [quad.triple for quad in parse(document, RdfFormat.TURTLE)]
    assert sum(item.object == NamedNode(f"{SH}ValidationReport") for item in statements) == 1
    counted = sum(item.predicate == NamedNode(f"{SH}result") for item in statements)
    told = [item.subject for item in statements if item.object == NamedNode(f"{SH}ValidationResult")]
    assert counted == len(set(told))
    return {str(item.object) for item in statements if item.predicate == NamedNode(f"{SH}focusNode")}


def test_what_the_gate_took_in_conforms(filled: Command) -> None:
    ended = filled("audit")
    assert ended.status == 0
    assert ended.out.splitlines()[0].split() == ["findings", "severity", "rule", "for", "instance", "do"]
    assert "\nConforms: 4 records, " in ended.out
    assert "\x1b" not in ended.out
    assert filled("audit", "--json").json["conforms"] is True


def test_a_resource_alone(filled: Command) -> None:
    whole, one = filled("audit", "--json").json, filled("audit", "acme/churn@1.2", "--json").json
    about = [item for item in whole["findings"] if item["resource"] == f"{BASE}model/acme/churn/version/1.2"]
    assert (whole["records"], one["records"]) == (4, 1)
    assert one["findings"] == about != []
    assert filled("audit", "acme/churn@1.2").out.count("model/acme/churn@1.2") == len(about)


def test_what_the_lake_does_not_know(filled: Command) -> None:
    for name in ("acme/nobody", "https://example.org/elsewhere"):
        ended = filled("audit", name)
        assert ended.status == 3
        assert "error [resource.unknown]" in ended.err


def test_an_empty_lake_conforms(command: Command) -> None:
    command("init")
    assert command("audit").out == "Conforms: 0 records, nothing to report\n"


def test_a_new_rule_is_blamed(filled: Command, other_release: Release) -> None:
    with other_release(lambda place: (place / "shapes" / "gate" / "odd.ttl").write_text(SHAPES + NEW_RULE)):
        ended = filled("audit")
        assert ended.status == 1
        assert "Violation [gate.shape] model/acme/churn has too few values" in ended.out
        assert "    since: commit 1, the shape Odd-isbn is new\n" in ended.out
        assert "Does not conform: 4 records, 1 Violation, " in ended.out
        (found,) = (item for item in filled("audit", "--json").json["findings"] if item["cause"])
        assert (found["commit"], found["finding"]["remedy"]) == (1, "Give it.")
    assert filled("audit").status == 0


@pytest.mark.parametrize("engine", ["auto", "pyshacl"])
def test_a_profile(filled: Command, write: Write, engine: str) -> None:
    profile = write("profile.ttl", PROFILE)
    ended = filled("audit", "--profile", profile, "--engine", engine)
    assert ended.status == 1
    assert ended.out.count("    do:    Say who publishes it.\n") == 2
    assert "Does not conform: 4 records, 2 Violations, 2 Infos\n" in ended.out
    assert "since" not in ended.out
    told = filled("audit", "--profile", profile, "--engine", engine, "--json").json
    assert {item["resource"] for item in told["findings"]} == {
        f"{BASE}dataset/acme/customers",
        f"{BASE}dataset/acme/customers/version/3",
    }
    assert {item["cause"] for item in told["findings"]} == {None}


def test_a_folder_of_profiles(filled: Command, write: Write, tmp_path: Path) -> None:
    write("profiles/one.ttl", PROFILE)
    write("profiles/more/two.nt", f"<urn:two> <{SH}targetClass> <https://w3id.org/model-lake#Model> .\n")
    ended = filled("audit", "--profile", tmp_path / "profiles", "--json")
    assert (ended.status, len(ended.json["findings"])) == (1, 4)


def test_a_report_in_turtle(filled: Command, write: Write) -> None:
    ended = filled("audit", "--profile", write("profile.ttl", PROFILE), "--turtle")
    assert ended.status == 1
    version = f"<{BASE}dataset/acme/customers/version/3>"
    assert results(ended.out_bytes) == {f"<{BASE}dataset/acme/customers>", version}
    one = filled("audit", "acme/customers@3", "--profile", "profile.ttl", "--turtle")
    assert results(one.out_bytes) == {version}
    conforming = filled("audit", "acme/churn", "--profile", "profile.ttl", "--turtle")
    assert (conforming.status, results(conforming.out_bytes)) == (0, set())


@pytest.mark.parametrize(
    ("name", "text", "status", "code"),
    [
        ("empty.ttl", SHAPES, 2, "profile.empty"),
        ("idle.ttl", SHAPES + "ex:A a sh:NodeShape ; sh:nodeKind sh:IRI .", 2, "profile.empty"),
        ("broken.ttl", SHAPES + "ex:A a", 1, "parse.syntax"),
        ("wrong.ttl", PROFILE.replace("minCount 1", "minCount 'x'"), 2, "shapes.malformed"),
        ("profile.txt", PROFILE, 2, "format.unknown"),
        ("folder/profile.txt", PROFILE, 2, "profile.empty"),
    ],
)
def test_what_is_no_profile(command: Command, write: Write, name: str, text: str, status: int, code: str) -> None:
    write(name, text)
    ended = command("audit", "--profile", "folder" if "/" in name else name)
    assert ended.status == status
    assert f"error [{code}]" in ended.err
    assert "    do: " in ended.err
    assert ended.out == ""


def test_a_profile_that_is_not_there(command: Command) -> None:
    ended = command("audit", "--profile", "absent.ttl")
    assert (ended.status, ended.out) == (3, "")
    assert "error [file.absent]" in ended.err


def test_shapes_that_the_reference_cannot_use(filled: Command, write: Write) -> None:
    wrong = write("wrong.ttl", PROFILE.replace("minCount 1", "minCount 'x'"))
    ended = filled("audit", "--profile", wrong, "--engine", "pyshacl")
    assert ended.status == 2
    assert "error [shapes.malformed]" in ended.err


def test_merged_resources_are_one(filled: Command, write: Write) -> None:
    filled("commit", write("other.ttl", PREFIXES + '<model/churn> a lake:Model ; dct:title "Churn" .'))
    assert filled("duplicates", "accept", "acme/churn", "model/churn", "-m", "one", "--into", "acme/churn").status == 0
    one, other = (filled("audit", name, "--json").json for name in ("model/churn", "acme/churn"))
    assert one["findings"] == other["findings"] != []
    assert {item["resource"] for item in one["findings"]} == {f"{BASE}model/acme/churn"}


def test_more_violations_than_are_shown(filled: Command, write: Write) -> None:
    sets = "".join(f'<dataset/d{number}> a lake:Dataset ; dct:title "D" .\n' for number in range(30))
    filled("commit", write("sets.ttl", PREFIXES + sets))
    ended = filled("audit", "--profile", write("profile.ttl", PROFILE))
    assert ended.out.count("Violation [gate.shape]") == 20
    assert "\n32        Violation  https://example.org/Published" in ended.out


def test_while_the_lake_is_served(filled: Command, place: Path) -> None:
    before = filled("audit", "--json").json
    with serving(place):
        assert filled("audit", "--json").json == before
        assert filled("audit", "acme/churn").status == 0
