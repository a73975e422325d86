"""Runs: what is logged arrives in the lake, whatever happens to the run."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode
from recorded import objects, observations, params, tags

from lakes import BASE, quads
from modellake.core.activities import RUN_KINDS
from modellake.core.errors import NotFoundError, RefusedError, UnavailableError, UsageError
from modellake.core.records import Dataset, DatasetVersion, Model, ModelVersion
from modellake.core.vocab import DCAT, DCT, LAKE, METRIC, PROV, RDF, SPDX, XSD
from modellake.lake.lake import Lake
from modellake.lake.recording.run import Run


def test_a_run_from_beginning_to_end(lake: Lake, write: Any) -> None:
    data, weights = write("train.csv", "a,b\n1,2\n"), write("model.bin", b"weights")
    with lake.run("train churn", experiment="depth", agent="ann", description="A first try.") as run:
        assert run.status == "running"
        run.log_params({"max_depth": 3, "criterion": "gini"})
        run.log_metric("accuracy", 0.9, step=0)
        run.log_input(data, "training", name="acme/customers", version="2024-06")
        version = run.log_model(weights, "acme/churn", task="tabular-classification", license="mit")
        evaluation = run.log_evaluation(version, "accuracy", 0.91, data="acme/customers@2024-06")
        run.set_tag("team", "risk")
    assert run.status == "finished"
    assert objects(lake, run.iri, RDF.type) == [LAKE.TrainingRun]
    assert objects(lake, run.iri, LAKE.runStatus) == [LAKE.finished]
    assert objects(lake, run.iri, DCT.title) == [Literal("train churn")]
    assert objects(lake, run.iri, PROV.wasAssociatedWith) == [NamedNode(f"{BASE}agent/ann")]
    assert objects(lake, run.iri, LAKE.inExperiment) == [NamedNode(f"{BASE}experiment/depth")]
    assert tags(lake, run) == {"team": "risk"}
    [started], [ended] = objects(lake, run.iri, PROV.startedAtTime), objects(lake, run.iri, PROV.endedAtTime)
    assert started.datatype == XSD.dateTime
    assert started.value <= ended.value
    made = version.iri(lake.iris)
    assert made == NamedNode(f"{BASE}model/acme/churn/version/1")
    assert objects(lake, run.iri, LAKE.produced) == sorted([made, evaluation.iri(lake.iris)], key=str)
    assert objects(lake, made, LAKE.producedBy) == [run.iri]
    [split] = objects(lake, made, LAKE.trainedOn)
    assert split.value.startswith(f"{BASE}dataset/acme/customers/version/2024-06#split-train-")
    assert objects(lake, run.iri, LAKE.usedTrainingData) == [split]
    assert objects(lake, evaluation, LAKE.evaluates) == [made]
    assert objects(lake, evaluation, LAKE.metric) == [METRIC.accuracy]
    assert objects(lake, evaluation, LAKE.evaluatedBy) == [NamedNode(f"{BASE}agent/ann")]
    assert not lake.verify()


def test_two_commits_one_at_each_end(lake: Lake) -> None:
    with lake.run("short") as run:
        assert objects(lake, run.iri, LAKE.runStatus) == [LAKE.running]
        run.log_metric("loss", 1.0)
        assert lake.ledger.head().sequence == 1
    assert [commit.message for commit in lake.ledger.commits()] == ["Run short: running", "Run short: finished"]


def test_flush_commits_now_and_replaces_what_was_said(lake: Lake) -> None:
    with lake.run("long") as run:
        run.log_param("lr", 0.1)
        run.flush()
        assert params(lake, run) == {"lr": Literal("0.1", datatype=XSD.double)}
        run.log_param("lr", 0.2)
    assert params(lake, run) == {"lr": Literal("0.2", datatype=XSD.double)}


def test_params_keep_their_datatypes(lake: Lake) -> None:
    with lake.run("typed") as run:
        run.log_params({"b": True, "i": 3, "f": 1e-5, "s": "x", "n": None, "l": [1, "a"], "nan": float("nan")})
    assert params(lake, run) == {
        "b": Literal("true", datatype=XSD.boolean),
        "i": Literal("3", datatype=XSD.integer),
        "f": Literal("1e-05", datatype=XSD.double),
        "s": Literal("x"),
        "n": Literal("None"),
        "l": Literal('[1, "a"]'),
        "nan": Literal("NaN", datatype=XSD.double),
    }


def test_metrics_over_steps_and_odd_values(lake: Lake) -> None:
    with lake.run("metrics") as run:
        for step in range(3):
            run.log_metric("accuracy", step / 2, step)
        run.log_metrics({"accuracy": float("nan"), "val/loss": float("inf")}, step=3)
        run.log_metric("accuracy", "n/a")
    metric, own = METRIC.accuracy.value, f"{BASE}metric/val/loss"
    assert observations(lake, run) == {
        (metric, "0", "0.0"),
        (metric, "1", "0.5"),
        (metric, "2", "1.0"),
        (metric, "3", "nan"),
        (metric, "", "n/a"),
        (own, "3", "inf"),
    }
    assert objects(lake, NamedNode(own), RDF.type) == [LAKE.Metric]


@pytest.mark.parametrize("step", [-1, 0.5, True])
def test_steps_count_from_zero(lake: Lake, step: Any) -> None:
    with lake.run("steps") as run, pytest.raises(UsageError, match="is no step"):
        run.log_metric("loss", 1, step)


def test_a_failure_is_recorded_and_raised_again(lake: Lake) -> None:
    secret = "https://ann:hunter2@db.example/x"
    with pytest.raises(ValueError, match="cannot read"), lake.run("fails") as run:
        run.log_param("lr", 0.1)
        raise ValueError(f"cannot read {secret}")
    assert objects(lake, run.iri, LAKE.runStatus) == [LAKE.failed]
    assert objects(lake, run.iri, LAKE.reason) == [Literal("ValueError: cannot read https://***@db.example/x")]
    assert params(lake, run).keys() == {"lr"}
    assert objects(lake, run.iri, PROV.endedAtTime)


def test_an_interrupted_run_has_failed_and_a_clean_exit_has_not(lake: Lake) -> None:
    with pytest.raises(KeyboardInterrupt), lake.run("stopped") as stopped:
        raise KeyboardInterrupt
    with pytest.raises(SystemExit), lake.run("done") as done:
        sys.exit(0)
    assert (stopped.status, done.status) == ("failed", "finished")


def refused_evaluation(run: Run) -> None:
    """What the gate alone can judge: a value above its upper bound."""
    run.log_evaluation("acme/m@1", "accuracy", 0.9, upper_bound=0.1)


def test_the_first_error_is_the_one_that_is_seen(lake: Lake) -> None:
    with pytest.raises(ValueError, match="mine") as caught, lake.run("bad") as run:
        refused_evaluation(run)
        raise ValueError("mine")
    assert "could not be recorded" in caught.value.__notes__[0]
    assert objects(lake, run.iri, LAKE.runStatus) == [LAKE.running]


def test_what_the_gate_refuses_of_a_run_is_kept(lake: Lake) -> None:
    with pytest.raises(RefusedError) as caught, lake.run("bad") as run:
        refused_evaluation(run)
    assert not caught.value.report.conforms
    [item] = lake.ledger.quarantine.list()
    original = lake.ledger.quarantine.get(item.id).original.decode()
    assert f"<{run.iri.value}>" in original
    assert LAKE.upperBound.value in original


def test_bad_values_are_told_where_they_are_logged(lake: Lake) -> None:
    with lake.run("bad") as run:
        with pytest.raises(UsageError, match="parameterCount"):
            run.log_model(None, "acme/m", parameter_count="many")
        with pytest.raises(UsageError, match="upperBound"):
            run.log_evaluation("acme/m@1", "accuracy", 0.9, upper_bound="high")
    assert objects(lake, run.iri, LAKE.runStatus) == [LAKE.finished]
    assert objects(lake, run.iri, LAKE.produced) == []


def test_nothing_is_logged_after_the_end(lake: Lake) -> None:
    with lake.run("over") as run:
        pass
    for log in (lambda: run.log_param("a", 1), lambda: run.set_tag("a", 1), lambda: run.log_metric("a", 1)):
        with pytest.raises(UsageError, match="has ended"):
            log()
    assert run.finish() is None


def test_a_killed_process_leaves_a_run_that_is_running(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys, modellake\n"
        "with modellake.open(sys.argv[1], base_iri=sys.argv[2]) as lake, lake.run('killed', run_id='k') as run:\n"
        "    run.log_param('lr', 0.1)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path / "lake"), BASE], check=False)
    assert done.returncode == -9
    import modellake

    with modellake.open(tmp_path / "lake") as lake:
        run = NamedNode(f"{BASE}run/k")
        assert objects(lake, run, LAKE.runStatus) == [LAKE.running]
        assert not lake.verify()
        with lake.run("killed", run_id="k"):
            pass
        assert objects(lake, run, LAKE.runStatus) == [LAKE.finished]


def test_kinds_of_runs(lake: Lake) -> None:
    for kind, term in RUN_KINDS.items():
        with lake.run(kind, kind=kind) as run:
            pass
        assert objects(lake, run.iri, RDF.type) == [term]
    with pytest.raises(UsageError, match="kind of run"):
        lake.run("x", kind="walking")


def test_runs_within_runs(lake: Lake) -> None:
    with lake.run("search") as outer, lake.run("try 1", part_of=outer) as inner:
        pass
    assert objects(lake, inner.iri, LAKE.partOfRun) == [outer.iri]


# Secrets


@pytest.mark.parametrize(
    "key", ["password", "db_passwd", "hf_token", "apiKey", "OPENAI_API_KEY", "clientSecret", "aws-access-key", "token"]
)
def test_secret_params_never_reach_the_ledger(lake: Lake, key: str) -> None:
    with lake.run("secrets") as run:
        run.log_param(key, "hunter2hunter2")
        run.log_param("config", {"inner": {key: "hunter2hunter2"}, "lr": 1})
        run.set_tag(key, "hunter2hunter2")
    assert params(lake, run)[key] == Literal("***")
    assert json.loads(params(lake, run)["config"].value) == {"inner": {key: "***"}, "lr": 1}
    assert "hunter2" not in everything(lake)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("postgresql://ann:hunter2@db/x", "postgresql://***@db/x"),
        ("https://x.org/?a=1&token=abcdef&b=2", "https://x.org/?a=1&token=***&b=2"),
        ("Authorization: Bearer abcdefghijklmnop", "Authorization: Bearer ***"),
        ("hf_" + "a" * 30, "***"),
        ("use ghp_" + "A1" * 20, "use ***"),
        ("AKIA" + "A" * 16, "***"),
        ("eyJhbGciOiJI.eyJzdWIiOiIx.abc", "***"),
        ("s3://bucket/path?versionId=3", "s3://bucket/path?versionId=3"),
        ("me@example.org", "me@example.org"),
    ],
)
def test_secrets_inside_texts_are_masked(lake: Lake, text: str, kept: str) -> None:
    with lake.run("texts") as run:
        run.log_param("source", text)
        run.log_param("sources", [text])
    assert params(lake, run)["source"] == Literal(kept)
    assert json.loads(params(lake, run)["sources"].value) == [kept]


@pytest.mark.parametrize(
    ("key", "value"), [("pad_token", "<pad>"), ("max_tokens", 3), ("tokenizer", "bpe"), ("token", 5), ("key", "k")]
)
def test_names_that_only_sound_secret(lake: Lake, key: str, value: Any) -> None:
    with lake.run("harmless") as run:
        run.log_param(key, value)
    assert params(lake, run)[key].value == str(value)


def everything(lake: Lake) -> str:
    contents = (item for _, group in lake.ledger.contents_all() for item in group)
    return "\n".join(item.content.decode() for item in contents)


# Inputs


def test_equal_data_are_one_version_and_other_data_another(lake: Lake) -> None:
    numpy = pytest.importorskip("numpy")
    rows = numpy.arange(6.0).reshape(3, 2)
    with lake.run("inputs") as run:
        first = run.log_input(rows, name="acme/rows")
        assert run.log_input(rows.copy(order="F"), name="acme/rows") == first
        others = [rows + 1, rows.astype("float32"), rows.reshape(2, 3), rows.tolist()]
        assert first not in [run.log_input(item, name="acme/rows") for item in others]
    assert len(objects(lake, run.iri, LAKE.usedData)) == 5
    [checksum] = objects(lake, first, SPDX.checksum, SPDX.checksumValue)
    assert objects(lake, first, DCAT.version) == [Literal(checksum.value[:12])]


def test_splits_of_one_version(lake: Lake) -> None:
    with lake.run("splits") as run:
        run.log_input([1, 2], "train", name="acme/rows", version="1")
        run.log_input([3], "test", name="acme/rows", version="1")
        run.log_input([4], "validation", name="acme/rows", version="1")
        version = run.log_model(None, "acme/m", landing_page="https://acme.example/m")
    owner = NamedNode(f"{BASE}dataset/acme/rows/version/1")
    assert len(objects(lake, owner, LAKE.hasSplit)) == 3
    for role, used, kept in (
        ("train", LAKE.usedTrainingData, LAKE.trainedOn),
        ("test", LAKE.usedTestData, LAKE.testedOn),
        ("validation", LAKE.usedValidationData, LAKE.validatedOn),
    ):
        [split] = objects(lake, run.iri, used)
        assert split.value.startswith(f"{owner.value}#split-{role}-")
        assert objects(lake, version, kept) == [split]


def test_other_random_splits_are_other_splits(lake: Lake) -> None:
    for rows in ([1, 2], [2, 3]):
        with lake.run("split") as run:
            run.log_input(rows, "training", name="acme/rows", version="1")
    assert len(objects(lake, NamedNode(f"{BASE}dataset/acme/rows/version/1"), LAKE.hasSplit)) == 2


def test_references_to_data(lake: Lake) -> None:
    known = DatasetVersion(version_of="acme/known", version="2", description="Written down.")
    with lake.run("references") as run:
        run.log_input("acme/rows@1", "training")
        run.log_input("https://data.example/x", "training")
        run.log_input(NamedNode("urn:x:data"), "test")
        run.log_input(known, "validation")
        run.log_input(Dataset(name="acme/line", title="A line"))
    assert {iri.value for iri in objects(lake, run.iri, LAKE.usedTrainingData)} == {
        f"{BASE}dataset/acme/rows/version/1",
        "https://data.example/x",
    }
    assert objects(lake, run.iri, LAKE.usedTestData) == [NamedNode("urn:x:data")]
    assert objects(lake, known, DCT.description) == [Literal("Written down.")]
    assert objects(lake, run.iri, LAKE.usedData) == [NamedNode(f"{BASE}dataset/acme/line")]


def test_a_file_is_known_by_its_digest(lake: Lake, write: Any) -> None:
    path = write("rows.csv", "a\n1\n")
    with lake.run("files") as run:
        version = run.log_input(path)
    digest = hashlib.sha256(b"a\n1\n").hexdigest()
    place = LAKE.hasDatasetDistribution
    assert objects(lake, version, DCAT.version) == [Literal(digest[:12])]
    assert objects(lake, version, place, SPDX.checksum, SPDX.checksumValue) == [Literal(digest)]
    assert objects(lake, version, place, LAKE.fileName) == [Literal("rows.csv")]
    assert objects(lake, version, place, DCAT.byteSize) == [Literal("4", datatype=XSD.integer)]
    assert objects(lake, version, place, DCAT.mediaType)[0].value.endswith("/media-types/text/csv")


def test_a_folder_is_all_its_files(lake: Lake, write: Any) -> None:
    folder = write("data/a.csv", "1").parent
    write("data/deep/b.csv", "2")
    with lake.run("folder") as run:
        version = run.log_input(folder, name="acme/folder")
    names = objects(lake, version, LAKE.hasDatasetDistribution, LAKE.fileName)
    assert names == [Literal("a.csv"), Literal("deep/b.csv")]


def test_tables_and_sparse_matrices_by_what_they_can_do(lake: Lake) -> None:
    sparse = pytest.importorskip("scipy.sparse")
    numpy = pytest.importorskip("numpy")
    matrix = numpy.eye(3)

    class Table:
        """What pandas, and whatever is like it, can do."""

        dtypes = "a: int64"

        def __init__(self, text: str) -> None:
            self.text = text

        def to_csv(self) -> str:
            return self.text

    with lake.run("kinds") as run:
        compressed = [run.log_input(kind(matrix), name="acme/m") for kind in (sparse.csr_matrix, sparse.coo_matrix)]
        tables = [run.log_input(Table(text), name="acme/t") for text in ("a\n1\n", "a\n1\n", "a\n2\n")]
        both = [run.log_input({"x": matrix, "y": y}, name="acme/xy") for y in ([1], [2])]
    assert compressed[0] == compressed[1]
    assert objects(lake, compressed[0], DCT.description) == [Literal("sparse matrix float64 (3, 3)")]
    assert tables[0] == tables[1] != tables[2]
    assert both[0] != both[1]


def test_inputs_that_cannot_be_told(lake: Lake) -> None:
    with lake.run("bad") as run:
        with pytest.raises(UsageError, match="which dataset"):
            run.log_input([1, 2])
        with pytest.raises(UsageError, match="role"):
            run.log_input("a/b", "dinner")
        with pytest.raises(UsageError, match="digested"):
            run.log_input(object(), name="acme/x")


# Models


def test_versions_count_up(lake: Lake) -> None:
    lake.commit(ModelVersion(version_of="acme/m", version="1"))
    with lake.run("a") as first:
        assert [first.log_model(None, "acme/m").version, first.log_model(None, "acme/m").version] == ["2", "3"]
        with lake.run("b") as other:
            assert other.log_model(None, "acme/m").version == "4"
            assert other.log_model(None, "acme/n").version == "1"
    third = ModelVersion(version_of="acme/m", version="3")
    assert objects(lake, third, LAKE.previousVersion) == [NamedNode(f"{BASE}model/acme/m/version/2")]


def test_a_version_never_changes(lake: Lake) -> None:
    with lake.run("a", run_id="r") as run:
        run.log_model(None, "acme/m", "1.0")
    with lake.run("b") as other, pytest.raises(UsageError) as caught:
        other.log_model(None, "acme/m", "1.0")
    assert caught.value.code == "version.exists"
    with lake.run("a again", run_id="r") as again:
        again.log_model(None, "acme/m", "1.0")


@pytest.mark.parametrize(
    ("kind", "relation", "expected"),
    [
        ("training", None, LAKE.derivedFromModel),
        ("fine-tuning", None, LAKE.fineTunedFrom),
        ("quantization", None, LAKE.quantizedFrom),
        ("merging", None, LAKE.mergedFrom),
        ("training", "adapterOf", LAKE.adapterOf),
        ("training", "distilled_from", LAKE.distilledFrom),
    ],
)
def test_derivations(lake: Lake, kind: str, relation: str | None, expected: NamedNode) -> None:
    with lake.run("derive", kind=kind) as run:
        version = run.log_model(None, "acme/new", derived_from="acme/old@1", relation=relation)
    parent = NamedNode(f"{BASE}model/acme/old/version/1")
    assert objects(lake, version, expected) == [parent]
    assert objects(lake, run.iri, LAKE.usedModel) == [parent]


def test_an_unknown_relation_is_told(lake: Lake) -> None:
    with lake.run("derive") as run, pytest.raises(UsageError, match="no relation"):
        run.log_model(None, "acme/new", derived_from="acme/old", relation="trainedOn")


def test_an_estimator_is_stored_with_skops(lake: Lake) -> None:
    linear_model = pytest.importorskip("sklearn.linear_model")
    skops = pytest.importorskip("skops.io")
    model = linear_model.LogisticRegression().fit([[0.0], [1.0]], [0, 1])
    with lake.run("train") as run:
        version = run.log_model(model, "acme/m")
    [file] = run.folder.iterdir()
    assert skops.load(file).predict([[1.0]]) == [1]
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert objects(lake, version, LAKE.hasDistribution, SPDX.checksum, SPDX.checksumValue) == [Literal(digest)]
    assert objects(lake, version, LAKE.library) == [Literal("scikit-learn")]
    assert objects(lake, version, LAKE.architecture) == [Literal("LogisticRegression")]


def test_nothing_is_pickled_silently(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    linear_model = pytest.importorskip("sklearn.linear_model")
    with lake.run("train") as run:
        with pytest.raises(UsageError, match="no scikit-learn estimator"):
            run.log_model(object(), "acme/m")
        monkeypatch.setitem(sys.modules, "skops.io", None)
        with pytest.raises(UnavailableError, match="skops"):
            run.log_model(linear_model.LogisticRegression(), "acme/m")
    assert not run.folder.exists()


def test_a_model_that_is_saved_already(lake: Lake, write: Any) -> None:
    folder = write("model/config.json", "{}").parent
    write("model/model.safetensors", b"x")
    with lake.run("train") as run:
        version = run.log_model(object(), "acme/m", path=folder, architecture="Own", parameter_count=7)
        with pytest.raises(NotFoundError):
            run.log_model("nowhere.bin", "acme/m")
    names = objects(lake, version, LAKE.hasDistribution, LAKE.fileName)
    assert names == [Literal("config.json"), Literal("model.safetensors")]
    assert objects(lake, version, LAKE.architecture) == [Literal("Own")]


def test_a_line_that_somebody_describes_is_left_to_them(lake: Lake) -> None:
    lake.commit(Model(name="acme/known", title="Known"))
    with lake.run("train") as run:
        run.log_model(None, "acme/known", license="mit")
        run.log_model(None, "acme/new", license="mit")
    known, new = NamedNode(f"{BASE}model/acme/known"), NamedNode(f"{BASE}model/acme/new")
    assert objects(lake, known, DCT.title) == [Literal("Known")]
    assert objects(lake, known, LAKE.declaredLicense) == []
    assert objects(lake, new, DCT.title) == [Literal("acme/new")]


def test_evaluations_default_to_the_last_model_and_the_test_data(lake: Lake) -> None:
    with lake.run("evaluate") as run:
        with pytest.raises(UsageError, match="No model"):
            run.log_evaluation(None, "accuracy", 1)
        split = run.log_input([1], "test", name="acme/rows", version="1")
        version = run.log_model(None, "acme/m")
        evaluation = run.log_evaluation(None, "accuracy", 0.5, lower_bound=0.4, upper_bound=0.6)
        odd = run.log_evaluation(version, "f1", float("nan"))
    assert objects(lake, evaluation, LAKE.evaluates) == [version.iri(lake.iris)]
    assert objects(lake, evaluation, LAKE.onData) == [split.iri(lake.iris)]  # type: ignore[union-attr]
    assert objects(lake, evaluation, LAKE.lowerBound) == [Literal("0.4", datatype=XSD.decimal)]
    assert objects(lake, odd, LAKE.verbatimValue) == [Literal("nan")]


def test_evaluating_somebody_elses_model_uses_it(lake: Lake) -> None:
    with lake.run("evaluate", kind="evaluation") as run:
        run.log_evaluation("acme/other@3", "accuracy", 0.5, data="acme/rows@1")
    assert objects(lake, run.iri, LAKE.usedModel) == [NamedNode(f"{BASE}model/acme/other/version/3")]


def test_other_files(lake: Lake, write: Any) -> None:
    plot = write("plot.svg", "<svg/>")
    with lake.run("plot") as run:
        run.log_artifact(plot)
        with pytest.raises(NotFoundError):
            run.log_artifact("nowhere.svg")
    assert objects(lake, run.iri, LAKE.produced, LAKE.fileName) == [Literal("plot.svg")]
    assert objects(lake, run.iri, LAKE.produced, DCAT.downloadURL) == [NamedNode(plot.as_uri())]


@pytest.mark.parametrize("run_id", ["a b", "../../x", "ü/y", "a#b", "CON", "a" * 300])
def test_odd_identifiers_stay_inside_their_folder(lake: Lake, run_id: str) -> None:
    sklearn = pytest.importorskip("sklearn.dummy")
    pytest.importorskip("skops.io")
    with lake.run("odd", run_id=run_id) as run:
        run.log_model(sklearn.DummyClassifier().fit([[0]], [0]), "acme/odd name!")
    assert run.folder.parent == lake.directory / "artifacts"
    assert len(list(run.folder.iterdir())) == 1
    assert objects(lake, run.iri, DCT.identifier) == [Literal(run_id)]


def test_a_view_made_again_knows_the_run(lake: Lake) -> None:
    with lake.run("kept") as run:
        run.log_model(None, "acme/m", derived_from="acme/old@1")
    before = quads(lake)
    lake.rebuild()
    assert quads(lake) == before
    made = NamedNode(f"{BASE}model/acme/m/version/1")
    assert run.iri.value in lake.lineage(made).upstream().resources
