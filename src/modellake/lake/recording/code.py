"""Code of a run: the git commit that runs, with what is not committed, or the file itself.

Nothing here may stop a run: what cannot be found out is left out.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from modellake.core.artifact import Artifact
from modellake.core.identifiers import is_scp_address, repository_name
from modellake.core.records import CodeDistribution, CodeRepository, CodeVersion
from modellake.lake.recording.commands import output_of
from modellake.lake.recording.payloads import file_distributions, sha256_of
from modellake.lake.recording.secrets import masked_text

# A repository may name programs for monitors, hooks and diffs: logging a run is no occasion to start them.
_GIT = ("git", "--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
_DIFF = ("diff", "--no-ext-diff", "--no-textconv", "--binary", "--no-color", "--submodule=short", "HEAD")
_SHORT = 12
# The mode of an entry that is a submodule (https://git-scm.com/docs/git-ls-files).
_GITLINK = "160000 "


@dataclass(frozen=True, slots=True)
class Code:
    """The code of a run: the version that ran, its repository, and the branch that was checked out."""

    version: CodeVersion
    repository: CodeRepository
    branch: str | None = None
    folder: Path | None = None

    @property
    def records(self) -> tuple[Artifact, ...]:
        """Version and repository, as a run states them."""
        return (self.version, self.repository)


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


def _committed(top: Path, commit: str, place: Path) -> Code:
    url = _remote(top)
    script = place.relative_to(top).as_posix() if place.is_file() and place.is_relative_to(top) else None
    changes = _uncommitted(top, script)
    name = (url and repository_name(url)) or _local_name(top, commit)
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
    return Code(version, repository, _git(top, "symbolic-ref", "--short", "--quiet", "HEAD"), top)


def _script(place: Path) -> Code:
    """A file outside of git, known by its content alone."""
    repository = CodeRepository(name=place.name)
    files = file_distributions(place, CodeDistribution)
    label = sha256_of(place)[:_SHORT]
    version = CodeVersion(version_of=repository, version=label, has_distribution=files)
    return Code(version, repository, folder=place.parent)


def _named_file(place: Path, name: str) -> CodeDistribution:
    return CodeDistribution(file_name=name, byte_size=place.stat().st_size, checksum=sha256_of(place))


def _uncommitted(top: Path, script: str | None) -> str | None:
    """The digest of what the commit lacks: changes of known files, and the script if git does not know it."""
    diff = b"".join(_changes(top))
    if script and _git_bytes(top, "ls-files", "--error-unmatch", "--", script) is None:
        diff += (top / script).read_bytes()
    return hashlib.sha256(diff).hexdigest() if diff else None


def _changes(top: Path) -> Iterator[bytes]:
    """What differs from HEAD, here and in submodules, of whose changes git itself says only that there are any."""
    yield _git_bytes(top, *_DIFF) or b""
    listed = (_git(top, "ls-files", "--stage") or "").splitlines() if (top / ".gitmodules").is_file() else []
    for path in (line.partition("\t")[2] for line in listed if line.startswith(_GITLINK)):
        if (top / path / ".git").exists():
            yield from (path.encode() + b"\n" + diff for diff in _changes(top / path) if diff)


def _remote(top: Path) -> str | None:
    """Where the repository is cloned from, without credentials; None for a place on this machine."""
    names = (_git(top, "remote") or "").split()
    name = "origin" if "origin" in names else next(iter(names), None)
    url = _git(top, "remote", "get-url", name) if name else None
    if not url or url.startswith("file:") or not ("://" in url or is_scp_address(url)):
        return None
    return _without_login(url)


def _without_login(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return masked_text(url)
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=host, query="", fragment="").geturl()


def _local_name(top: Path, commit: str) -> str:
    first = _first_commit(top, commit)
    return f"{top.name}-{first[:_SHORT]}" if first else top.name


def _first_commit(top: Path, commit: str) -> str | None:
    """What tells two repositories of one folder name apart; None where the history was cut off."""
    if _git(top, "rev-parse", "--is-shallow-repository") == "true":
        return None
    return min((_git(top, "rev-list", "--max-parents=0", commit) or commit).split())


def _git(folder: Path, *arguments: str) -> str | None:
    output = _git_bytes(folder, *arguments)
    return output.decode("utf-8", "surrogateescape").strip() or None if output is not None else None


def _git_bytes(folder: Path, *arguments: str) -> bytes | None:
    """What git says; None when it fails, takes too long, or is not installed."""
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    return output_of([*_GIT, "-C", str(folder), *arguments], environment)
