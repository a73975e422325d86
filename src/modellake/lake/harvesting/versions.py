"""Versions: what decides, besides a document itself, what a harvest makes of it."""

from __future__ import annotations

import hashlib
import platform
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution, entry_points
from importlib.util import find_spec
from pathlib import Path

from modellake.core.plugins import HARVESTERS, Harvester

_NAME = re.compile(r"[A-Za-z0-9._-]+")


def rules_of(harvester: Harvester, texts: Mapping[str, bytes]) -> bytes:
    """A digest of all that decides how documents are read: the harvester's code, its libraries, the rules in force.

    Args:
        texts: the rules, by name.

    Returns:
        Nothing where the code cannot be found: then no document counts as read before.
    """
    code = _code_digest(type(harvester).__module__.partition(".")[0])
    if not code:
        return b""
    digest = hashlib.sha256(code)
    parts = [harvester.name, type(harvester).__qualname__, platform.python_version(), *_libraries(harvester.name)]
    for part in [*(part.encode() for part in parts), *(text for _, text in sorted(texts.items()))]:
        digest.update(b"%d " % len(part) + part)
    return digest.digest()


@lru_cache(maxsize=64)
def _code_digest(package: str) -> bytes:
    """A digest of all files of a package: its version alone would not tell of a change in a checkout."""
    files = sorted(_files(package))
    digest = hashlib.sha256()
    for path in files:
        try:
            content = path.read_bytes()
        except OSError:
            return b""
        digest.update(b"%s %d " % (str(path).encode("utf-8", "surrogateescape"), len(content)) + content)
    return digest.digest() if files else b""


def _files(package: str) -> Iterator[Path]:
    try:
        spec = find_spec(package)
    except (ImportError, ValueError):
        return
    if spec is None:
        return
    for folder in spec.submodule_search_locations or ():
        yield from (path for path in Path(folder).rglob("*") if path.suffix != ".pyc" and path.is_file())
    if spec.origin and not spec.submodule_search_locations:
        yield Path(spec.origin)


@lru_cache(maxsize=64)
def _libraries(name: str) -> tuple[str, ...]:
    """The package that registers a harvester and the packages that it asks for, with the versions installed."""
    entry = next(iter(entry_points(group=HARVESTERS, name=name)), None)
    if entry is None or entry.dist is None:
        return ()
    asked = {found[0] for found in map(_NAME.match, entry.dist.requires or ()) if found}
    installed = [entry.dist, *(dist for name in sorted(asked) if (dist := _installed(name)))]
    return tuple(f"{dist.name} {dist.version}" for dist in installed)


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None
