"""Surroundings of a run: the code that runs, the software and the machine it runs on, and who runs it.

Nothing here may stop a run: what cannot be found out is left out.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from modellake.core.activities import Environment, Package
from modellake.core.artifact import Artifact, Parts
from modellake.core.records import CodeDistribution, CodeRepository, CodeVersion
from modellake.lake.recording.payloads import file_distributions, sha256_of
from modellake.lake.recording.secrets import masked_text

_PATIENCE = 30
# A repository may name programs for monitors, hooks and diffs: logging a run is no occasion to start them.
_GIT = ("git", "--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
_SCP_ADDRESS = re.compile(r"(?:[\w.-]+@)?(?P<host>[\w.-]+):(?P<path>[^/].*)")
_SHORT = 12


@dataclass(frozen=True, slots=True)
class Code:
    """The code of a run: the version that ran, and its repository."""

    version: CodeVersion
    repository: CodeRepository

    @property
    def records(self) -> tuple[Artifact, ...]:
        """Both, as a run states them."""
        return (self.version, self.repository)


def user_name() -> str:
    """Who the process runs as."""
    with suppress(OSError, KeyError, ImportError):
        return getpass.getuser()
    return "unknown"


def running_script() -> Path | None:
    """The script that was started as ``python script.py``; None in a notebook, a console or a module."""
    main = sys.modules.get("__main__")
    file = getattr(main, "__file__", None)
    if file is None or getattr(main, "__spec__", None) is not None:
        return None
    path = Path(file)
    return path if path.suffix == ".py" and path.is_file() else None


def code_at(path: Path) -> Code | None:
    """The code at a path: its git commit, with the digest of what is not committed; else the file itself.

    None for a folder outside of git, of which nothing certain can be said.
    """
    place = path.resolve()
    folder = place if place.is_dir() else place.parent
    top = _git(folder, "rev-parse", "--show-toplevel")
    commit = _git(folder, "rev-parse", "--verify", "HEAD")
    if top and commit:
        return _committed(Path(top), commit, place)
    return _script(place) if place.is_file() else None


def current_environment() -> Environment:
    """Python, its packages, the operating system and the machine; equal ones have equal names."""
    packages = tuple(_packages())
    facts: dict[str, Any] = {
        "python_version": platform.python_version(),
        **_machine(),
    }
    named = [(item.package_name, item.package_version) for item in packages]
    digest = hashlib.sha256(json.dumps([facts, named]).encode()).hexdigest()[:24]
    parts: Parts = packages
    return Environment(
        name=digest,
        title=f"Python {facts['python_version']} on {facts['operating_system']}, {len(packages)} packages",
        has_package=parts,
        **facts,
    )


def _committed(top: Path, commit: str, place: Path) -> Code:
    url = _remote(top)
    script = place.relative_to(top).as_posix() if place.is_file() and place.is_relative_to(top) else None
    changes = _uncommitted(top, script)
    name = _repository_name(url) if url else f"{top.name}-{_first_commit(top, commit)[:_SHORT]}"
    repository = CodeRepository(name=name, repository_url=url)
    files = [_named_file(place, script)] if script else []
    if changes:
        files.append(CodeDistribution(file_name="uncommitted.diff", title="Uncommitted changes", checksum=changes))
    version = CodeVersion(
        version_of=repository,
        version=f"{commit}+{changes[:_SHORT]}" if changes else commit,
        commit_identifier=commit,
        has_uncommitted_changes=changes is not None,
        repository_url=url,
        has_distribution=files,
    )
    return Code(version, repository)


def _script(place: Path) -> Code:
    """A file outside of git, known by its content alone."""
    repository = CodeRepository(name=place.name)
    files = file_distributions(place, CodeDistribution)
    label = sha256_of(place)[:_SHORT]
    return Code(CodeVersion(version_of=repository, version=label, has_distribution=files), repository)


def _named_file(place: Path, name: str) -> CodeDistribution:
    return CodeDistribution(file_name=name, byte_size=place.stat().st_size, checksum=sha256_of(place))


def _uncommitted(top: Path, script: str | None) -> str | None:
    """The digest of what the commit lacks: changes of known files, and the script if git does not know it."""
    diff = _git_bytes(top, "diff", "--no-ext-diff", "--no-textconv", "--binary", "--no-color", "HEAD") or b""
    if script and _git_bytes(top, "ls-files", "--error-unmatch", "--", script) is None:
        diff += (top / script).read_bytes()
    return hashlib.sha256(diff).hexdigest() if diff else None


def _remote(top: Path) -> str | None:
    """Where the repository is cloned from, without credentials; None for a place on this machine."""
    names = (_git(top, "remote") or "").split()
    name = "origin" if "origin" in names else next(iter(names), None)
    url = _git(top, "remote", "get-url", name) if name else None
    if not url or url.startswith("file:") or not ("://" in url or _SCP_ADDRESS.fullmatch(url)):
        return None
    return _without_login(url)


def _without_login(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return masked_text(url)
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=host, query="", fragment="").geturl()


def _repository_name(url: str) -> str:
    """``https://github.com/acme/churn.git`` and ``git@github.com:acme/churn`` are one repository."""
    scp = None if "://" in url else _SCP_ADDRESS.fullmatch(url)
    if scp:
        host, path = scp["host"], scp["path"]
    else:
        parts = urlsplit(url)
        host, path = parts.hostname or "", parts.path
    return f"{host}/{path.strip('/').removesuffix('.git')}"


def _first_commit(top: Path, commit: str) -> str:
    """What tells two repositories of one folder name apart."""
    roots = (_git(top, "rev-list", "--max-parents=0", commit) or commit).split()
    return min(roots)


def _git(folder: Path, *arguments: str) -> str | None:
    output = _git_bytes(folder, *arguments)
    return output.decode("utf-8", "surrogateescape").strip() or None if output is not None else None


def _git_bytes(folder: Path, *arguments: str) -> bytes | None:
    """What git says; None when it fails, takes too long, or is not installed."""
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    return _output([*_GIT, "-C", str(folder), *arguments], environment)


def _output(command: Sequence[str], environment: dict[str, str] | None = None) -> bytes | None:
    try:
        done = subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=True, env=environment)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return done.stdout


def _packages() -> Iterator[Package]:
    """The installed distributions, sorted; of several of one name, the one that is imported."""
    found: dict[str, str | None] = {}
    for distribution in distributions():
        with suppress(OSError, UnicodeError):  # A broken installation is no reason not to run.
            name, version = _name_and_version(distribution)
            if name:
                found.setdefault(re.sub(r"[-_.]+", "-", name).lower(), version)
    for name in sorted(found):
        yield Package(package_name=name, package_version=found[name])


def _name_and_version(distribution: Distribution) -> tuple[str | None, str | None]:
    """Two header fields (https://packaging.python.org/en/latest/specifications/core-metadata/).

    ``distribution.metadata`` would parse the whole text, of all packages, each time that a run begins.
    """
    text = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or ""
    head = text.partition("\n\n")[0]
    name, version = (re.search(rf"^{field}:\s*(\S+)", head, re.MULTILINE) for field in ("Name", "Version"))
    return name[1] if name else None, version[1] if version else None


@lru_cache(maxsize=1)
def _machine() -> dict[str, Any]:
    return {
        "operating_system": _operating_system(),
        "processor": _processor(),
        "memory_size": _memory_size(),
        "accelerator_model": sorted(set(_accelerators())),
    }


def _operating_system() -> str:
    with suppress(OSError):
        return platform.freedesktop_os_release().get("PRETTY_NAME") or platform.platform()
    return platform.platform()


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory_size() -> int | None:
    with suppress(AttributeError, ValueError, OSError):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return None


def _accelerators() -> list[str]:
    command = shutil.which("nvidia-smi")
    output = _output([command, "--query-gpu=name", "--format=csv,noheader"]) if command else None
    return [line.strip() for line in (output or b"").decode(errors="replace").splitlines() if line.strip()]
