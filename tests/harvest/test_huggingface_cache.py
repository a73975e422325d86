"""The Hub's cache: snapshots are versions, refs are what they are called, blobs are called by their digests."""

from __future__ import annotations

from pathlib import Path

from cards import BASE, HARVESTER, describe_file, objects, values
from repositories import CARD, CONFIG, INFOS, cache, safetensors

import modellake
from modellake.core.plugins import load_harvester
from modellake.core.report import Severity
from modellake.lake.harvesting import harvest_place

HF = "https://w3id.org/model-lake/source/huggingface#"
OLD, NEW = "a" * 40, "b" * 40
MODEL = "model/acme/churn"
WEIGHTS = safetensors(a=[1.0])


def version(revision: str) -> str:
    return f"{MODEL}/version/{revision}"


def with_refs(tmp_path: Path, **refs: str) -> None:
    for name, revision in refs.items():
        path = tmp_path / "models--acme--churn" / "refs" / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(revision)


def test_snapshots_are_versions_of_one_line(tmp_path: Path) -> None:
    for revision in (OLD, NEW):
        cache(tmp_path, "models--acme--churn", revision, {"README.md": CARD, "model.safetensors": safetensors(a=[1.0])})
    with_refs(tmp_path, main=NEW, v1=OLD, pr__1=NEW, stale="c" * 40)
    documents = list(HARVESTER.find(str(tmp_path)))
    assert [Path(document).parent.name for document in documents] == [OLD, NEW]
    old, new = (describe_file(Path(document)) for document in documents)
    assert objects(old, version(OLD), "lake:versionOf") == [BASE + MODEL]
    assert objects(old, version(OLD), "lake:commitIdentifier") == [OLD]
    assert objects(old, version(OLD), HF + "ref") == ["v1"]
    assert objects(new, version(NEW), HF + "ref") == ["main", "pr/1"]
    assert objects(old, MODEL, "dcat:hasCurrentVersion") == []
    assert objects(new, MODEL, "dcat:hasCurrentVersion") == [BASE + version(NEW)]
    assert old.findings == new.findings == ()


def test_odd_refs_are_passed_over(tmp_path: Path) -> None:
    snapshot = cache(tmp_path, "models--acme--churn", NEW, {"README.md": CARD})
    refs = tmp_path / "models--acme--churn" / "refs"
    refs.mkdir()
    (refs / "binary").write_bytes(b"\xff" * 1000)
    (refs / "empty").write_bytes(b"")
    (refs / "broken").symlink_to("nowhere")
    (refs / "main").write_text(NEW + "\n")
    assert objects(describe_file(snapshot / "README.md"), version(NEW), HF + "ref") == ["main"]


def test_blobs_that_are_not_what_they_are_called_are_noted(tmp_path: Path) -> None:
    files: dict[str, object] = {"README.md": CARD, "config.json": CONFIG, "model.safetensors": safetensors(a=[1.0])}
    snapshot = cache(tmp_path, "models--acme--churn", NEW, files)
    assert describe_file(snapshot / "README.md").findings == ()
    for name in ("config.json", "model.safetensors"):
        (snapshot / name).resolve().write_bytes(b'{"cut": 1}')
    findings = describe_file(snapshot / "README.md").findings
    assert [finding.code for finding in findings] == ["card.blob-differs"] * 2 + ["weights.truncated"]
    for finding, name in zip(findings[:2], ("config.json", "model.safetensors"), strict=True):
        assert finding.severity is Severity.WARNING
        assert finding.place is not None
        assert finding.place.document == str(snapshot / name)
        assert (snapshot / name).resolve().name in finding.message
        assert finding.remedy


def test_a_snapshot_without_a_card_is_found_by_its_configuration(tmp_path: Path) -> None:
    snapshot = cache(
        tmp_path, "models--acme--churn", NEW, {"config.json": CONFIG, "model.safetensors": safetensors(a=[1.0])}
    )
    (document,) = HARVESTER.find(str(tmp_path))
    assert document == str(snapshot / "config.json")
    assert list(HARVESTER.find(str(snapshot))) == [document]
    assert HARVESTER.accepts(document)
    source = HARVESTER.source(document)
    assert (source.place, source.media_type) == (document, "application/json")
    assert source.iri == HARVESTER.source(str(snapshot / "README.md")).iri
    description = describe_file(Path(document))
    assert objects(description, version(NEW), "lake:architecture") == ["BertForSequenceClassification"]
    assert values(description, "lake:fileName") == ["config.json", "model.safetensors"]
    assert [(finding.code, finding.severity) for finding in description.findings] == [("card.absent", Severity.INFO)]
    assert values(description, "lake:hasDocument") == []


def test_a_dataset_without_a_card_is_found_by_its_infos(tmp_path: Path) -> None:
    cache(tmp_path, "datasets--acme--logs", NEW, {"dataset_infos.json": INFOS})
    (document,) = HARVESTER.find(str(tmp_path))
    description = describe_file(Path(document))
    assert objects(description, f"dataset/acme/logs/version/{NEW}", "lake:hasSplit")


def test_outside_of_the_cache_a_configuration_is_no_card(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    assert list(HARVESTER.find(str(tmp_path))) == []
    assert not HARVESTER.accepts(str(tmp_path / "config.json"))
    snapshots = tmp_path / "snapshots" / NEW
    snapshots.mkdir(parents=True)
    (snapshots / "config.json").write_text("{}")
    assert list(HARVESTER.find(str(tmp_path))) == []


def test_a_bad_configuration_without_a_card_still_tells_of_the_version(tmp_path: Path) -> None:
    snapshot = cache(
        tmp_path, "models--acme--churn", NEW, {"config.json": b"{", "model.safetensors": safetensors(a=[1.0])}
    )
    description = describe_file(snapshot / "config.json")
    assert [finding.code for finding in description.findings] == ["card.absent", "side-file.json"]
    assert objects(description, version(NEW), "lake:hasDistribution")


def test_a_card_that_comes_later_takes_the_place_of_its_stand_in(tmp_path: Path) -> None:
    def harvest() -> list[str]:
        documents = harvest_place(load_harvester("huggingface"), str(tmp_path / "hub"), lake.iris)
        return lake.commit_each(documents, message="cache").accepted

    with modellake.open(tmp_path / "lake", base_iri=BASE) as lake:
        cache(tmp_path / "hub", "models--acme--churn", NEW, {"config.json": CONFIG})
        assert len(harvest()) == 1
        assert harvest() == []
        cache(tmp_path / "hub", "models--acme--churn", NEW, {"README.md": CARD})
        assert len(harvest()) == 1
        found = lake.query("SELECT DISTINCT ?source { GRAPH ?g { ?record <http://purl.org/dc/terms/source> ?source } }")
        assert len(found.column("source")) == 1


def test_a_changed_ref_changes_the_fingerprint(tmp_path: Path) -> None:
    snapshot = cache(tmp_path, "models--acme--churn", NEW, {"README.md": CARD})
    with_refs(tmp_path, main=OLD)
    document = str(snapshot / "README.md")
    before = HARVESTER.fingerprint(document)
    assert before is not None
    assert HARVESTER.fingerprint(document) == before
    with_refs(tmp_path, main=NEW)
    assert HARVESTER.fingerprint(document) not in (before, None)
