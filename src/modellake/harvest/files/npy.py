"""Arrays of numpy in files (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html)."""

from __future__ import annotations

import ast
from typing import Any

from modellake.harvest.files.facts import MAX_RANK
from modellake.harvest.files.window import damaged

MAGIC = b"\x93NUMPY"
HEAD = 64 * 1024
_KINDS = {"f": "float", "i": "int", "u": "uint", "c": "complex"}


def read_npy_header(content: bytes) -> tuple[str, list[int]]:
    """Element type and shape of an array, from the first bytes of its file.

    Raises:
        ParseError: they are no header of an array (``parse.header``).
    """
    if not content.startswith(MAGIC) or len(content) < 12:
        raise damaged("This is no array of numpy")
    wide = content[6] > 1
    length = int.from_bytes(content[8 : 12 if wide else 10], "little")
    text = content[12 if wide else 10 :][:length]
    try:
        header = ast.literal_eval(text.decode("utf-8").strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError) as error:
        raise damaged("The header of the array cannot be read") from error
    return _checked(header)


def _checked(header: Any) -> tuple[str, list[int]]:
    shape = header.get("shape") if isinstance(header, dict) else None
    fits = (
        isinstance(shape, tuple) and len(shape) <= MAX_RANK and all(type(size) is int and size >= 0 for size in shape)
    )
    if not fits:
        raise damaged("The header of the array has no shape")
    return _type_name(header.get("descr")), list(shape or ())


def _type_name(code: Any) -> str:
    if not isinstance(code, str):
        return "structured"
    code = code.lstrip("<>=|")
    kind, size = code[:1], code[1:]
    if kind in _KINDS and size.isdecimal() and len(size) < 4:
        return f"{_KINDS[kind]}{int(size) * 8}"
    return {"b": "bool", "O": "object", "U": "string", "S": "bytes", "V": "structured"}.get(kind, code or "unknown")
