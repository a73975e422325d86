"""Pickles as scikit-learn users keep them: plain ones, and those of joblib, in which arrays stand between opcodes.

Layout: https://github.com/joblib/joblib/blob/main/joblib/numpy_pickle.py (``NumpyArrayWrapper.read_array``).
"""

from __future__ import annotations

import math
from typing import Any

from modellake.core.errors import ParseError
from modellake.core.report import Severity
from modellake.harvest.files.compressed import UnpackedBytes, compression_of, decompressor_for
from modellake.harvest.files.facts import Facts
from modellake.harvest.files.imports import describe_imports
from modellake.harvest.files.opcodes import Bytes, WindowBytes
from modellake.harvest.files.outline import JOBLIB_ARRAY, describe_outline, type_code
from modellake.harvest.files.pickles import Machine, Made, Pairs
from modellake.harvest.files.window import Window, damaged

_HAS_OBJECTS = 0x01
_CHARACTER_SIZE = {"U": 4}


def looks_like_pickle(window: Window) -> bool:
    """True when a file begins with the opcode ``PROTO`` of a protocol from 2 to 5."""
    head = window.head(2)
    return len(head) == 2 and head[:1] == b"\x80" and 2 <= head[1] <= 5


def read_pickle(window: Window) -> Facts:
    """A pickle, or several in a row, followed without making anything.

    Raises:
        ParseError: it is no pickle (``parse.header``), ends too early (``parse.truncated``), or is unpacked
            too large (``parse.bomb``).
    """
    return _read(window, Facts("pickle", namespace="pickle", counts_parameters=False))


def read_joblib(window: Window) -> Facts:
    """A file of ``joblib.dump``, compressed or not.

    Raises:
        ParseError: as for `read_pickle`.
    """
    return _read(window, Facts("joblib", namespace="joblib", counts_parameters=False))


def _read(window: Window, facts: Facts) -> Facts:
    head = window.head(8)
    compression = compression_of(head)
    facts.keep("compression", compression)
    if not compression:
        return _follow(facts, WindowBytes(window))
    try:
        stream = UnpackedBytes(window, decompressor_for(head))
    except ImportError as error:
        facts.note(
            "harvester.extra-missing",
            f"The file is compressed with {compression}, and {error.name} is not installed: its content is not read",
            "Install the extra: pip install 'modellake[files]'",
            severity=Severity.WARNING,
        )
        return facts
    return _follow(facts, stream)


def _follow(facts: Facts, stream: Bytes) -> Facts:
    machine = Machine(stream)
    machine.watch = lambda made: _skip_array(machine, made)
    try:
        describe_outline(facts, machine.follow())
    except ParseError as error:
        # What a pickle imports on its way to the damage it would have imported: that must not be lost.
        if error.code != "parse.too-large" and (not machine.imports or error.code == "parse.bomb"):
            raise
        facts.note("file.unread", f"The pickle is not read to its end: {error.message}", severity=Severity.WARNING)
    describe_imports(facts, machine.imports)
    return facts


def _skip_array(machine: Machine, made: Made) -> None:
    if made.name != JOBLIB_ARRAY or not isinstance(made.state, Pairs):
        return
    dtype, shape = made.state.get("dtype"), made.state.get("shape")
    if has_objects(dtype):
        inner = Machine(machine.stream, machine.imports)
        inner.follow()
        return
    if type(made.state.get("numpy_array_alignment_bytes")) is int:
        machine.stream.skip(machine.stream.take(1)[0])
    if not isinstance(shape, tuple) or not all(type(size) is int and 0 <= size < 2**63 for size in shape):
        raise damaged("An array has no shape")
    machine.stream.skip(math.prod(shape[:64]) * item_size(dtype))


def item_size(dtype: Any) -> int:
    """The size of an element of a numpy type in bytes.

    Raises:
        ParseError: the pickle of the type does not say (``parse.header``).
    """
    code = type_code(dtype)
    digits = code[1:].partition("[")[0]
    state = dtype.state if isinstance(dtype, Made) else None
    if code[:1] in ("M", "m"):
        return 8
    if digits.isdecimal() and len(digits) < 10 and int(digits):
        return int(digits) * _CHARACTER_SIZE.get(code[:1], 1)
    if isinstance(state, tuple) and len(state) > 5 and type(state[5]) is int and state[5] > 0:
        return state[5]
    raise damaged(f"The size of the element type {code[:20]!r} is not known")


def has_objects(dtype: Any) -> bool:
    """True for arrays of Python objects, which are kept as a pickle of their own."""
    state = dtype.state if isinstance(dtype, Made) else None
    flags = state[7] if isinstance(state, tuple) and len(state) > 7 else 0
    return type_code(dtype).startswith("O") or (type(flags) is int and bool(flags & _HAS_OBJECTS))
