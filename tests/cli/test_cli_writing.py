"""Making a lake and writing RDF into it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cli_commands import BASE, Command
from cli_documents import BROKEN, CHURN, NAMED, NAMELESS

Write = Callable[[str, str], Path]
TITLE_RULE = "shape:Artifact-title"


def test_init_makes_a_lake_and_says_what_comes_next(command: Command, place: Path) -> None:
    ended = command("init", "--base-iri", BASE)
    assert ended.status == 0
    assert ended.out.startswith(f"Made an empty lake in {place}, base IRI {BASE}\n")
    assert "modellake harvest" in ended.out
    assert ended.err == ""
    assert command("stats", "--json").json["base_iri"] == BASE


def test_init_with_the_local_base_iri_advises_to_choose_one(command: Command) -> None:
    ended = command("init")
    assert "http://lake.localhost/" in ended.out
    assert "--base-iri" in ended.err


def test_init_in_a_folder_of_its_own(command: Command, place: Path) -> None:
    ended = command("init", "elsewhere", "--json")
    assert ended.json == {"lake": "elsewhere", "base_iri": "http://lake.localhost/"}
    assert command("stats", "--lake", "elsewhere").status == 0
    assert not place.exists()


def test_commit_says_what_it_did_and_what_it_noticed(command: Command, write: Write) -> None:
    command("init", "--base-iri", BASE)
    ended = command("commit", write("churn.ttl", CHURN), "-m", "Describe churn", "--agent", "ada")
    assert ended.status == 0
    assert ended.out.startswith("commit 1 ")
    assert "1 source, 4 records" in ended.out
    assert "Warning" in ended.out
    assert "for instance model/acme/churn" in ended.out
    (commit,) = command("history", "--json").json
    assert commit["message"] == "Describe churn"
    assert commit["agent"] == BASE + "agent/ada"


def test_commit_of_what_is_known_is_nothing_new(filled: Command) -> None:
    ended = filled("commit", "churn.ttl")
    assert ended.status == 0
    assert ended.out == "Nothing new: the lake says all of this already.\n"


def test_commit_answers_programs(filled: Command, write: Write) -> None:
    ended = filled("commit", write("named.ttl", NAMED), "--json")
    answer = ended.json
    assert (answer["committed"], answer["sequence"], answer["records"]) == (True, 2, 1)
    assert len(answer["hash"]) == 64
    assert {finding["severity"] for finding in answer["findings"]} <= {"Warning", "Info"}


def test_a_refusal_names_file_line_rule_and_remedy(filled: Command, write: Write) -> None:
    ended = filled("commit", write("good.ttl", NAMED.replace("nameless", "other")), write("nameless.ttl", NAMELESS))
    assert ended.status == 1
    assert "Violation [gate.shape] model/acme/nameless has too few values of dct:title" in ended.err
    assert f"at:    {Path.cwd() / 'nameless.ttl'}:5" in ended.err
    assert f"rule:  {TITLE_RULE}" in ended.err
    assert "do:    Add dct:title" in ended.err
    assert "nothing was written" in ended.err
    assert "modellake quarantine show 1" in ended.err
    assert filled("stats", "--json").json["commits"] == 1


def test_a_refusal_answers_programs(filled: Command, write: Write) -> None:
    ended = filled("commit", write("nameless.ttl", NAMELESS), "--json")
    assert ended.status == 1
    assert ended.json["committed"] is False
    assert ended.json["quarantine"] == [1]
    rules = {finding.get("shape", "") for finding in ended.json["report"]["findings"]}
    assert "https://w3id.org/model-lake/shapes#Artifact-title" in rules


def test_a_document_that_cannot_be_read_is_refused_with_its_line(filled: Command, write: Write) -> None:
    ended = filled("commit", write("broken.ttl", BROKEN))
    assert ended.status == 1
    assert "[parse.syntax]" in ended.err
    assert "broken.ttl:5:" in ended.err


def test_commit_reads_stdin_when_it_is_told_the_format(filled: Command) -> None:
    assert filled("commit", "-", stdin=NAMED).err.startswith("error [format.unknown] ")
    ended = filled("commit", "-", "--format", "turtle", "--source", "urn:export", stdin=NAMED)
    assert ended.status == 0
    (entry,) = filled("history", "acme/nameless", "--json").json
    assert entry["source"] == "urn:export"


def test_stdin_that_is_refused_can_be_retried_from_a_file(filled: Command, write: Write) -> None:
    assert filled("commit", "-", "--format", "turtle", stdin=NAMELESS).status == 1
    assert filled("quarantine", "retry", "1").status == 1
    ended = filled("quarantine", "retry", "1", "--file", write("mended.ttl", NAMED))
    assert ended.status == 0
    assert filled("quarantine", "list", "--json").json == []


def test_one_source_iri_cannot_name_two_documents(filled: Command, write: Write) -> None:
    ended = filled("commit", write("one.ttl", NAMED), "churn.ttl", "--source", "urn:export")
    assert ended.status == 2
    assert ended.err.startswith("error [source.several] ")


def test_commit_takes_a_folder(filled: Command, write: Write) -> None:
    write("many/a.ttl", NAMED)
    write("many/deep/b.ttl", NAMED.replace("nameless", "b"))
    assert "2 sources, 2 records" in filled("commit", "many").out


def test_validate_judges_without_writing(filled: Command, write: Write) -> None:
    write("named.ttl", NAMED)
    write("nameless.ttl", NAMELESS.replace("nameless", "other"))
    write("broken.ttl", BROKEN)
    ended = filled("validate", "named.ttl", "nameless.ttl", "broken.ttl", "churn.ttl")
    assert ended.status == 1
    assert "would be accepted  named.ttl  (2 statements, 1 record)" in ended.out
    assert "would be refused  nameless.ttl" in ended.out
    assert "at:    nameless.ttl:5" in ended.out
    assert f"rule:  {TITLE_RULE}" in ended.out
    assert "would be refused  broken.ttl" in ended.out
    assert "says nothing new  churn.ttl" in ended.out
    numbers = filled("stats", "--json").json
    assert (numbers["commits"], numbers["quarantined"]) == (1, 0)


def test_validate_says_where_a_warning_comes_from(filled: Command, write: Write) -> None:
    ended = filled("validate", write("named.ttl", NAMED), "--json")
    assert ended.status == 0
    (document,) = ended.json["documents"]
    assert document["outcome"] == "accepted"
    assert {finding["severity"] for finding in document["findings"]} <= {"Warning", "Info"}
    assert {finding["place"]["line"] for finding in document["findings"]} == {5}


def test_validate_needs_no_lake(command: Command, place: Path, write: Write) -> None:
    ended = command("validate", write("named.ttl", NAMED))
    assert ended.status == 0
    assert "checking without one" in ended.err
    assert not place.exists()


@pytest.mark.parametrize("engine", ["auto", "shacl", "pyshacl"])
def test_validate_gives_the_same_report_with_every_engine(engine: str, command: Command, write: Write) -> None:
    if engine != "auto":
        pytest.importorskip(engine)
    ended = command("validate", write("nameless.ttl", NAMELESS), "--engine", engine, "--json")
    assert ended.status == 1
    (document,) = ended.json["documents"]
    rules = [finding["shape"].partition("#")[2] for finding in document["findings"]]
    assert rules.count("Artifact-title") == 1


def test_validate_writes_a_validation_report(command: Command, write: Write) -> None:
    from pyoxigraph import RdfFormat, parse

    ended = command("validate", write("nameless.ttl", NAMELESS), "--turtle")
    assert ended.status == 1
    types = {str(quad.object) for quad in parse(ended.out, format=RdfFormat.TURTLE) if "type" in str(quad.predicate)}
    assert types == {
        "<http://www.w3.org/ns/shacl#ValidationReport>",
        "<http://www.w3.org/ns/shacl#ValidationResult>",
    }
