"""PyTorch: archives of ``torch.save`` and ``torch.jit.save``, and the older files that are pickles in a row.

Layouts: https://github.com/pytorch/pytorch/blob/main/torch/serialization.py and
https://github.com/pytorch/pytorch/blob/main/torch/csrc/jit/docs/serialization.md.
"""

from __future__ import annotations

import re
from typing import Any

from modellake.core.errors import ParseError
from modellake.core.report import Severity
from modellake.harvest.files.facts import Facts, first_names
from modellake.harvest.files.imports import describe_imports
from modellake.harvest.files.opcodes import WindowBytes
from modellake.harvest.files.outline import describe_outline
from modellake.harvest.files.pickles import Machine, Pairs
from modellake.harvest.files.window import Window
from modellake.harvest.files.zips import Archive, unsafe_names

LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
# LONG1 with ten bytes: how every file of the older layout begins after PROTO.
_LEGACY_HEAD = b"\x8a\x0a" + LEGACY_MAGIC.to_bytes(10, "little")
_MAX_CODE = 4 * 1024 * 1024
_CALL = re.compile(r"\b((?:torch|ops)(?:\.[A-Za-z_]\w*)+)\(")


def looks_like_legacy_torch(window: Window) -> bool:
    """True when a file begins with the magic number of the older layout."""
    return window.head(14)[2:] == _LEGACY_HEAD


def is_torch(archive: Archive) -> bool:
    """True for an archive of ``torch.save`` or ``torch.jit.save``."""
    return bool(archive.named("data.pkl"))


def read_torch(archive: Archive) -> Facts:
    """An archive of ``torch.save`` or ``torch.jit.save``.

    Raises:
        ParseError: a member is damaged, a bomb or too large.
    """
    root = archive.named("data.pkl").removesuffix("data.pkl")
    is_script = any(name.startswith(f"{root}code/") for name in archive.members) or f"{root}constants.pkl" in archive
    facts = Facts("TorchScript" if is_script else "PyTorch", namespace="torch")
    facts.library = "pytorch"
    _keep_members(facts, archive, root)
    imports: set[str] = set()
    pickles = [name for name in archive.members if name.startswith(root) and name.endswith(".pkl")]
    for name in sorted(pickles, key=lambda name: name != f"{root}data.pkl"):
        machine = Machine(WindowBytes(archive.window(name)), imports)
        built = machine.follow()
        if name == f"{root}data.pkl":
            describe_outline(facts, built)
    facts.library = "pytorch"
    describe_imports(facts, imports)
    if is_script:
        _read_code(facts, archive, f"{root}code/")
    return facts


def read_legacy_torch(window: Window) -> Facts:
    """A file of the older layout: magic number, protocol, system, object and keys of storages, then storages.

    Raises:
        ParseError: it is no pickle (``parse.header``) or ends too early (``parse.truncated``).
    """
    facts = Facts("PyTorch", namespace="torch")
    machine = Machine(WindowBytes(window))
    machine.follow()
    version = machine.follow()
    facts.format_version = str(version) if isinstance(version, int) else ""
    system = machine.follow()
    if isinstance(system, Pairs):
        facts.keep("little_endian", system.get("little_endian"))
    describe_outline(facts, machine.follow())
    facts.library = "pytorch"
    facts.keep("layout", "legacy")
    describe_imports(facts, machine.imports)
    return facts


def _keep_members(facts: Facts, archive: Archive, root: str) -> None:
    for key in ("version", "byteorder", ".format_version", ".storage_alignment"):
        name = archive.named(key)
        if name:
            facts.keep(key.strip("."), archive.read(name, 1024).decode("utf-8", "replace").strip())
    versions = facts.keys.pop("version", [])
    facts.format_version = str(versions[0]) if versions else ""
    extra = f"{root}extra/"
    for name in sorted(archive.members):
        if name.startswith(extra) and archive.members[name].size <= 64 * 1024:
            facts.keep(f"extra.{name.removeprefix(extra)}", archive.read(name).decode("utf-8", "replace"))
    note_unsafe(facts, archive)


def note_unsafe(facts: Facts, archive: Archive) -> None:
    """Note members that would leave the folder when they are unpacked."""
    for name in unsafe_names(archive):
        facts.note(
            "file.member-outside",
            f"The archive holds a member that leads out of it: {name[:200]!r}",
            "Do not unpack it.",
            severity=Severity.WARNING,
        )


def _read_code(facts: Facts, archive: Archive, folder: str) -> None:
    """The functions that the code in an archive calls, found in its text."""
    found: set[str] = set()
    for name in sorted(archive.members):
        if name.startswith(folder) and name.endswith(".py"):
            found |= _calls(facts, archive, name)
    facts.operators = first_names(found)


def _calls(facts: Facts, archive: Archive, name: str) -> set[str]:
    try:
        code = archive.read(name, _MAX_CODE).decode("utf-8", "replace")
    except ParseError as error:
        facts.note("file.unread", f"{name[:200]} is not read: {error.message}", severity=Severity.WARNING)
        return set()
    calls: list[Any] = _CALL.findall(code)
    return {str(call) for call in calls}
