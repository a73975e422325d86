"""Harvesting: choosing a harvester, outcomes, and what is left to do."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_commands import BASE, Command
from cli_documents import BROKEN_CARD, CARD, CHURN

from modellake.core.plugins import harvester_names

Write = Callable[[str, str], Path]
STRANGER = '''
from pathlib import Path
from pyoxigraph import Literal, NamedNode, Triple
from modellake.core.description import Description, Source
from modellake.core.errors import UnavailableError

class Stranger:
    """Reads files that end in .strange; those that hold "fault" make it fail."""
    name = "stranger"
    summary = "files of a stranger"
    def accepts(self, place):
        return place.endswith((".strange", ".md"))
    def find(self, place):
        yield place
    def source(self, document):
        return Source(NamedNode(Path(document).resolve().as_uri()), document, "text/x-strange", self.name)
    def read(self, document):
        return Path(document).read_bytes()
    def describe(self, document, content, iris):
        if b"fault" in content:
            raise KeyError("no such key")
        if b"offline" in content:
            raise UnavailableError("The server of the stranger does not answer", code="stranger.offline")
        line = iris.resource("model", content.decode().strip())
        rdf_type = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
        return Description(self.source(document), [
            Triple(line, rdf_type, NamedNode("https://w3id.org/model-lake#Model")),
            Triple(line, NamedNode("http://purl.org/dc/terms/title"), Literal("Strange")),
        ], original=content)
'''


@pytest.fixture
def stranger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A harvester of somebody else, installed as such things are."""
    site = tmp_path / "site"
    (site / "stranger-1.0.dist-info").mkdir(parents=True)
    (site / "stranger_1.py").write_text(STRANGER)
    (site / "stranger-1.0.dist-info" / "METADATA").write_text("Name: stranger\nVersion: 1.0\n")
    (site / "stranger-1.0.dist-info" / "entry_points.txt").write_text(
        "[modellake.harvesters]\nstranger = stranger_1:Stranger\n"
    )
    monkeypatch.syspath_prepend(site)


@pytest.fixture
def cards(write: Write) -> Path:
    for number in range(3):
        write(f"cards/good-{number}/README.md", CARD)
    write("cards/broken/README.md", BROKEN_CARD)
    return Path("cards")


def test_harvest_takes_in_what_passes_and_keeps_the_rest(filled: Command, cards: Path) -> None:
    ended = filled("harvest", cards, "-m", "First cards")
    assert ended.status == 1
    assert "4 documents in " in ended.out
    assert "3 accepted, 1 quarantined" in ended.out
    assert "cards/broken/README.md:" in ended.out
    assert "parse.yaml" in ended.out
    assert "modellake quarantine show 1" in ended.out
    assert filled("history", "--json").json[0]["message"] == "First cards"


def test_a_second_harvest_changes_nothing(filled: Command, cards: Path) -> None:
    filled("harvest", cards)
    before = filled("stats", "--json").json["commits"]
    ended = filled("harvest", cards)
    assert "3 unchanged, 1 quarantined" in ended.out
    assert filled("stats", "--json").json["commits"] == before
    assert len(filled("quarantine", "list", "--json").json) == 1


def test_a_clean_harvest_ends_with_status_0(filled: Command, write: Write) -> None:
    ended = filled("harvest", write("model/README.md", CARD), "--from", "huggingface")
    assert ended.status == 0
    assert "1 document in " in ended.out
    assert "refused" not in ended.out


def test_strict_writes_nothing_when_one_document_is_refused(filled: Command, cards: Path) -> None:
    ended = filled("harvest", cards, "--strict")
    assert ended.status == 1
    assert "nothing was written" in ended.err
    assert filled("stats", "--json").json["commits"] == 1
    (cards / "broken" / "README.md").unlink()
    assert filled("harvest", cards, "--strict").status == 0


def test_a_dry_run_writes_nothing_at_all(filled: Command, cards: Path) -> None:
    before = filled("stats", "--json").json
    ended = filled("harvest", cards, "--dry-run")
    assert ended.status == 1
    assert "3 accepted, 1 refused" in ended.out
    assert "Nothing was written" in ended.out
    assert filled("stats", "--json").json == before


def test_harvest_answers_programs(filled: Command, cards: Path) -> None:
    answer = filled("harvest", cards, "--json").json
    assert len(answer["accepted"]) == 3
    assert answer["unchanged"] == []
    (refused,) = answer["refused"]
    assert refused["place"] == "cards/broken/README.md"
    assert refused["quarantine"] == 1
    assert refused["report"]["conforms"] is False
    assert answer["counts"] == {"accepted": 3, "unchanged": 0, "refused": 1}
    (reason,) = answer["reasons"]
    assert (reason["code"], reason["count"], reason["quarantine"]) == ("parse.yaml", 1, 1)
    assert reason["place"].startswith("cards/broken/README.md:")
    assert reason["remedy"]


def test_a_table_tells_the_outcomes_with_reasons_examples_and_remedies(filled: Command, cards: Path) -> None:
    filled("harvest", cards / "good-0")
    lines = filled("harvest", cards).out.splitlines()
    head = next(number for number, line in enumerate(lines) if line.startswith("documents"))
    assert lines[head].split() == ["documents", "outcome", "reason", "for", "instance", "because", "do"]
    assert [line.split()[:2] for line in lines[head + 1 : head + 4]] == [
        ["2", "accepted"],
        ["1", "unchanged"],
        ["1", "quarantined"],
    ]
    assert "parse.yaml  cards/broken/README.md:" in lines[head + 3]


def test_an_unchanged_document_is_not_read_again_unless_asked(filled: Command, cards: Path) -> None:
    filled("harvest", cards / "good-0")
    assert filled("harvest", cards / "good-0", "--json").json["unchanged"] == ["cards/good-0/README.md"]
    assert filled("harvest", cards / "good-0", "--reread", "--json").json["unchanged"] == ["cards/good-0/README.md"]


def test_an_explanation_tells_each_statement_with_its_place(filled: Command, write: Write) -> None:
    card = write("alone/README.md", CARD.replace("license: mit\n", "license: mit\nwidget_colour: blue\n"))
    before = filled("stats", "--json").json
    ended = filled("harvest", card, "--explain")
    assert ended.status == 0
    said, kept = ended.out.split("What has no term, kept under https://w3id.org/model-lake/source/")
    assert "read by huggingface: " in said
    (row,) = [line for line in said.splitlines() if "lake:declaredLicense" in line and "@" in line]
    assert row.split() == ["line", "2", "license", "model/alone@main", "lake:declaredLicense", "license:MIT"]
    assert any(line.split()[:3] == ["line", "3", "widget_colour"] for line in kept.splitlines())
    assert "Findings:" in kept
    assert "Nothing was written" in ended.err
    assert filled("stats", "--json").json == before


def test_an_explanation_of_a_refusal_says_why(filled: Command, cards: Path) -> None:
    ended = filled("harvest", cards, "--explain", "--json")
    assert ended.status == 1
    documents = {item["document"]: item for item in ended.json["documents"]}
    assert documents["cards/good-0/README.md"]["outcome"] == "accepted"
    assert all(item["place"]["line"] for item in documents["cards/good-0/README.md"]["kept"])
    broken = documents["cards/broken/README.md"]
    assert (broken["outcome"], broken["statements"]) == ("refused", [])
    assert broken["findings"][0]["code"] == "parse.yaml"


def test_an_explanation_needs_no_lake(command: Command, write: Write) -> None:
    ended = command("harvest", write("alone/README.md", CARD), "--explain")
    assert ended.status == 0
    assert "There is no lake" in ended.err
    assert not (Path.cwd() / "lake").exists()


def test_a_folder_is_read_by_all_who_find_something_in_it(filled: Command, write: Write) -> None:
    header = json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}})
    weights = struct.pack("<Q", len(header)).decode() + header + "\0" * 4
    write("mixed/card/README.md", CARD)
    write("mixed/card/model.safetensors", weights)
    write("mixed/loose/model.safetensors", weights)
    ended = filled("harvest", "mixed", "--json")
    assert ended.json["accepted"] == ["mixed/card/README.md", "mixed/loose/model.safetensors"]
    assert filled("harvest", "mixed", "--from", "files", "--json").json["counts"]["accepted"] == 1


def test_workers_give_the_same_answer(filled: Command, process: Command, cards: Path) -> None:
    ended = process("harvest", cards, "--workers", "2", "--json")
    assert ended.status == 1
    assert ended.json["counts"] == {"accepted": 3, "unchanged": 0, "refused": 1}
    assert filled("harvest", cards, "--workers", "0").status == 2


def test_a_place_that_nobody_reads(filled: Command, write: Write) -> None:
    ended = filled("harvest", write("data.parquet", "PAR1"))
    assert ended.status == 2
    assert ended.err.startswith("error [harvester.none] ")
    assert f"--from: {', '.join(harvester_names())}" in ended.err


def test_a_harvester_that_is_not_installed(filled: Command, cards: Path) -> None:
    ended = filled("harvest", cards, "--from", "nobody")
    assert ended.status == 3
    assert f"Installed: {', '.join(harvester_names())}" in ended.err


@pytest.mark.usefixtures("stranger")
def test_a_stranger_harvests_through_the_same_door(filled: Command, write: Write) -> None:
    ended = filled("harvest", write("thing.strange", "acme/strange"))
    assert ended.status == 0
    assert filled("show", "acme/strange", "--format", "ntriples").out.count(BASE + "model/acme/strange") == 2


@pytest.mark.usefixtures("stranger")
def test_two_harvesters_that_accept_a_place(filled: Command, write: Write) -> None:
    ended = filled("harvest", write("README.md", CARD))
    assert ended.status == 2
    assert ended.err.startswith("error [harvester.ambiguous] ")
    assert "--from huggingface or --from stranger" in ended.err


@pytest.mark.usefixtures("stranger")
def test_a_harvester_that_fails_ends_nothing_but_that_document(filled: Command, write: Write) -> None:
    places = [write("bad.strange", "fault"), write("good.strange", "acme/strange")]
    ended = filled("harvest", *places)
    assert ended.status == 1
    assert "1 accepted, 1 quarantined" in ended.out
    assert "harvester.failed" in ended.out
    assert "KeyError: 'no such key'" in ended.out
    assert filled("quarantine", "show", "1", "--bytes").out == "fault"


@pytest.mark.usefixtures("stranger")
def test_a_source_that_cannot_be_reached_ends_with_status_4(filled: Command, write: Write) -> None:
    ended = filled("harvest", write("off.strange", "offline"))
    assert ended.status == 4
    assert ended.err.startswith("error [stranger.offline] ")
    assert filled("stats", "--json").json["quarantined"] == 0


@pytest.mark.usefixtures("stranger")
def test_retry_goes_back_to_the_harvester_that_read_it(filled: Command, write: Write) -> None:
    write("bad.strange", "fault")
    assert filled("harvest", "bad.strange").status == 1
    write("bad.strange", "acme/mended")
    assert filled("quarantine", "retry", "1").status == 0
    (entry,) = filled("history", "acme/mended", "--json").json
    assert entry["source"] == (Path.cwd() / "bad.strange").as_uri()


def test_rdf_is_not_harvested_but_committed(filled: Command, write: Write) -> None:
    ended = filled("harvest", write("other.ttl", CHURN))
    assert ended.status == 2
    assert "modellake commit" in ended.err


def test_real_cards(filled: Command, shared: Path) -> None:
    ended = filled("harvest", shared / "corpus" / "hf-model-cards" / "cards", "--json")
    answer = ended.json
    documents = len(answer["accepted"]) + len(answer["refused"])
    assert documents == len(list((shared / "corpus" / "hf-model-cards" / "cards").iterdir()))
    assert ended.status == (1 if answer["refused"] else 0)
