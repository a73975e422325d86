"""The demo tells the truth: what it prints is in the lake that it leaves behind."""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode
from rich.console import Console

import modellake
from modellake.cli.demo import DEFAULT_DIRECTORY, free_directory, require_extra, run_demo
from modellake.core.errors import UnavailableError, UsageError
from modellake.core.vocab import LAKE
from modellake.lake.lake import Lake

FIGURES = """
PREFIX lake: <https://w3id.org/model-lake#>
PREFIX metric: <https://w3id.org/model-lake/metric#>
SELECT ?model ?value {
  ?evaluation lake:evaluates ?model ; lake:metric metric:accuracy ; lake:value ?value ; lake:producedBy ?run .
}
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "here"


@pytest.fixture(scope="module")
def output(place: Path) -> str:
    """What the demo prints where there is no terminal."""
    for module in ("sklearn", "skops", "huggingface_hub", "yaml"):
        pytest.importorskip(module)
    text = io.StringIO()
    assert run_demo(place, Console(file=text, width=80)) == 0
    return text.getvalue()


@pytest.fixture
def demo_lake(place: Path, output: str) -> Iterator[Lake]:
    with modellake.open(place, create=False) as lake:
        yield lake


def test_it_is_plain_text_of_80_columns(output: str) -> None:
    assert "\x1b" not in output
    assert all(line == line.rstrip() for line in output.splitlines())
    assert max(len(line) for line in output.splitlines()) <= 80


def test_every_accuracy_is_in_the_lake(demo_lake: Lake, output: str) -> None:
    rows = list(demo_lake.query(FIGURES))
    assert len(rows) == 7
    for row in rows:
        name = row["model"].removeprefix(demo_lake.iris.base + "model/").replace("/version/", "@")
        assert re.search(rf"{name} .* {row['value']:.3f} ", output), row


def test_the_models_are_real(demo_lake: Lake) -> None:
    import skops.io

    from modellake.cli.demonstration.training import DIGITS, load

    files = list(demo_lake.directory.glob("artifacts/*/*.skops"))
    assert len(files) == 7
    [file] = [item for item in files if "digits-forest" in item.name]
    forest = skops.io.load(file, trusted=skops.io.get_untrusted_types(file=file))
    version = demo_lake.resolve("demo/digits-forest@1").value
    [said] = [row["value"] for row in demo_lake.query(FIGURES) if row["model"] == version]
    assert forest.score(*load(DIGITS).test) == pytest.approx(said)


def test_the_lineage_is_deep(demo_lake: Lake, output: str) -> None:
    upstream = demo_lake.lineage("demo/digits-calibrated@1").upstream()
    depth = {edge.target: depth for depth, edge, _ in upstream.walk() if "digits-forest@1" not in edge.target}
    assert max(depth.values()) >= 3
    for name in ("digits-pruned", "digits-tree", "digits-forest"):
        assert any(name in resource for resource in upstream.resources)
        assert re.search(rf"(prunedFrom|distilledFrom|derivedFromModel)  demo/{name}@1", output)


def test_the_head_can_be_verified(demo_lake: Lake, output: str) -> None:
    head = demo_lake.ledger.head()
    assert f"commit {head.sequence}  {head.hash}" in output
    assert not demo_lake.verify(head.hash)


def test_the_refused_description_is_in_quarantine(demo_lake: Lake, output: str) -> None:
    [item] = demo_lake.ledger.quarantine.list()
    assert item.place.endswith("sloppy.ttl")
    assert not item.report.conforms
    assert "sloppy.ttl:" in output
    assert not demo_lake.ledger.has_record(f"{demo_lake.iris.base}record/model/demo/sloppy/version/1")


def test_the_card_says_what_was_measured(demo_lake: Lake, place: Path) -> None:
    [card] = place.glob("hub/**/README.md")
    version = demo_lake.resolve("demo/digits-calibrated@1")
    [measured] = [row["value"] for row in demo_lake.query(FIGURES) if row["model"] == version.value]
    assert f"{{type: accuracy, value: {measured}}}" in card.read_text(encoding="utf-8")
    sources = demo_lake.state(version).said
    assert NamedNode(card.resolve().as_uri()) in sources
    assert len(sources) == 2
    stated = {item.predicate for item in sources[NamedNode(card.resolve().as_uri())]}
    assert LAKE.evaluates in stated


def test_withdrawing_the_digits_hits_what_was_made_of_them(demo_lake: Lake, output: str) -> None:
    hit = {row["model"] for row in demo_lake.query("affected-by-withdrawal", dataset="uci/digits")}
    for name in ("forest", "tree", "pruned", "calibrated"):
        assert demo_lake.resolve(f"demo/digits-{name}@1").value in hit
    assert not any("wine" in model or "iris" in model for model in hit)


def test_the_commands_that_it_names_work(place: Path, output: str) -> None:
    environment = {**os.environ, "MODELLAKE": str(place)}
    asked = re.findall(r"^  \$ modellake (.*)$", output, re.MULTILINE)
    next_ones = re.findall(r"^  modellake (.*)$", output, re.MULTILINE)
    assert len(asked) == 5
    assert len(next_ones) == 5
    for command in [*asked, *next_ones]:
        arguments = [sys.executable, "-m", "modellake", *shlex.split(command)]
        done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (command, done.stderr)
        assert done.stdout.strip(), command


def test_it_overwrites_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert free_directory(None) == Path(DEFAULT_DIRECTORY)
    Path(DEFAULT_DIRECTORY).mkdir()
    assert free_directory(None) == Path(DEFAULT_DIRECTORY)
    (tmp_path / DEFAULT_DIRECTORY / "mine.txt").write_text("x", encoding="utf-8")
    assert free_directory(None) == Path(f"{DEFAULT_DIRECTORY}-2")
    with pytest.raises(UsageError, match="holds something"):
        free_directory(Path(DEFAULT_DIRECTORY))
    with pytest.raises(UsageError):
        free_directory(tmp_path / DEFAULT_DIRECTORY / "mine.txt")


def test_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(UnavailableError) as caught:
        run_demo(tmp_path / "x", Console(file=io.StringIO()))
    assert "scikit-learn" in caught.value.message
    assert caught.value.remedy == "pip install 'modellake[demo]'"
    assert not (tmp_path / "x").exists()


def test_nothing_is_missing_here() -> None:
    pytest.importorskip("sklearn")
    pytest.importorskip("skops")
    require_extra()
