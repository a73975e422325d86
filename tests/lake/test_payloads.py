"""Payloads: from what a harvest describes to the bytes that the lake keeps, and back."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

import modellake
from lakes import turtle
from modellake.core.description import Description
from modellake.core.errors import AmbiguousError, LedgerError, NotFoundError, ParseError, UnavailableError, UsageError
from modellake.core.iris import LakeIRIs
from modellake.core.plugins import load_harvester
from modellake.core.vocab import DCAT, LAKE, SPDX
from modellake.harvest.huggingface import HuggingFace
from modellake.lake.harvesting import harvest_place
from modellake.lake.keeping import Kept, PayloadKeeper
from modellake.lake.keeping import _path as path_of
from modellake.lake.keeping import _regular_size as regular_size
from modellake.lake.lake import Lake
from modellake.lake.payloads import local_path, payload_files

Write = Callable[[str, str | bytes], Path]
CARD = "---\nlicense: mit\n---\n# Churn\n"
NO_CHECKSUM = """
<model/m> a lake:Model ; dct:title "M" .
<model/m/version/1> a lake:ModelVersion ; lake:versionOf <model/m> ; dcat:version "1" ;
  lake:hasDistribution <model/m/version/1#file> .
<model/m/version/1#file> a lake:ModelDistribution ; lake:fileName "model.bin" .
"""


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def harvest(lake: Lake, place: Path, name: str = "huggingface", meanwhile: Callable[[], object] = bool) -> Kept:
    """Harvest a place and keep its files; ``meanwhile`` happens between describing and keeping."""
    keeper, harvester = PayloadKeeper(lake.payloads, lake.ledger), load_harvester(name)

    def settle(receipt: object) -> None:
        meanwhile()
        keeper.settle(receipt)

    lake.commit_each(keeper.noticed(harvest_place(harvester, str(place), lake.iris), harvester), watch=settle)
    return keeper.kept


@pytest.fixture
def folder(write: Write) -> Path:
    """A repository with a card and two files."""
    write("churn/README.md", CARD)
    write("churn/data/weights.bin", b"weights")
    return write("churn/config.json", "{}").parent


def test_the_files_beside_a_card_are_kept(lake: Lake, folder: Path) -> None:
    kept = harvest(lake, folder)
    assert (kept.files, kept.size, kept.present, kept.missed, kept.findings) == (2, 9, 0, 0, [])
    assert lake.payloads.open(sha256(b"weights")).read() == b"weights"
    assert sorted(blob.size for blob in lake.payloads.list()) == [2, 7]
    assert (lake.directory / "blobs" / "sha256").is_dir()


def test_a_harvest_in_python_keeps_files(lake: Lake, folder: Path) -> None:
    watched = []
    receipt = lake.harvest(folder, "huggingface", store=True, watch=watched.append)
    assert len(list(lake.payloads.list())) == 2
    assert watched == [receipt]
    assert not any(finding.code.startswith("payload.") for _, finding in receipt.findings)
    dry = lake.harvest(folder, "huggingface", store=True, dry_run=True, reread=True)
    assert len(dry.unchanged) == 1


def test_findings_about_files_reach_the_receipt(lake: Lake, folder: Path) -> None:
    class Removing(HuggingFace):
        """Somebody removes a file just after it was described."""

        def describe(self, document: str, content: bytes, iris: LakeIRIs) -> Description:
            said = super().describe(document, content, iris)
            (folder / "config.json").unlink()
            return said

    receipt = lake.harvest(folder, Removing(), store=True)
    assert [finding.code for _, finding in receipt.findings if finding.code.startswith("payload.")] == [
        "payload.not-there"
    ]
    assert [blob.size for blob in lake.payloads.list()] == [7]


def test_what_is_kept_is_not_kept_twice(lake: Lake, folder: Path, write: Write) -> None:
    harvest(lake, folder)
    again = harvest(lake, folder)
    assert (again.files, again.present) == (0, 2)
    write("other/README.md", CARD)
    write("other/same.bin", b"weights")
    assert harvest(lake, folder.parent / "other").present == 1


def test_a_model_file_of_any_format_is_kept(lake: Lake, write: Write) -> None:
    content = (2).to_bytes(8, "little") + b"{}"
    kept = harvest(lake, write("models/tiny.safetensors", content), "files")
    assert (kept.files, kept.findings) == (1, [])
    assert lake.payloads.digest("tiny@" + sha256(content)[:16]) == sha256(content)


def test_a_file_that_changed_is_a_finding_and_not_kept(lake: Lake, folder: Path) -> None:
    weights = folder / "data" / "weights.bin"
    kept = harvest(lake, folder, meanwhile=lambda: weights.write_bytes(b"Weights"))
    assert (kept.files, kept.missed) == (1, 1)
    (finding,) = kept.findings
    assert finding.code == "payload.changed"
    assert sha256(b"Weights") in finding.message
    assert finding.focus is not None and "weights.bin" in finding.focus
    assert [blob.size for blob in lake.payloads.list()] == [2]


def replaced_by_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def replaced_by_link_outside(path: Path) -> None:
    outside = path.parents[2] / "outside.bin"
    outside.write_bytes(b"weights")
    path.unlink()
    path.symlink_to(outside)


def replaced_by_link_to_device(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


def replaced_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def replaced_by_endless_link(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders on this system")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        (replaced_by_pipe, "payload.not-a-file"),
        (replaced_by_link_outside, "payload.link-outside"),
        (replaced_by_link_to_device, "payload.link-outside"),
        (replaced_by_folder, "payload.not-a-file"),
        (replaced_by_endless_link, "payload.unreadable"),
        (lambda path: path.write_bytes(b"weights and more"), "payload.changed"),
        (lambda path: path.write_bytes(b""), "payload.changed"),
    ],
)
def test_what_is_no_plain_file_in_its_folder_is_not_kept(
    lake: Lake, folder: Path, change: Callable[[Path], object], code: str
) -> None:
    kept = harvest(lake, folder, meanwhile=lambda: change(folder / "data" / "weights.bin"))
    assert [finding.code for finding in kept.findings] == [code]
    assert kept.findings[0].remedy
    assert kept.missed == 1
    assert lake.payloads.find(sha256(b"weights")) is None


def test_a_described_file_that_is_not_there_is_noted_and_nothing_to_mend(lake: Lake, folder: Path) -> None:
    kept = harvest(lake, folder, meanwhile=(folder / "data" / "weights.bin").unlink)
    assert [(finding.code, finding.severity.value) for finding in kept.findings] == [("payload.not-there", "Info")]
    assert (kept.files, kept.missed) == (1, 0)


def test_a_link_inside_its_folder_is_kept_as_the_file_it_leads_to(lake: Lake, folder: Path) -> None:
    (folder / "latest.bin").symlink_to(folder / "data" / "weights.bin")
    kept = harvest(lake, folder)
    assert kept.findings == []
    assert (kept.files, kept.present) == (2, 1)


def test_the_cache_of_the_hub_is_made_of_links_and_kept(lake: Lake, tmp_path: Path) -> None:
    repository = tmp_path / "hub" / "models--acme--churn"
    snapshot = repository / "snapshots" / ("0" * 40)
    snapshot.mkdir(parents=True)
    (repository / "blobs").mkdir()
    (repository / "blobs" / "abc").write_bytes(b"weights")
    (snapshot / "README.md").write_text(CARD)
    (snapshot / "model.bin").symlink_to("../../blobs/abc")
    kept = harvest(lake, tmp_path / "hub")
    assert (kept.files, kept.findings) == (1, [])


def test_nothing_is_kept_of_what_the_gate_refuses(lake: Lake, write: Write) -> None:
    write("broken/README.md", "---\nlicense: [mit\n---\n")
    write("broken/model.bin", b"weights")
    assert harvest(lake, write("broken/x.txt", "x").parent).to_dict()["kept"] == 0
    assert list(lake.payloads.list()) == []


def test_a_name_cannot_lead_out_of_its_folder(lake: Lake, tmp_path: Path, folder: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_bytes(b"secret")
    harvester = load_harvester("huggingface")
    keeper = PayloadKeeper(lake.payloads, lake.ledger)
    items = list(harvest_place(harvester, str(folder), lake.iris))
    text = "\n".join(f"{item} ." for item in items[0].statements)
    for wicked in ("../secret.txt", str(secret)):
        lie = text.replace('"config.json"', json.dumps(wicked)).replace(sha256(b"{}"), sha256(b"secret"))
        lie = lie.replace('"2"^^', '"6"^^')
        (said,) = lake.describe(lie.encode(), format="ntriples")
        said = replace(said, source=items[0].source)
        receipt = lake.commit_each(keeper.noticed([said], harvester))
        keeper.settle(receipt)
        assert "payload.link-outside" in [finding.code for finding in keeper.kept.findings]
        assert lake.payloads.find(sha256(b"secret")) is None
        keeper = PayloadKeeper(lake.payloads, lake.ledger)


def test_files_elsewhere_are_noted(lake: Lake, folder: Path) -> None:
    harvester, keeper = load_harvester("huggingface"), PayloadKeeper(lake.payloads, lake.ledger)
    (said,) = harvest_place(harvester, str(folder), lake.iris)
    distant = replace(said, source=replace(said.source, place="https://example.org/acme/churn"))
    keeper.settle(lake.commit_each(keeper.noticed([distant], harvester)))
    assert [finding.code for finding in keeper.kept.findings] == ["payload.elsewhere"]
    assert keeper.kept.missed == 0


def test_a_description_without_checksum_is_noted(lake: Lake) -> None:
    (said,) = lake.describe(turtle(NO_CHECKSUM), format="turtle", source="urn:source:a")
    (file,) = payload_files(said.statements)
    assert (file.name, file.sha256, file.size, file.url) == ("model.bin", None, None, None)
    keeper = PayloadKeeper(lake.payloads, lake.ledger)
    said = replace(said, source=replace(said.source, place="here/card.md"))
    keeper.settle(lake.commit_each(keeper.noticed([said], load_harvester("files"))))
    assert [finding.code for finding in keeper.kept.findings] == ["payload.no-checksum"]


def test_a_full_place_ends_the_keeping_but_not_what_is_described(lake: Lake, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    lake.payloads.use(str(tmp_path / "file" / "blobs"))
    with pytest.raises(UnavailableError) as caught:
        harvest(lake, folder)
    assert caught.value.code == "blob.disk"
    assert lake.stats().ledger.commits == 1


def test_a_file_can_be_added_and_got(lake: Lake, tmp_path: Path, write: Write) -> None:
    digest = lake.payloads.add(write("model.bin", b"some weights"))
    assert digest == sha256(b"some weights")
    target = tmp_path / "new folder" / "copy.bin"
    lake.payloads.save(digest, target)
    assert target.read_bytes() == b"some weights"
    assert [path.name for path in target.parent.iterdir()] == ["copy.bin"]
    with pytest.raises(NotFoundError):
        lake.payloads.add(tmp_path / "absent.bin")


def test_damaged_bytes_are_found_and_a_file_stays_as_it_was(lake: Lake, write: Write, tmp_path: Path) -> None:
    digest = lake.payloads.add(write("model.bin", b"some weights"))
    path = lake.directory / "blobs" / "sha256" / digest[:2] / digest
    path.chmod(0o644)
    path.write_bytes(b"some Weights")
    target = write("target.bin", b"as it was")
    with pytest.raises(LedgerError) as caught:
        lake.payloads.save(digest, target)
    assert caught.value.code == "blob.damaged"
    assert target.read_bytes() == b"as it was"
    assert sorted(item.name for item in tmp_path.iterdir() if item.is_file()) == ["model.bin", "target.bin"]
    ((_, finding),) = lake.payloads.verify(set_aside=True)
    assert finding is not None and finding.code == "blob.damaged"
    assert list(lake.payloads.verify()) == []
    lake.payloads.add(tmp_path / "model.bin")
    assert [finding for _, finding in lake.payloads.verify()] == [None]


def test_a_file_that_changes_while_it_is_added_is_refused(lake: Lake, write: Write) -> None:
    path = write("model.bin", b"some weights")
    real = lake.payloads.blobs.keep

    def later(*arguments: object) -> bool:
        path.write_bytes(b"other weight")
        return real(*arguments)

    lake.payloads.blobs.keep = later
    with pytest.raises(ParseError) as caught:
        lake.payloads.add(path)
    assert caught.value.code == "payload.changed"


def test_a_resource_with_several_files_is_ambiguous(lake: Lake, folder: Path) -> None:
    harvest(lake, folder)
    (version,) = (row["owner"] for row in lake.query("files") if row["name"] == "config.json")
    with pytest.raises(AmbiguousError) as caught:
        lake.payloads.digest(version)
    assert len(caught.value.candidates) == 2
    assert lake.payloads.digest(f"{version}#file-config.json") == sha256(b"{}")
    assert lake.payloads.digest(sha256(b"{}").upper()) == sha256(b"{}")
    with pytest.raises(NotFoundError):
        lake.payloads.digest("nobody/knows")


NASTY = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["..", "../x", "/etc/passwd", "a\x00b", "x" * 5000, "http://[", "file:///etc/passwd", "²", "9" * 5000]
    ),
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=NASTY, size=NASTY, url=NASTY, digest=NASTY)
def test_nothing_that_is_described_leads_out_of_a_folder_or_breaks_the_keeping(
    tmp_path: Path, name: str, size: str, url: str, digest: str
) -> None:
    node, checksum = NamedNode("urn:m#file"), BlankNode("c")
    values = {LAKE.fileName: name, DCAT.byteSize: size, DCAT.downloadURL: url}
    said = [Triple(node, predicate, Literal(value)) for predicate, value in values.items()]
    said += [
        Triple(node, SPDX.checksum, checksum),
        Triple(checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256),
        Triple(checksum, SPDX.checksumValue, Literal(digest)),
    ]
    folder = tmp_path / "folder"
    folder.mkdir(exist_ok=True)
    (folder / "x").write_bytes(b"inside")
    (file,) = payload_files(said)
    path = path_of(file, folder)
    if path is not None:
        try:
            regular_size(path, folder)
        except ParseError as error:
            assert error.code in {"payload.link-outside", "payload.not-a-file", "payload.unreadable"}
        else:
            assert path.resolve().is_relative_to(folder.resolve())


def test_places_are_remembered_and_all_are_searched(tmp_path: Path, write: Write) -> None:
    pytest.importorskip("obstore", reason="obstore is not installed: the extra store")
    place, memory = tmp_path / "lake", f"memory://{tmp_path}"
    with modellake.open(place) as lake:
        first = lake.payloads.add(write("first.bin", b"first"))
        lake.payloads.use(memory)
        second = lake.payloads.add(write("second.bin", b"second"))
        assert lake.payloads.places == [memory, "blobs"]
    with modellake.open(place) as lake:
        assert lake.payloads.find(second).place == memory
        assert {lake.payloads.open(item).read() for item in (first, second)} == {b"first", b"second"}
        lake.payloads.use("blobs")
        assert lake.payloads.places == ["blobs", memory]


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("ftp://example.org/x", "store.unknown"),
        ("", "store.unknown"),
        ("file://elsewhere/x", "store.unknown"),
        ("s3://user:word@bucket", "store.credentials"),
    ],
)
def test_places_that_cannot_be_used(lake: Lake, place: str, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        lake.payloads.use(place)
    assert caught.value.code == code
    assert lake.payloads.places == ["blobs"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"places": []}', '{"places": [1]}', '{"places": "x"', "\xff"])
def test_a_broken_setting_is_told_as_such(lake: Lake, text: str) -> None:
    (lake.directory / "payloads.json").write_text(text, encoding="latin-1")
    with pytest.raises(LedgerError) as caught:
        lake.payloads.find(sha256(b""))
    assert caught.value.code == "payloads.setting"


def test_a_folder_may_be_written_as_a_url(lake: Lake, tmp_path: Path, write: Write) -> None:
    lake.payloads.use((tmp_path / "else where").as_uri())
    lake.payloads.add(write("model.bin", b"x"))
    assert (tmp_path / "else where" / "sha256").is_dir()
    assert local_path("https://example.org/x") is None


def test_what_a_killed_writer_left_behind_is_removed_when_payloads_are_used(tmp_path: Path) -> None:
    with modellake.open(tmp_path / "lake") as lake:
        left = lake.directory / "blobs" / "incoming" / "left"
        left.parent.mkdir(parents=True)
        left.write_bytes(b"half of it")
    with modellake.open(tmp_path / "lake") as lake:
        assert left.exists()
        assert list(lake.payloads.list()) == []
        assert not left.exists()
