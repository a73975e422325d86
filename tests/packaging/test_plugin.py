"""The plugin of the how-to, built and installed beside the wheel as a stranger would, and plugins that fail."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from environments import ROOT, run
from pages import blocks, carry_out

PAGE = ROOT / "docs" / "how-to" / "write-a-harvester.md"
FAULTS = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "modellake-faults"
version = "0.1.0"

[project.entry-points."modellake.harvesters"]
raises = "modellake_faults.raises:Raises"
needs = "modellake_faults.needs:Needs"
needs-later = "modellake_faults.raises:NeedsLater"
lacks = "modellake_faults.raises:Lacks"
"""
RAISES = '''
from pathlib import Path

from modellake.core.description import Source
from modellake.core.iris import named_node


class Raises:
    """Accepts .raises files and fails on every one."""

    name = "raises"
    summary = "files that end in .raises"
    suffix = ".raises"

    def accepts(self, place):
        return Path(place).suffix == self.suffix

    def find(self, place):
        yield place

    def source(self, document):
        return Source(named_node(Path(document).absolute().as_uri()), document, "", self.name)

    def read(self, document):
        return Path(document).read_bytes()

    def describe(self, document, content, iris):
        raise RuntimeError("out of order")


class NeedsLater(Raises):
    """Finds out only while it reads that a library is missing."""

    name = "needs-later"
    summary = "files that end in .later"
    suffix = ".later"

    def describe(self, document, content, iris):
        import a_library_that_nobody_has


class Lacks:
    """Is no harvester."""

    name = "lacks"
'''


@pytest.fixture(scope="module")
def commands(core: Path) -> Iterator[Path]:
    """The commands of an environment with the wheel and pytest in it; no plugin stays there."""
    done = run([core / "python", "-m", "pip", "install", "--quiet", "pytest"], core)
    assert done.returncode == 0, done.stderr
    yield core
    plugins = ("modellake-model-toml", "modellake-faults", "pytest")
    run([core / "python", "-m", "pip", "uninstall", "--quiet", "--yes", *plugins], core)


def test_the_page_about_harvesters_does_what_it_says(
    commands: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(commands / "python"))
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.chdir(tmp_path)
    assert carry_out(PAGE, tmp_path) == len([block for block in blocks(PAGE) if block.language != "text"])
    tested = run([commands / "python", "-m", "pytest", "-q", "modellake-model-toml/tests"], tmp_path)
    assert tested.returncode == 0, tested.stdout
    assert "5 passed" in tested.stdout


def test_plugins_that_fail_end_nothing(commands: Path, tmp_path: Path) -> None:
    package = tmp_path / "faults" / "src" / "modellake_faults"
    package.mkdir(parents=True)
    (tmp_path / "faults" / "pyproject.toml").write_text(FAULTS)
    (package / "__init__.py").write_text("")
    (package / "raises.py").write_text(RAISES)
    (package / "needs.py").write_text("import a_library_that_nobody_has\n\n\nclass Needs: ...\n")
    installed = run([commands / "python", "-m", "pip", "install", "--quiet", str(tmp_path / "faults")], tmp_path)
    assert installed.returncode == 0, installed.stderr
    modellake = commands / "modellake"
    assert run([modellake, "init"], tmp_path).returncode == 0

    listed = json.loads(run([modellake, "harvest", "--list", "--json"], tmp_path).stdout)
    usable = {item["name"]: item["usable"] for item in listed if item["package"] == "modellake-faults"}
    assert usable == {"raises": True, "needs-later": True, "needs": False, "lacks": False}

    (tmp_path / "one.raises").write_text("x")
    (tmp_path / "two.later").write_text("x")
    (tmp_path / "three.onnx").write_bytes(b"\x08\x08\x3a\x00")
    ended = run([modellake, "harvest", "one.raises", "two.later", "three.onnx", "--json"], tmp_path)
    assert ended.returncode == 1, ended.stderr
    answer = json.loads(ended.stdout)
    assert answer["accepted"] == ["three.onnx"]
    codes = {item["place"]: item["report"]["findings"][0]["code"] for item in answer["refused"]}
    assert codes == {"one.raises": "harvester.failed", "two.later": "harvester.extra-missing"}
    remedies = {item["place"]: item["report"]["findings"][0]["remedy"] for item in answer["refused"]}
    assert "a_library_that_nobody_has" in remedies["two.later"]

    for name, words in (("needs", "a_library_that_nobody_has"), ("lacks", "summary, accepts")):
        named = run([modellake, "harvest", "three.onnx", "--from", name], tmp_path)
        assert named.returncode == 4
        assert words in named.stderr
        assert "Traceback" not in named.stderr
    nobody = run([modellake, "harvest", "faults/pyproject.toml"], tmp_path)
    assert "harvester.unusable" in nobody.stderr
    assert nobody.returncode == 4
