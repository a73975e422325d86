"""What was written as JSON, restored: values of dataclasses, each looked at before it is believed."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


def restored(kind: type[T], value: Any) -> T:
    """A value that `dataclasses.asdict` and JSON have made of a dataclass.

    Args:
        kind: the dataclass; its fields are texts, numbers, booleans, lists and dictionaries of them, or dataclasses.
        value: what JSON says. Fields with a default may be absent.

    Raises:
        TypeError: it is none of this kind.
    """
    found: T = _restored(kind, value)
    return found


def _restored(kind: Any, value: Any) -> Any:
    if kind is Any:
        return value
    if is_dataclass(kind):
        return _object(kind, value)
    origin, parts = get_origin(kind) or kind, get_args(kind)
    if origin is UnionType:
        return _one_of(parts, value)
    if not isinstance(value, origin) or (isinstance(value, bool) and origin is not bool):
        raise TypeError(f"{kind} is expected, and not {type(value)}")
    if origin is list:
        return [_restored(parts[0], item) for item in value]
    return {key: _restored(parts[1], item) for key, item in value.items()} if origin is dict else value


def _object(kind: Any, value: Any) -> Any:
    types = _types(kind)
    if not isinstance(value, dict) or not value.keys() <= types.keys():
        raise TypeError(f"{kind} is expected, and not {type(value)}")
    return kind(**{name: _restored(types[name], item) for name, item in value.items()})


def _one_of(kinds: tuple[Any, ...], value: Any) -> Any:
    if value is None and NoneType in kinds:
        return None
    for kind in kinds:
        try:
            return _restored(kind, value)
        except TypeError:
            continue
    raise TypeError(f"One of {kinds} is expected, and not {type(value)}")


@lru_cache(maxsize=64)
def _types(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {item.name: hints[item.name] for item in fields(kind) if not item.name.startswith("_")}
