"""Keras: ``.keras`` archives (https://keras.io/guides/serialization_and_saving/), and weights and models in HDF5."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from modellake.core.errors import ParseError
from modellake.core.report import Severity
from modellake.harvest.files.facts import MAX_TEXT, Facts, Port, Ports
from modellake.harvest.files.hdf5 import File, Object
from modellake.harvest.files.json_text import parse_object
from modellake.harvest.files.torch import note_unsafe
from modellake.harvest.files.window import Window
from modellake.harvest.files.zips import Archive

MAX_LAYERS = 20_000
_CONFIG, _METADATA, _WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
_OPTIMIZERS = ("optimizer_weights", "optimizer", "_optimizer")
_NUMBERS = ("float", "int", "uint", "bool", "bfloat")


def is_keras(archive: Archive) -> bool:
    """True for an archive of ``model.save`` of Keras 3."""
    return _CONFIG in archive and _METADATA in archive


def read_keras(archive: Archive) -> Facts:
    """An archive of Keras 3.

    Raises:
        ParseError: a member is damaged, a bomb or too large.
    """
    facts = Facts("Keras", namespace="keras")
    facts.library = "keras"
    for key, value in parse_object(archive.read(_METADATA)).items():
        facts.keep(key, value)
    versions = facts.keys.get("keras_version", [])
    facts.format_version = str(versions[0]) if versions else ""
    read_config(facts, parse_object(archive.read(_CONFIG)))
    note_unsafe(facts, archive)
    if _WEIGHTS in archive:
        _read_objects(facts, archive.window(_WEIGHTS), is_model=True)
    return facts


def read_hdf5(window: Window) -> Facts:
    """An HDF5 file: what Keras has kept in it, or its datasets.

    Raises:
        ParseError: it is no HDF5 file (``parse.header``), or ends too early (``parse.truncated``).
    """
    facts = Facts("HDF5", namespace="hdf5", counts_parameters=False)
    _read_objects(facts, window, is_model=False)
    return facts


def _read_objects(facts: Facts, window: Window, *, is_model: bool) -> None:
    unread = False
    facts.counts_tensors = True
    for found in File(window).objects():
        unread |= found.unread
        if not found.path or found.path == "model_weights":
            is_model |= "keras_version" in found.attributes
            _keep_attributes(facts, found)
        if found.shape is not None and found.type:
            _keep_dataset(facts, found)
    facts.counts_parameters = is_model
    if is_model:
        facts.library = "keras"
    if unread:
        facts.note("file.unread", "Parts of the file have a layout that is not read here: counts may be too small")


def _keep_attributes(facts: Facts, found: Object) -> None:
    for key, value in found.attributes.items():
        config = _config(value) if key == "model_config" else None
        if config is not None:
            read_config(facts, config)
        if isinstance(value, str) and len(value) > MAX_TEXT:
            facts.note("file.value-omitted", f"The attribute {key[:100]!r} is too large to be kept")
        elif key != "model_config" or config is None:
            facts.keep(key, value)


def _config(value: Any) -> dict[str, Any] | None:
    try:
        found = json.loads(value) if isinstance(value, str) else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _keep_dataset(facts: Facts, found: Object) -> None:
    if found.path.startswith(_OPTIMIZERS):
        facts.keep("optimizer_weights", True)
        return
    try:
        facts.add_tensor(found.path, found.type, found.shape or [])
    except ParseError:
        facts.note("file.unread", "A dataset has no shape that a tensor can have", path=found.path[:200])


def read_config(facts: Facts, config: dict[str, Any]) -> None:
    """What the configuration of a model of Keras says: its class, its layers, its inputs."""
    name = config.get("class_name")
    facts.architecture = name if isinstance(name, str) else ""
    inner = config.get("config")
    facts.keep("name", _text(inner.get("name")) if isinstance(inner, dict) else None)
    inputs: list[Port] = []
    for layer in _layers(config):
        kind, settings = layer.get("class_name"), layer.get("config")
        if isinstance(kind, str):
            facts.keep("layer", kind)
        if isinstance(settings, dict):
            inputs += _input(layer, settings)
    if inputs:
        facts.signatures.append(Ports("", inputs[:1] if facts.architecture == "Sequential" else inputs, []))
    if "Lambda" in facts.keys.get("layer", []):
        facts.note(
            "file.code-inside",
            "A Lambda layer holds Python code, which runs when the model is loaded or used",
            "Do not load it before its origin is clear.",
            severity=Severity.WARNING,
        )


def _layers(config: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The layers of a model, and of the models in it."""
    waiting: list[Any] = [config]
    for number, item in enumerate(waiting):
        inner = item.get("config") if isinstance(item, dict) else None
        layers = inner.get("layers") if isinstance(inner, dict) else inner if isinstance(inner, list) else None
        if isinstance(layers, list) and len(waiting) < MAX_LAYERS:
            waiting.extend(layer for layer in layers if isinstance(layer, dict))
        if number and isinstance(item, dict):
            yield item


def _input(layer: dict[str, Any], settings: dict[str, Any]) -> list[Port]:
    shape = settings.get("batch_shape") or settings.get("batch_input_shape")
    if not isinstance(shape, list) or len(shape) > 64:
        return []
    sizes: list[int | str] = [size if type(size) is int else -1 for size in shape]
    dtype = settings.get("dtype")
    return [
        Port(_text(settings.get("name")) or _text(layer.get("name")), dtype if isinstance(dtype, str) else "", sizes)
    ]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
