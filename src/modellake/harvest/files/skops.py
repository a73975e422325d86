"""skops (https://skops.readthedocs.io/en/stable/persistence.html): a ZIP archive with a JSON schema and arrays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from modellake.core.report import Severity
from modellake.harvest.files.facts import Facts
from modellake.harvest.files.imports import describe_imports, library_of
from modellake.harvest.files.json_text import parse_object
from modellake.harvest.files.npy import HEAD, read_npy_header
from modellake.harvest.files.torch import note_unsafe
from modellake.harvest.files.zips import Archive

SCHEMA = "schema.json"
MAX_NODES = 500_000
MAX_VALUES = 500
_VALUE_DEPTH = 4
_NODE_KEYS = frozenset(["__class__", "__module__", "__loader__", "__id__", "content", "type", "file", "key_types"])


def is_skops(archive: Archive) -> bool:
    """True for an archive of ``skops.io.dump``."""
    return SCHEMA in archive


def read_skops(archive: Archive) -> Facts:
    """An archive of ``skops.io.dump``.

    Raises:
        ParseError: the schema or an array is damaged.
    """
    facts = Facts("skops", namespace="skops", counts_parameters=False, counts_tensors=True)
    schema = parse_object(archive.read(SCHEMA))
    protocol = schema.get("protocol")
    facts.format_version = str(protocol) if isinstance(protocol, int) else ""
    facts.keep("_skops_version", schema.get("_skops_version"))
    name = _class_name(schema)
    facts.architecture, facts.library = name.rpartition(".")[2], library_of(name)
    facts.keep("class", name)
    note_unsafe(facts, archive)
    _read_nodes(facts, archive, schema)
    return facts


def _read_nodes(facts: Facts, archive: Archive, schema: dict[str, Any]) -> None:
    imports: set[str] = set()
    values = 0
    for path, node in _walk(schema):
        name = _class_name(node)
        if name:
            imports.add(name)
        file = node.get("file")
        if isinstance(file, str):
            _read_array(facts, archive, path, file)
        elif node.get("__loader__") == "JsonNode" and values < MAX_VALUES and path.count(".") < _VALUE_DEPTH:
            facts.keep(path, _value(node.get("content")))
            values += 1
        elif path and name and "Object" in str(node.get("__loader__")) and path.count(".") < _VALUE_DEPTH:
            facts.keep(f"{path}.class", name)
    describe_imports(facts, imports)


def _read_array(facts: Facts, archive: Archive, path: str, file: str) -> None:
    if file not in archive:
        facts.note("file.member-missing", f"The schema names {file[:200]!r}, which is not there", path=path[:200])
    elif file.endswith(".npy"):
        facts.add_tensor(path, *read_npy_header(archive.head(file, HEAD)))
    else:
        facts.note("file.unread", f"{file[:200]!r} is no array: it is not read", severity=Severity.INFO)


def _class_name(node: dict[str, Any]) -> str:
    module, name = node.get("__module__"), node.get("__class__")
    return f"{module}.{name}" if isinstance(module, str) and isinstance(name, str) else ""


def _value(content: Any) -> Any:
    """JSON inside JSON, as texts, numbers and truth values are kept."""
    if not isinstance(content, str):
        return None
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return content
    return value if isinstance(value, str | bool | int | float) else None


def _walk(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every node of the schema with the path to it; steps that only the layout needs are left out of the path."""
    waiting: list[tuple[str, Any]] = [("", schema)]
    for path, node in waiting:
        if isinstance(node, dict) and "__class__" in node:
            yield path, node
        if len(waiting) < MAX_NODES:
            waiting.extend(_inside(path, node))


def _inside(path: str, node: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(node, list):
        for number, item in enumerate(node):
            yield _joined(path, str(number)), item
    elif isinstance(node, dict):
        for key, value in node.items():
            if isinstance(value, dict | list) and key != "key_types":
                yield (path if key in _NODE_KEYS else _joined(path, key)), value


def _joined(path: str, key: str) -> str:
    return (f"{path}.{key}" if path else key)[:1000]
