"""Where cards are found, what they are called, which files are theirs."""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from cards import BASE, HARVESTER, describe_file, objects, values
from repositories import safetensors

from modellake.core.errors import ParseError
from modellake.core.plugins import Harvester, accepting_harvesters, load_harvester

Write = Callable[[str, str | bytes], Path]
CARD = "---\nlicense: mit\n---\n"
WEIGHTS = safetensors(a=[1.0])
REVISION = "0123456789abcdef0123456789abcdef01234567"


def found(folder: Path) -> list[str]:
    return [Path(document).relative_to(folder).as_posix() for document in HARVESTER.find(str(folder))]


def test_the_entry_point_leads_to_the_harvester(tmp_path: Path, write: Write) -> None:
    harvester = load_harvester("huggingface")
    assert isinstance(harvester, Harvester)
    assert harvester.name == "huggingface"
    write("a/README.md", CARD)
    assert "huggingface" in [item.name for item in accepting_harvesters(str(tmp_path))]


def test_repositories_collections_and_loose_cards_are_found_in_order(tmp_path: Path, write: Write) -> None:
    for name in ("b/README.md", "a-b/README.md", "a/README.md", "org/x/README.md", "loose.md", "old.MARKDOWN"):
        write(name, CARD)
    write("a/sub/README.md", CARD)
    write("plain.md", "no card")
    write("README.md", "a page about the collection")
    write(".git/README.md", CARD)
    write("notes.txt", CARD)
    documents = found(tmp_path)
    assert documents == ["a-b/README.md", "a/README.md", "b/README.md", "loose.md", "old.MARKDOWN", "org/x/README.md"]


def test_a_readme_without_front_matter_counts_where_nothing_else_does(tmp_path: Path, write: Write) -> None:
    write("json/README.md", "# json\n")
    assert found(tmp_path) == ["json/README.md"]


def test_finding_streams(tmp_path: Path, write: Write) -> None:
    write("a/README.md", CARD)
    write("b/README.md", CARD)
    documents = HARVESTER.find(str(tmp_path))
    first = next(documents)
    (tmp_path / "b" / "README.md").unlink()
    assert first.endswith("a/README.md")
    assert list(documents) == []


def test_links_to_folders_are_not_followed(tmp_path: Path, write: Write) -> None:
    write("a/README.md", CARD)
    (tmp_path / "a2").symlink_to(tmp_path, target_is_directory=True)
    assert found(tmp_path) == ["a/README.md"]


@pytest.mark.parametrize(
    ("name", "content", "accepted"),
    [("card.md", "x", True), ("README.md", CARD, True), ("model.onnx", b"\x08", False), ("a.txt", CARD, False)],
)
def test_files_are_accepted_by_their_name(write: Write, name: str, content: str | bytes, accepted: bool) -> None:
    assert HARVESTER.accepts(str(write(name, content))) is accepted


def test_folders_are_accepted_for_a_card_in_them(tmp_path: Path, write: Write) -> None:
    write("deep/er/model.bin", b"x")
    assert not HARVESTER.accepts(str(tmp_path))
    write("deep/er/README.md", CARD)
    assert HARVESTER.accepts(str(tmp_path))


@pytest.mark.parametrize("place", ["https://huggingface.co/org/name", "missing.md", "\0"])
def test_what_is_not_there_is_not_accepted(place: str) -> None:
    assert not HARVESTER.accepts(place)


def test_a_source_is_the_file_iri_of_the_absolute_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    source = HARVESTER.source("a b/../ü/README.md")
    assert source.iri.value == (tmp_path / "ü" / "README.md").as_uri()
    assert source == HARVESTER.source("a b/../ü/README.md")
    assert source.place == "a b/../ü/README.md"
    assert source.media_type == "text/markdown"


def test_the_cache_of_the_hub(tmp_path: Path) -> None:
    snapshot = cache(tmp_path, "models--acme--churn")
    (document,) = HARVESTER.find(str(tmp_path))
    assert Path(document) == snapshot / "README.md"
    description = describe_file(snapshot / "README.md")
    version = f"model/acme/churn/version/{REVISION}"
    assert objects(description, version, "dcat:version") == [REVISION]
    assert objects(description, version, "lake:commitIdentifier") == [REVISION]
    assert values(description, "lake:fileName") == ["model.safetensors"]
    assert values(description, "spdx:checksumValue") == [hashlib.sha256(WEIGHTS).hexdigest()]
    assert description.findings == ()


def cache(tmp_path: Path, name: str) -> Path:
    """A repository in the Hub's cache, its files links into ``blobs``."""
    blobs, snapshot = tmp_path / name / "blobs", tmp_path / name / "snapshots" / REVISION
    blobs.mkdir(parents=True)
    snapshot.mkdir(parents=True)
    for file, content in (("README.md", CARD.encode()), ("model.safetensors", WEIGHTS)):
        (blobs / file[:1]).write_bytes(content)
        (snapshot / file).symlink_to(Path("..", "..", "blobs", file[:1]))
    return snapshot


def test_legacy_names_in_the_cache(tmp_path: Path) -> None:
    description = describe_file(cache(tmp_path, "models--gpt2") / "README.md")
    assert objects(description, "model/gpt2", "dct:title") == ["gpt2"]
    assert objects(description, "model/gpt2", "dct:publisher") == []


def test_files_beside_the_card_are_distributions(tmp_path: Path, write: Write) -> None:
    card = write("churn/README.md", CARD)
    write("churn/model.safetensors", b"weights")
    write("churn/onnx/model.onnx", b"graph")
    write("churn/onnx/README.md", CARD)
    write("churn/.gitattributes", b"hidden")
    write("churn/.cache/x", b"hidden")
    write("other/file.bin", b"not its own")
    description = describe_file(card)
    version = f"{BASE}model/churn/version/main"
    assert values(description, "lake:fileName") == ["model.safetensors", "onnx/README.md", "onnx/model.onnx"]
    weights = f"{version}#file-model.safetensors"
    assert objects(description, version, "lake:hasDistribution")[0] == weights
    assert objects(description, weights, "dcat:byteSize") == ["7"]
    octets = "https://www.iana.org/assignments/media-types/application/octet-stream"
    assert objects(description, weights, "dcat:mediaType") == [octets]
    assert hashlib.sha256(b"graph").hexdigest() in values(description, "spdx:checksumValue")


def test_files_of_a_dataset_are_dataset_distributions(write: Write) -> None:
    card = write("logs/README.md", "---\nsize_categories: [n<1K]\n---\n")
    write("logs/data/train.csv", "a,b\n")
    description = describe_file(card)
    (file,) = objects(description, "dataset/logs/version/main", "lake:hasDatasetDistribution")
    assert objects(description, file, "rdf:type") == ["https://w3id.org/model-lake#DatasetDistribution"]
    assert objects(description, file, "dcat:mediaType") == ["https://www.iana.org/assignments/media-types/text/csv"]


def test_a_loose_card_has_no_files(tmp_path: Path, write: Write) -> None:
    card = write("churn.md", CARD)
    write("other.bin", b"x")
    description = describe_file(card)
    assert objects(description, "model/churn", "dct:title") == ["churn"]
    assert values(description, "lake:fileName") == []


def test_what_is_no_file_of_the_repository_is_skipped_with_a_finding(tmp_path: Path, write: Write) -> None:
    card = write("churn/README.md", CARD)
    secret = write("secret.txt", "secret")
    folder = card.parent
    (folder / "a-outside").symlink_to(secret)
    (folder / "b-broken").symlink_to("nowhere")
    (folder / "c-loop").symlink_to("c-loop")
    (folder / "d-folder").symlink_to(".", target_is_directory=True)
    os.mkfifo(folder / "e-pipe")
    (folder / "f-inside").symlink_to("README.md")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(folder / "g-socket"))
        description = describe_file(card)
    assert values(description, "lake:fileName") == ["f-inside"]
    assert [finding.code for finding in description.findings] == [
        "card.file-outside",
        "card.link-broken",
        "card.link-broken",
        "card.link-to-folder",
        "card.file-special",
        "card.file-special",
    ]


def test_a_plain_readme_does_not_own_the_repositories_below_it(write: Write) -> None:
    card = write("collection/README.md", "a page")
    write("collection/a/README.md", CARD)
    write("collection/a/weights.bin", b"x")
    write("collection/figure.png", b"x")
    assert values(describe_file(card), "lake:fileName") == ["figure.png"]


@pytest.mark.parametrize("name", ["a b", "ü", "a#b", "a%20b", "..x", "'q\"", "a\nb", "<x>", "a\\b"])
def test_odd_names_make_valid_iris(write: Write, name: str) -> None:
    card = write(f"{name}/README.md", CARD)
    write(f"{name}/w{name}.bin", b"x")
    description = describe_file(card)
    assert values(description, "lake:fileName") == [f"w{name}.bin"]
    assert name in values(description, "dct:title")


def test_names_that_are_no_utf_8_are_told_apart(tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    for name in (b"a\xff", b"a\xfe"):
        (folder / os.fsdecode(name)).write_bytes(b"x")
    (folder / "README.md").write_text(CARD)
    assert values(describe_file(folder / "README.md"), "lake:fileName") == ["a\\xfe", "a\\xff"]


def test_reading_is_bounded(write: Write) -> None:
    with pytest.raises(ParseError) as caught:
        HARVESTER.read(str(write("big/README.md", b"x" * (10 * 1024 * 1024 + 1))))
    assert caught.value.code == "parse.too-large"
    limit = write("limit/README.md", b"x" * (10 * 1024 * 1024))
    assert len(HARVESTER.read(str(limit))) == 10 * 1024 * 1024


def test_what_is_no_readable_file_is_refused(tmp_path: Path, write: Write) -> None:
    pipe = tmp_path / "pipe.md"
    os.mkfifo(pipe)
    (tmp_path / "repo").mkdir()
    link = tmp_path / "repo" / "README.md"
    link.symlink_to(write("secret.md", "secret"))
    places = {
        pipe: "parse.not-a-file",
        tmp_path: "parse.not-a-file",
        tmp_path / "missing.md": "parse.unreadable",
        link: "parse.link-outside",
    }
    for place, code in places.items():
        with pytest.raises(ParseError) as caught:
            HARVESTER.read(str(place))
        assert caught.value.code == code, place
        assert caught.value.remedy
