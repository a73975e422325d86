"""The code and the environment of a run: real git repositories, the real machine."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from importlib.metadata import version as installed_version
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from lakes import BASE
from modellake.core.records import CodeVersion
from modellake.core.vocab import LAKE
from modellake.lake.lake import Lake
from modellake.lake.recording.code import Code, code_at
from modellake.lake.recording.environment import current_environment
from modellake.lake.recording.process import running_script

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "init.defaultBranch=main")
    command = ("git", *identity, "-C", str(folder), *arguments)
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit of one script."""
    folder = tmp_path / "churn"
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / "train.py").write_text("print(1)\n", encoding="utf-8")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    return folder


def found(path: Path) -> Code:
    code = code_at(path)
    assert code is not None
    return code


def files(version: CodeVersion) -> dict[str, str]:
    """The digests of the files of a code version, by name."""
    parts = version.has_distribution
    return {part.file_name: part.checksum for part in (parts if isinstance(parts, tuple) else ())}  # type: ignore[union-attr]


@needs_git
def test_a_clean_repository_is_its_commit(repository: Path) -> None:
    commit = git(repository, "rev-parse", "HEAD")
    for path in (repository, repository / "train.py"):
        version = found(path).version
        assert (version.version, version.commit_identifier) == (commit, commit)
        assert version.has_uncommitted_changes is False
    assert files(found(repository).version) == {}
    digest = hashlib.sha256(b"print(1)\n").hexdigest()
    assert files(found(repository / "train.py").version) == {"train.py": digest}


@needs_git
def test_uncommitted_changes_are_another_version(repository: Path) -> None:
    commit = git(repository, "rev-parse", "HEAD")
    (repository / "train.py").write_text("print(2)\n", encoding="utf-8")
    first = found(repository).version
    assert first.has_uncommitted_changes is True
    assert first.commit_identifier == commit
    assert str(first.version).startswith(f"{commit}+")
    assert files(first).keys() == {"uncommitted.diff"}
    assert found(repository).version == first
    (repository / "train.py").write_text("print(3)\n", encoding="utf-8")
    assert found(repository).version.version != first.version


@needs_git
def test_files_that_git_does_not_know(repository: Path) -> None:
    (repository / "results.csv").write_text("1", encoding="utf-8")
    assert found(repository / "train.py").version.has_uncommitted_changes is False
    script = repository / "other.py"
    script.write_text("print(9)\n", encoding="utf-8")
    assert found(script).version.has_uncommitted_changes is True


@needs_git
@pytest.mark.parametrize(
    ("remote", "kept", "name"),
    [
        (
            "https://ann:ghp_secret@github.com/acme/churn.git",
            "https://github.com/acme/churn.git",
            "github.com/acme/churn",
        ),
        ("git@github.com:acme/churn.git", "git@github.com:acme/churn.git", "github.com/acme/churn"),
        (
            "ssh://git@git.example.org:2222/acme/churn",
            "ssh://git@git.example.org:2222/acme/churn",
            "git.example.org/acme/churn",
        ),
        (
            "ssh://ann:pw@git.example.org/acme/churn",
            "ssh://***@git.example.org/acme/churn",
            "git.example.org/acme/churn",
        ),
    ],
)
def test_remotes_without_credentials(repository: Path, remote: str, kept: str, name: str) -> None:
    git(repository, "remote", "add", "upstream", remote)
    code = found(repository)
    assert code.repository.repository_url == code.version.repository_url == kept
    assert code.repository.name == name


@needs_git
@pytest.mark.parametrize("remote", ["/home/ann/churn.git", "file:///home/ann/churn.git", "../churn"])
def test_places_on_this_machine_are_no_address(repository: Path, remote: str) -> None:
    git(repository, "remote", "add", "origin", remote)
    code = found(repository)
    assert code.repository.repository_url is None
    assert str(code.repository.name).startswith("churn-")


@needs_git
def test_repositories_of_one_name_are_told_apart(repository: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "churn"
    other.mkdir(parents=True)
    git(other, "init", "-q")
    git(other, "commit", "-q", "--allow-empty", "-m", "another first")
    assert found(other).repository.name != found(repository).repository.name


@needs_git
def test_no_program_that_a_repository_names_is_run(repository: Path, tmp_path: Path) -> None:
    trap, sprung = tmp_path / "trap.sh", tmp_path / "sprung"
    trap.write_text(f"#!/bin/sh\ntouch {sprung}\n", encoding="utf-8")
    trap.chmod(0o755)
    (repository / ".gitattributes").write_text("*.py diff=trap filter=trap\n", encoding="utf-8")
    git(repository, "add", ".gitattributes")
    git(repository, "commit", "-q", "-m", "attributes")
    for setting in ("core.fsmonitor", "diff.external", "diff.trap.textconv", "diff.trap.command"):
        git(repository, "config", setting, str(trap))
    (repository / "train.py").write_text("print(2)\n", encoding="utf-8")
    assert found(repository).version.has_uncommitted_changes is True
    assert not sprung.exists()


@needs_git
def test_changes_inside_submodules_are_told_apart(repository: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    git(library, "init", "-q")
    (library / "a.py").write_text("a = 1\n", encoding="utf-8")
    git(library, "add", ".")
    git(library, "commit", "-q", "-m", "first")
    git(repository, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(library), "library")
    git(repository, "commit", "-q", "-m", "with a library")
    assert found(repository).version.has_uncommitted_changes is False
    inside = repository / "library" / "a.py"
    versions = []
    for text in ("a = 2\n", "a = 3\n", "a = 2\n"):
        inside.write_text(text, encoding="utf-8")
        versions.append(found(repository).version.version)
    assert versions[0] == versions[2] != versions[1]
    assert all("+" in str(version) for version in versions)


@needs_git
def test_a_branch_and_a_commit_without_one(repository: Path) -> None:
    assert found(repository).branch == "main"
    commit = git(repository, "rev-parse", "HEAD")
    git(repository, "checkout", "-q", "--detach")
    assert found(repository).branch is None
    assert found(repository).version.version == commit


@needs_git
def test_a_shallow_clone_is_not_called_by_where_its_history_was_cut_off(repository: Path, tmp_path: Path) -> None:
    git(repository, "commit", "-q", "--allow-empty", "-m", "second")
    git(tmp_path, "clone", "-q", "--depth", "1", repository.as_uri(), str(tmp_path / "clone"))
    code = found(tmp_path / "clone")
    assert code.repository.name == "clone"
    assert code.version.version == git(repository, "rev-parse", "HEAD")


@needs_git
def test_a_bare_repository_has_no_files(repository: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(repository), str(tmp_path / "bare.git"))
    assert code_at(tmp_path / "bare.git") is None


@needs_git
def test_a_run_says_its_branch(lake: Lake, repository: Path) -> None:
    with lake.run("train", code=repository) as run:
        pass
    said = {item.object.value for item in lake.state(run.iri).statements if isinstance(item.object, Literal)}
    assert {"process.branch", "main"} <= said


def test_a_notebook_that_a_server_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = tmp_path / "explore.ipynb"
    notebook.write_text("{}", encoding="utf-8")
    monkeypatch.setenv("JPY_SESSION_NAME", str(notebook))
    assert running_script() == notebook
    monkeypatch.setenv("JPY_SESSION_NAME", "a-session-id")
    assert running_script() is None


@needs_git
def test_an_empty_repository_has_no_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert code_at(tmp_path) is None


def test_a_script_outside_of_git_is_its_digest(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text("print(1)\n", encoding="utf-8")
    digest = hashlib.sha256(b"print(1)\n").hexdigest()
    version = found(script).version
    assert version.version == digest[:12]
    assert files(version) == {"train.py": digest}
    assert code_at(tmp_path) is None
    assert code_at(tmp_path / "absent.py") is None


def test_without_git_a_script_is_its_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    script = tmp_path / "train.py"
    script.write_text("print(1)\n", encoding="utf-8")
    assert files(found(script).version).keys() == {"train.py"}


def test_the_environment_is_this_one() -> None:
    environment = current_environment()
    packages = environment.has_package
    assert isinstance(packages, tuple)
    names = {part.package_name: part.package_version for part in packages}  # type: ignore[union-attr]
    assert names["pyoxigraph"] == installed_version("pyoxigraph")
    assert environment.python_version == platform.python_version()
    assert environment.memory_size is None or environment.memory_size > 2**20


def test_equal_environments_are_one(lake: Lake) -> None:
    for _ in range(2):
        with lake.run("somewhere") as run:
            pass
    described = [record for record in lake.ledger.records() if "/record/environment/" in record]
    assert len(described) == 1
    [used] = [item.object for item in lake.state(run.iri).statements if item.predicate == LAKE.usedEnvironment]
    assert isinstance(used, NamedNode)
    assert lake.iris.record(used).value in described


@needs_git
def test_a_run_names_the_code_that_ran(lake: Lake, repository: Path) -> None:
    with lake.run("train", code=repository / "train.py") as run:
        pass
    commit = git(repository, "rev-parse", "HEAD")
    [used] = [item.object for item in lake.state(run.iri).statements if item.predicate == LAKE.usedCode]
    assert isinstance(used, NamedNode)
    assert used.value.startswith(f"{BASE}code/churn-")
    assert used.value.endswith(f"/version/{commit}")
    with lake.run("train", code="https://code.example/churn") as other:
        pass
    said = {(item.predicate, item.object) for item in lake.state(other.iri).statements}
    assert (LAKE.usedCode, NamedNode("https://code.example/churn")) in said


def test_the_script_that_was_started_is_the_code(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(
        "import sys, modellake\n"
        "with modellake.open(sys.argv[1], base_iri='https://lake.example.org/') as lake, lake.run('t', run_id='t'):\n"
        "    pass\n",
        encoding="utf-8",
    )
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(tmp_path)}
    subprocess.run([sys.executable, str(script), str(tmp_path / "lake")], check=True, env=environment)
    import modellake

    with modellake.open(tmp_path / "lake") as lake:
        said = {item.predicate: item.object for item in lake.state(NamedNode(f"{BASE}run/t")).statements}
    assert said[LAKE.usedCode].value.startswith(f"{BASE}code/train.py/version/")  # type: ignore[union-attr]


def test_a_module_is_no_script() -> None:
    assert running_script() is None
