"""Verbs: what people know from MLflow, and what they mean here."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode
from recorded import objects, observations, params, tags

from lakes import BASE
from modellake.core.errors import NotFoundError, UsageError
from modellake.core.vocab import DCAT, DCT, LAKE, PROV, SPDX, XSD
from modellake.lake.lake import Lake
from modellake.lake.recording.run import Run


def names(lake: Lake, run: Run) -> list[str]:
    """The files that a run lists."""
    return [name.value for name in objects(lake, run.iri, LAKE.produced, LAKE.fileName)]


@pytest.mark.parametrize(
    "moment", [1772355600500, 1772355600500.0, datetime(2026, 3, 1, 9, 0, 0, 500000, UTC)], ids=["ms", "float", "date"]
)
def test_metrics_may_say_when(lake: Lake, moment: Any) -> None:
    with lake.run("timed") as run:
        run.log_metrics({"loss": 0.5}, step=1, timestamp=moment)
    assert objects(lake, run.iri, LAKE.hasObservation, PROV.generatedAtTime) == [
        Literal("2026-03-01T09:00:00.500000Z", datatype=XSD.dateTime)
    ]


@pytest.mark.parametrize("moment", ["yesterday", float("nan"), 1e30, []])
def test_what_is_no_moment(lake: Lake, moment: Any) -> None:
    with lake.run("timed") as run, pytest.raises(UsageError) as caught:
        run.log_metric("loss", 0.5, timestamp=moment)
    assert caught.value.code == "timestamp.malformed"


@pytest.mark.parametrize("step", ["x", float("nan"), float("inf"), []])
def test_what_is_no_step(lake: Lake, step: Any) -> None:
    with lake.run("steps") as run, pytest.raises(UsageError) as caught:
        run.log_metric("loss", 1, step)
    assert caught.value.code == "step.malformed"


def test_a_batch(lake: Lake) -> None:
    with lake.run("batch") as run:
        run.log_batch([("loss", 0.5, 0), ("loss", 0.25, 1, 1772355600500)], {"lr": 1}, {"team": "risk"})
        run.log_batch({"accuracy": 1})
    assert {(step, value) for _, step, value in observations(lake, run)} == {("0", "0.5"), ("1", "0.25"), ("", "1")}
    assert params(lake, run).keys() == {"lr"}
    assert tags(lake, run) == {"team": "risk"}


def test_tags_can_be_taken_back(lake: Lake) -> None:
    with lake.run("tags", tags={"a": 1, "b": 2}) as run:
        run.delete_tag("a")
        with pytest.raises(NotFoundError) as caught:
            run.delete_tag("a")
        assert caught.value.code == "tag.absent"
    assert tags(lake, run) == {"b": "2"}


def test_several_inputs(lake: Lake) -> None:
    with lake.run("inputs") as run:
        run.log_inputs(["acme/a@1", "acme/b@1"], ["training", None])
        with pytest.raises(UsageError, match="2 inputs and 1 roles"):
            run.log_inputs(["acme/a@1", "acme/b@1"], ["training"])
    assert objects(lake, run.iri, LAKE.usedTrainingData) == [NamedNode(f"{BASE}dataset/acme/a/version/1")]
    assert objects(lake, run.iri, LAKE.usedData) == [NamedNode(f"{BASE}dataset/acme/b/version/1")]


@pytest.mark.parametrize(
    ("said", "status", "reason"),
    [
        ("finished", LAKE.finished, []),
        ("FINISHED", LAKE.finished, []),
        ("FAILED", LAKE.failed, []),
        ("KILLED", LAKE.failed, [Literal("killed")]),
    ],
)
def test_ends_by_the_names_of_mlflow(lake: Lake, said: str, status: NamedNode, reason: list[Literal]) -> None:
    run = lake.run("ends")
    run.finish(said)
    assert objects(lake, run.iri, LAKE.runStatus) == [status]
    assert objects(lake, run.iri, LAKE.reason) == reason


def test_no_run_ends_as_running(lake: Lake) -> None:
    run = lake.run("ends")
    with pytest.raises(UsageError) as caught:
        run.finish("RUNNING")
    assert caught.value.code == "status.unknown"
    assert run.status == "running"


def test_a_run_without_a_name_is_called_by_its_identifier(lake: Lake) -> None:
    with lake.run() as run:
        pass
    assert objects(lake, run.iri, DCT.title) == [Literal(run.id)]


# Files


def test_small_things_become_files(lake: Lake) -> None:
    with lake.run("files") as run:
        text = run.log_text("Fine.\n", "report.md")
        mapping = run.log_dict({"b": 1, "a": {2, 1}}, "configs/one.json")
        table = run.log_table({"x": [1, 2], "y": ["a", "b"]}, "tables/t.json")
        as_csv = run.log_table({"x": [1, 2], "y": ["a", "b"]}, "tables/t.csv")
    assert text.read_text(encoding="utf-8") == "Fine.\n"
    assert json.loads(mapping.read_text(encoding="utf-8")) == {"b": 1, "a": ["1", "2"]}
    assert json.loads(table.read_text(encoding="utf-8")) == {"columns": ["x", "y"], "data": [[1, "a"], [2, "b"]]}
    assert list(csv.reader(as_csv.open(encoding="utf-8"))) == [["x", "y"], ["1", "a"], ["2", "b"]]
    assert names(lake, run) == ["configs/one.json", "report.md", "tables/t.csv", "tables/t.json"]
    assert Literal("6", datatype=XSD.integer) in objects(lake, run.iri, LAKE.produced, DCAT.byteSize)


def test_yaml_by_the_name_of_the_file(lake: Lake) -> None:
    yaml = pytest.importorskip("yaml")
    with lake.run("files") as run:
        path = run.log_dict({"lr": 0.1, "layers": [1, 2]}, "config.yaml")
    assert yaml.safe_load(path.read_text(encoding="utf-8")) == {"lr": 0.1, "layers": [1, 2]}


def test_data_frames(lake: Lake) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"x": [1, 2], "y": ["a", None]})
    with lake.run("files") as run:
        as_json, as_csv = run.log_table(frame, "t.json"), run.log_table(frame, "t.csv")
    assert json.loads(as_json.read_text(encoding="utf-8"))["columns"] == ["x", "y"]
    assert as_csv.read_text(encoding="utf-8") == "x,y\n1,a\n2,\n"


def test_figures_and_images_by_what_they_can_do(lake: Lake) -> None:
    class Figure:
        """What figures of matplotlib can do."""

        def savefig(self, place: Path, dpi: int = 1) -> None:
            place.write_text(f"figure at {dpi}", encoding="utf-8")

    class Page:
        """What figures of plotly can do."""

        def write_html(self, place: Path) -> None:
            place.write_text("<html>", encoding="utf-8")

        def write_image(self, place: Path) -> None:
            place.write_text("image", encoding="utf-8")

    class Image:
        """What images of Pillow can do."""

        def save(self, place: Path) -> None:
            place.write_bytes(b"png")

    with lake.run("figures") as run:
        assert run.log_figure(Figure(), "a.png", save_kwargs={"dpi": 9}).read_text(encoding="utf-8") == "figure at 9"
        assert run.log_figure(Page(), "b.html").read_text(encoding="utf-8") == "<html>"
        assert run.log_figure(Page(), "b.svg").read_text(encoding="utf-8") == "image"
        assert run.log_image(Image(), "c.png").read_bytes() == b"png"
        for log in (run.log_figure, run.log_image):
            with pytest.raises(UsageError) as caught:
                log(object(), "d.png")
            assert caught.value.code == "artifact.unwritable"
    assert names(lake, run) == ["a.png", "b.html", "b.svg", "c.png"]


@pytest.mark.parametrize("name", ["../x.txt", "/etc/x", "a/../../x", "", "a\\..\\x", "x\0"])
def test_no_name_leads_out_of_the_folder(lake: Lake, name: str) -> None:
    with lake.run("files") as run, pytest.raises(UsageError) as caught:
        run.log_text("x", name)
    assert caught.value.code == "artifact.path"
    assert not run.folder.exists()


def test_tables_have_rows(lake: Lake) -> None:
    with lake.run("files") as run, pytest.raises(UsageError) as caught:
        run.log_table({"x": [1, 2], "y": [1]}, "t.json")
    assert caught.value.code == "table.ragged"


def test_a_file_logged_again_counts_as_it_is_now(lake: Lake, write: Any) -> None:
    with lake.run("files") as run:
        run.log_text("one", "a.txt")
        run.log_text("three", "a.txt")
        run.log_artifact(write("x/b.txt", "1"))
        run.log_artifact(write("y/b.txt", "22"))
        run.log_artifacts(write("z/c.txt", "3").parent, "kept/here")
    assert names(lake, run) == ["a.txt", "b.txt", "kept/here/c.txt"]
    sizes = objects(lake, run.iri, LAKE.produced, DCAT.byteSize)
    assert sorted(size.value for size in sizes) == ["1", "2", "5"]
    assert len(objects(lake, run.iri, LAKE.produced, SPDX.checksum)) == 3


def test_an_evaluation_logged_again_counts_as_it_is_now(lake: Lake) -> None:
    with lake.run("evaluate") as run:
        run.log_evaluation("acme/m@1", "f1", 0.5)
        evaluation = run.log_evaluation("acme/m@1", "f1", 0.6)
    assert objects(lake, evaluation, LAKE.value) == [Literal("0.6", datatype=XSD.decimal)]


def test_numbers_that_are_too_fine_for_engines_are_kept(lake: Lake) -> None:
    with lake.run("fine") as run:
        for step in range(1, 600):
            run.log_metric("loss", 1 / step, step)
        run.log_metric("p", 1e-40, 0)
    assert len(observations(lake, run)) == 600
    assert {value for _, _, value in observations(lake, run) if "e" in value} == {"1e-40"}


def test_code_that_is_not_there(lake: Lake) -> None:
    with pytest.raises(NotFoundError) as caught:
        lake.run("train", code="trian.py")
    assert caught.value.code == "code.absent"
    assert lake.ledger.head().sequence == 0
