"""Environment of a run: the interpreter, its packages and lock file, and the machine."""

from __future__ import annotations

import hashlib
import json
import platform
from functools import lru_cache
from itertools import takewhile
from pathlib import Path

from modellake.core.activities import Environment, Package, Tag
from modellake.core.records import CodeDistribution
from modellake.lake.recording.machine import container, machine_facts, machine_properties
from modellake.lake.recording.packages import installed_packages
from modellake.lake.recording.payloads import sha256_of
from modellake.lake.recording.secrets import masked_text

# Files that pin packages, the most exact first.
_LOCK_FILES = (
    "uv.lock",
    "pylock.toml",
    "poetry.lock",
    "pdm.lock",
    "Pipfile.lock",
    "conda-lock.yml",
    "pixi.lock",
    "requirements.lock",
    "requirements.txt",
    "environment.yml",
)


def current_environment(code: Path | None = None, top: Path | None = None) -> Environment:
    """Python, its packages, the operating system, the container and the machine; equal ones have equal names.

    Args:
        code: the folder of the code: the lock file that lies in it, or in a folder around it up to ``top``, is
            recorded with its digest.
    """
    around_code = (code, *code.parents) if code else ()
    folders = takewhile(lambda folder: folder == code or (top is not None and folder.is_relative_to(top)), around_code)
    locked = next(filter(None, map(lock_file, folders)), None)
    around = container()
    image = masked_text(around.image) if around and around.image else None
    return _environment(installed_packages(), locked, image)


def lock_file(folder: Path) -> CodeDistribution | None:
    """The file in a folder that pins packages; None where there is none."""
    for path in (folder / name for name in _LOCK_FILES):
        if path.is_file():
            size, digest = path.stat().st_size, sha256_of(path)
            return CodeDistribution(file_name=path.name, byte_size=size, checksum=digest)
    return None


@lru_cache(maxsize=8)
def _environment(packages: tuple[Package, ...], locked: CodeDistribution | None, image: str | None) -> Environment:
    facts = {"python_version": platform.python_version(), **machine_facts(), "container_image": image}
    properties = machine_properties()
    named = [(item.package_name, item.package_version, item.checksum) for item in packages]
    identity = [facts, properties, named, locked and [locked.file_name, locked.checksum]]
    return Environment(
        name=hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:24],
        title=f"Python {facts['python_version']} on {facts['operating_system']}, {len(packages)} packages",
        has_package=packages,
        lock_file=locked,
        additional_property=tuple(Tag(tag_name=name, tag_value=value) for name, value in properties.items()),
        **facts,
    )
