"""Harvesting as a whole, through the command line, on every folder of real inputs that some harvester reads.

The bounded run takes a sample of the documents of each folder; the long one takes all, and all folders at once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from modellake.bootstrap import open_ledger
from modellake.core.plugins import load_harvester

# Folders with the harvester that reads them.
FOLDERS = {
    "hf-model-cards": "huggingface",
    "hf-dataset-cards": "huggingface",
    "mteb-results": "mteb",
    "onnx-models": "onnx-hub",
    "timm": "timm",
    "mof-mot": "mof",
    "croissant": "croissant",
    "model-files": "files",
}
SAMPLE = 6
Contents = dict[tuple[str, str, str], bytes]


def modellake(place: Path, *words: object) -> subprocess.CompletedProcess[str]:
    """A command on a lake, in a process of its own."""
    command = [sys.executable, "-m", "modellake", *map(str, words)]
    environment = {**os.environ, "MODELLAKE": str(place), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert "Traceback" not in done.stderr
    return done


def harvested(place: Path, documents: Sequence[object], *options: object) -> Any:
    """The answer to a harvest into a new or known lake."""
    if not place.exists():
        assert modellake(place, "init", place, "--base-iri", "https://lake.example.org/").returncode == 0
    done = modellake(place, "harvest", *documents, *options, "--json")
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)


def contents(place: Path) -> Contents:
    """Every byte that the sources of a lake say now."""
    with open_ledger(place) as ledger:
        return {
            (item.record, item.source, item.kind): item.content for _, held in ledger.contents_all() for item in held
        }


def check_outcome(answer: Any) -> None:
    """Nearly everything is taken in, and of the rest each finding can be acted on."""
    counts = answer["counts"]
    total = counts["accepted"] + counts["refused"]
    assert total > 0
    # Templates and what is no metadata are no well-formed inputs.
    malformed = [item for item in answer["refused"] if _codes(item) <= {"parse.template", "parse.yaml-not-mapping"}]
    assert counts["accepted"] >= 0.95 * (total - len(malformed)), answer["reasons"]
    for item in answer["refused"]:
        assert item["quarantine"] is not None
        for finding in item["report"]["findings"]:
            assert "." in finding["code"] and finding["message"] and finding["remedy"]
            assert finding["place"]["document"]


def _codes(item: Any) -> set[str]:
    return {finding["code"] for finding in item["report"]["findings"]}


def check_again(place: Path, documents: Sequence[object], first: Any, *options: object) -> None:
    again = harvested(place, documents, *options)
    assert (again["commits"], again["counts"]["accepted"]) == (0, 0)
    assert again["counts"]["unchanged"] == first["counts"]["accepted"]
    assert again["counts"]["refused"] == first["counts"]["refused"]


def sample(harvester: str, folder: Path) -> list[str]:
    """Some of a folder's documents: the small ones, spread over the rest."""
    found = sorted(load_harvester(harvester).find(str(folder)), key=lambda one: (Path(one).stat().st_size, one))
    small = [one for one in found if Path(one).stat().st_size < 200_000]
    return sorted(small[:: max(1, len(small) // SAMPLE)][:SAMPLE])


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_sample_of_each_folder(shared: Path, tmp_path: Path, folder: str) -> None:
    harvester = FOLDERS[folder]
    documents = sample(harvester, shared / "corpus" / folder)
    assert documents
    options = ("--from", harvester, "--workers", 1)
    first = harvested(tmp_path / "one", documents, *options)
    check_outcome(first)
    check_again(tmp_path / "one", documents, first, *options)
    half = len(documents) // 2
    other = (*documents[half:][::-1], *documents[:half])
    harvested(tmp_path / "other", other, "--from", harvester, "--workers", 2)
    assert contents(tmp_path / "one") == contents(tmp_path / "other")
    assert contents(tmp_path / "one")


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS)
def test_each_folder(shared: Path, tmp_path: Path, folder: str) -> None:
    """As a user names it, and document by document from the last to the first, read by two processes."""
    place = shared / "corpus" / folder
    first = harvested(tmp_path / "one", [place], "--from", FOLDERS[folder], "--workers", 1)
    check_outcome(first)
    check_again(tmp_path / "one", [place], first, "--from", FOLDERS[folder])
    documents = sorted(load_harvester(FOLDERS[folder]).find(str(place)), reverse=True)
    harvested(tmp_path / "other", documents, "--from", FOLDERS[folder], "--workers", 2)
    assert contents(tmp_path / "one") == contents(tmp_path / "other")


@pytest.mark.slow
def test_all_folders_at_once(shared: Path, tmp_path: Path) -> None:
    """By whoever finds something in them, and folder by folder from the last to the first."""
    corpus = shared / "corpus"
    first = harvested(tmp_path / "one", [corpus], "--workers", 1)
    check_outcome(first)
    check_again(tmp_path / "one", [corpus], first)
    folders = sorted((corpus / name for name in FOLDERS), reverse=True)
    harvested(tmp_path / "other", folders, "--workers", 2)
    alone = contents(tmp_path / "other")
    assert {key: said for key, said in contents(tmp_path / "one").items() if key in alone} == alone
    assert len(alone) > 10_000
    assert modellake(tmp_path / "one", "verify").returncode == 0
