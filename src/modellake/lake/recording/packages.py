"""Packages: the Python distributions that are installed, with what identifies their content.

The checksum of a package is the SHA-256 digest of its list of installed files with their digests (``RECORD``,
https://packaging.python.org/en/latest/specifications/recording-installed-packages/). It needs no network, it is
there for every wheel, wherever that came from, and it tells two builds of one version apart. What depends on the
place of installation (scripts, byte code, who installed it and how) is left out, so the same wheel has the same
checksum on every machine. It is not the checksum of the wheel, which installers do not keep.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import Distribution, distributions

from modellake.core.activities import Package

_OF_THE_PLACE = (".dist-info/INSTALLER", ".dist-info/REQUESTED", ".dist-info/direct_url.json", ".dist-info/RECORD")
_OUTSIDE = ("../", "..\\", "/")


def installed_packages() -> tuple[Package, ...]:
    """The distributions that this process could import, sorted by name; looked up once for one ``sys.path``."""
    return _installed(tuple(sys.path))


def content_digest(record: str) -> str | None:
    """The digest of the files that a ``RECORD`` lists; None when it lists none with a digest of its own."""
    rows = sorted(row for row in record.splitlines() if _identifies(row))
    return hashlib.sha256("\n".join(rows).encode("utf-8", "surrogatepass")).hexdigest() if rows else None


@lru_cache(maxsize=2)
def _installed(path: tuple[str, ...]) -> tuple[Package, ...]:
    """Of several distributions of one name, the one that is imported."""
    found: dict[str, Package] = {}
    for package in _readable(path):
        found.setdefault(package.package_name, package)
    return tuple(found[name] for name in sorted(found))


def _readable(path: tuple[str, ...]) -> Iterator[Package]:
    for distribution in distributions(path=list(path)):
        with suppress(OSError, UnicodeError):  # A broken installation is no reason not to run.
            name, version = _name_and_version(distribution)
            if name:
                record = distribution.read_text("RECORD") or ""
                normal = re.sub(r"[-_.]+", "-", name).lower()
                yield Package(package_name=normal, package_version=version, checksum=content_digest(record))


def _name_and_version(distribution: Distribution) -> tuple[str | None, str | None]:
    """Two header fields (https://packaging.python.org/en/latest/specifications/core-metadata/).

    ``distribution.metadata`` would parse the whole text, of all packages.
    """
    text = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or ""
    head = text.partition("\n\n")[0]
    name, version = (re.search(rf"^{field}:\s*(\S+)", head, re.MULTILINE) for field in ("Name", "Version"))
    return name[1] if name else None, version[1] if version else None


def _identifies(row: str) -> bool:
    path, _, rest = row.rpartition(",")[0].rpartition(",")
    return "=" in rest and not path.endswith(_OF_THE_PLACE) and not path.strip('"').startswith(_OUTSIDE)
