"""``harvest --store`` and ``modellake payload``: keeping bytes, getting them back, checking them."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_commands import Command
from cli_documents import CARD

Write = Callable[[str, str | bytes], Path]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def stored(filled: Command, write: Write) -> Command:
    """A lake that keeps the two files of a repository."""
    write("repo/README.md", CARD)
    write("repo/data/weights.bin", b"weights")
    write("repo/config.json", "{}")
    ended = filled("harvest", "repo/README.md", "--store")
    assert ended.status == 0, ended.err
    assert "2 files kept (9 B) in " in ended.out
    return filled


def version(command: Command) -> str:
    """The resource that has the files."""
    (blob,) = (item for item in command("payload", "list", "--json").json if item["sha256"] == sha256(b"weights"))
    assert [file["name"] for file in blob["files"]] == ["data/weights.bin"]
    return str(blob["files"][0]["resource"])


def test_without_store_nothing_is_kept(filled: Command, write: Write, place: Path) -> None:
    write("repo/README.md", CARD)
    write("repo/weights.bin", b"weights")
    ended = filled("harvest", "repo/README.md", "--json")
    assert "payloads" not in ended.json
    assert not (place / "blobs").exists()
    assert "No payload is kept" in filled("payload", "list").out


def test_a_dry_run_keeps_nothing(filled: Command, write: Write, place: Path) -> None:
    write("repo/README.md", CARD)
    write("repo/weights.bin", b"weights")
    assert filled("harvest", "repo/README.md", "--store", "--dry-run").status == 0
    assert not (place / "blobs").exists()


@pytest.mark.parametrize("how", ["--strict", "--keep-going"])
def test_programs_are_told_what_was_kept(filled: Command, write: Write, how: str) -> None:
    write("repo/README.md", CARD)
    write("repo/weights.bin", b"weights")
    told = filled("harvest", "repo/README.md", "--store", how, "--json").json["payloads"]
    assert told == {"kept": 1, "bytes": 7, "present": 0, "missed": 0, "findings": []}
    told = filled("harvest", "repo/README.md", "--store", how, "--json").json["payloads"]
    assert told == {"kept": 0, "bytes": 0, "present": 1, "missed": 0, "findings": []}


def test_files_of_what_was_harvested_before_are_kept_when_that_is_asked_for(filled: Command, write: Write) -> None:
    write("repo/README.md", CARD)
    write("repo/weights.bin", b"weights")
    assert filled("harvest", "repo/README.md").status == 0
    told = filled("harvest", "repo/README.md", "--store", "--json").json
    assert told["unchanged"] == ["repo/README.md"]
    assert told["payloads"]["kept"] == 1
    assert filled("payload", "get", sha256(b"weights")).out_bytes == b"weights"


@pytest.mark.parametrize("workers", [1, 2])
def test_files_of_a_folder_are_kept_whoever_reads_it(filled: Command, write: Write, workers: int) -> None:
    for number in range(4):
        write(f"repos/{number}/README.md", CARD)
        write(f"repos/{number}/weights.bin", f"weights {number}")
        write(f"repos/{number}/tiny.safetensors", (2).to_bytes(8, "little") + b"{}" + bytes(0))
    told = filled("harvest", "repos", "--store", "--workers", workers, "--json").json
    assert told["payloads"]["kept"] == 5
    assert told["payloads"]["present"] == 3
    assert told["payloads"]["findings"] == []


def test_the_list_says_which_files_have_the_bytes(stored: Command) -> None:
    ended = stored("payload", "list")
    assert ended.out.splitlines()[0].split() == ["sha256", "size", "file", "of", "place"]
    assert f"{sha256(b'weights')}  7 B" in ended.out
    assert "data/weights.bin" in ended.out
    assert ended.out.endswith("2 files, 9 B\n")


def test_a_resource_shows_which_files_are_kept(stored: Command, place: Path) -> None:
    name = version(stored)
    out = stored("show", name).out
    assert out.index("kept\n") > 0
    assert f"{sha256(b'weights')} in {place / 'blobs'}" in out
    told = stored("show", name, "--json").json["kept"]
    assert {item["name"] for item in told} == {"config.json", "data/weights.bin"}
    assert stored("show", "model/acme/churn", "--json").json["kept"] == []
    assert "kept\n" not in stored("show", "model/acme/churn").out


def test_bytes_come_back_on_stdout_and_in_files(stored: Command, tmp_path: Path) -> None:
    assert stored("payload", "get", sha256(b"weights")).out_bytes == b"weights"
    ended = stored("payload", "get", sha256(b"weights"), "-o", "copy.bin")
    assert ended.out == ""
    assert "copy.bin: 7 B, SHA-256 " in ended.err
    assert (tmp_path / "copy.bin").read_bytes() == b"weights"
    assert stored("payload", "get", f"{version(stored)}#file-config.json").out_bytes == b"{}"


def test_a_resource_with_several_files_lists_them_or_gives_all(stored: Command, tmp_path: Path) -> None:
    name = version(stored)
    ended = stored("payload", "get", name)
    assert ended.status == 2
    assert "data/weights.bin" in ended.err
    assert stored("payload", "get", name, "-o", "all/").status == 0
    assert (tmp_path / "all" / "data" / "weights.bin").read_bytes() == b"weights"
    assert (tmp_path / "all" / "config.json").read_bytes() == b"{}"


def test_what_is_not_kept_ends_with_status_3(stored: Command) -> None:
    for name in (sha256(b"nothing"), "model/acme/churn", "nobody/knows"):
        ended = stored("payload", "get", name)
        assert (ended.status, ended.out) == (3, "")
        assert ended.err.startswith("error [")
        assert "do: " in ended.err


def test_a_name_that_leads_out_of_the_folder_is_not_used(filled: Command, write: Write, tmp_path: Path) -> None:
    wicked = f"""@prefix lake: <https://w3id.org/model-lake#> . @prefix spdx: <http://spdx.org/rdf/terms#> .
        @prefix dct: <http://purl.org/dc/terms/> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
        <model/evil> a lake:Model ; dct:title "Evil" .
        <model/evil/version/1> a lake:ModelVersion ; lake:versionOf <model/evil> ; dcat:version "1" ;
          lake:hasDistribution <model/evil/version/1#file> .
        <model/evil/version/1#file> a lake:ModelDistribution ; lake:fileName "../../evil.sh" ;
          spdx:checksum [ a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_sha256 ;
          spdx:checksumValue "{sha256(b"weights")}" ] ."""
    ended = filled("commit", write("evil.ttl", wicked))
    assert ended.status == 0, ended.err
    assert filled("payload", "add", write("w.bin", b"weights")).status == 0
    assert filled("payload", "get", "evil@1", "-o", "deep/down/").status == 0
    assert (tmp_path / "deep" / "down" / sha256(b"weights")).exists()
    assert not list(tmp_path.rglob("evil.sh"))


def test_verify_finds_a_flipped_byte_and_sets_it_aside(stored: Command, place: Path) -> None:
    assert "All bytes are as they were written: 2 files, 9 B" in stored("payload", "verify").out
    digest = sha256(b"weights")
    path = place / "blobs" / "sha256" / digest[:2] / digest
    path.chmod(0o644)
    path.write_bytes(b"weightz")
    ended = stored("payload", "verify")
    assert ended.status == 1
    assert "[blob.damaged]" in ended.out
    assert stored("payload", "get", digest, "-o", "copy.bin").status == 1
    assert not (place.parent / "copy.bin").exists()
    got = stored("payload", "get", digest)
    assert (got.status, got.out_bytes) == (1, b"")
    assert stored("payload", "verify", "--set-aside", "--json").json["findings"][0]["code"] == "blob.damaged"
    assert stored("payload", "verify").status == 0
    assert "1 file kept (7 B), 1 file kept already" in stored("harvest", "repo/README.md", "--store").out
    assert stored("payload", "get", digest).out_bytes == b"weights"


def test_what_is_dropped_is_gone_while_its_description_stays(stored: Command) -> None:
    name = version(stored)
    ended = stored("payload", "drop", sha256(b"weights"))
    assert ended.status == 0
    assert ended.out.startswith(f"Removed {sha256(b'weights')} (7 B) from ")
    assert stored("payload", "get", sha256(b"weights")).status == 3
    assert stored("payload", "drop", sha256(b"weights")).status == 3
    assert "weights.bin" in stored("show", name).out


def test_a_file_that_is_not_kept_ends_with_status_1(
    filled: Command, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    from modellake.lake.keeping import PayloadKeeper

    write("repo/README.md", CARD)
    path = write("repo/weights.bin", b"weights")
    settle = PayloadKeeper.settle

    def later(keeper: PayloadKeeper, *arguments: object) -> None:
        path.write_bytes(b"Weights")
        settle(keeper, *arguments)

    monkeypatch.setattr(PayloadKeeper, "settle", later)
    ended = filled("harvest", "repo/README.md", "--store")
    assert ended.status == 1
    assert "1 file not kept:" in ended.out
    assert "harvest it again" in ended.out


def test_the_place_can_be_changed_and_what_was_kept_is_found(stored: Command, tmp_path: Path, write: Write) -> None:
    assert stored("payload", "place", "elsewhere").status == 0
    told = stored("payload", "place", "--json").json["places"]
    assert told == [str(tmp_path / "elsewhere"), str(tmp_path / "lake" / "blobs")]
    assert stored("payload", "add", write("new.bin", b"new")).out.startswith(sha256(b"new"))
    assert (tmp_path / "elsewhere" / "sha256" / sha256(b"new")[:2] / sha256(b"new")).exists()
    assert stored("payload", "get", sha256(b"weights")).out_bytes == b"weights"
    assert "also searched" in stored("payload", "place").out


def test_harvest_may_name_the_place(filled: Command, write: Write, tmp_path: Path) -> None:
    write("repo/README.md", CARD)
    write("repo/weights.bin", b"weights")
    assert filled("harvest", "repo/README.md", "--store-at", "far").status == 0
    assert (tmp_path / "far" / "sha256").is_dir()
    assert filled("payload", "get", sha256(b"weights")).out_bytes == b"weights"
    ended = filled("harvest", "repo/README.md", "--store-at", "ftp://example.org/")
    assert (ended.status, ended.err[:21]) == (2, "error [store.unknown]")


def test_object_storage_is_a_place_like_any_other(
    filled: Command, write: Write, s3: str, tmp_path: Path, place: Path
) -> None:
    write("repo/README.md", CARD)
    content = os.urandom(9_000_000)
    write("repo/weights.bin", content)
    ended = filled("harvest", "repo/README.md", "--store-at", f"{s3}/of-a-command")
    assert ended.status == 0, ended.err
    assert f"1 file kept (8.6 MiB) in {s3}/of-a-command" in ended.out
    assert not (place / "blobs").exists()
    assert filled("payload", "get", sha256(content), "-o", "copy.bin").status == 0
    assert (tmp_path / "copy.bin").read_bytes() == content
    assert "8.6 MiB" in filled("payload", "verify").out
    assert f"in {s3}/of-a-command" in filled("show", version_of(filled, content)).out


def version_of(command: Command, content: bytes) -> str:
    (blob,) = (item for item in command("payload", "list", "--json").json if item["sha256"] == sha256(content))
    return str(blob["files"][0]["resource"])


def test_a_store_that_does_not_answer_ends_with_status_4(
    filled: Command, write: Write, s3: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("repo/README.md", CARD)
    write("repo/weights.bin", b"weights")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    ended = filled("harvest", "repo/README.md", "--store-at", s3)
    assert ended.status == 4
    assert "error [blob.unreachable] " in ended.err
    assert "Traceback" not in ended.err
    assert filled("stats", "--json").json["commits"] == 1, "it should have been told before anything was written"


def test_nothing_to_harvest_is_a_usage_error(filled: Command) -> None:
    ended = filled("harvest", "--store")
    assert ended.status == 2
    assert "harvest --list" in ended.err


def test_harvesters_are_listed(command: Command) -> None:
    ended = command("harvest", "--list")
    assert ended.status == 0
    lines = ended.out.splitlines()
    assert any(line.startswith("files ") and "modellake" in line for line in lines)
    assert any(line.startswith("huggingface ") for line in lines)
    listed = command("harvest", "--list", "--json").json
    assert {"name", "summary", "package", "usable"} == set(listed[0])
    assert all(item["usable"] for item in listed if item["package"] == "modellake")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_an_interrupted_harvest_keeps_nothing_by_halves(filled: Command, tmp_path: Path, place: Path) -> None:
    repository = tmp_path / "large"
    repository.mkdir()
    (repository / "README.md").write_text(CARD)
    for number in range(40):
        (repository / f"{number}.bin").write_bytes(os.urandom(4_000_000))
    words = [sys.executable, "-m", "modellake", "harvest", str(repository / "README.md"), "--store"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        while not list((place / "blobs").rglob("*/*/*")) and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
    assert b"Traceback" not in err
    assert filled("payload", "verify").status == 0
    assert list((place / "blobs" / "incoming").iterdir()) == []
    again = filled("harvest", repository / "README.md", "--store", "--json")
    assert again.status == 0, again.err
    told = again.json["payloads"]
    assert told["kept"] + told["present"] == 40
