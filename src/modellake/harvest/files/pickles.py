"""What a pickle would build, followed on paper: nothing is imported, called or made.

A small machine keeps the stack and the memo of the pickle machine
(https://docs.python.org/3/library/pickletools.html), with symbols in the place of objects: the name of a class,
a call that would take place, an array that is skipped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from modellake.harvest.files.opcodes import Bytes, opcodes
from modellake.harvest.files.window import damaged

MAX_MEMO = 2_000_000
_MARK = object()
_RECONSTRUCTORS = ("copyreg._reconstructor", "copy_reg._reconstructor")


class Opaque:
    """A value of which nothing is known."""

    __slots__ = ()


OPAQUE = Opaque()


@dataclass(eq=False, slots=True)
class Global:
    """A class or function that loading would import."""

    name: str


@dataclass(eq=False, slots=True)
class Made:
    """An object that loading would make: what is called, with what, and the state it is given then."""

    maker: Any
    arguments: Any
    state: Any = None
    # Weights in what is a list or a mapping besides being an object (an ordered dictionary).
    items: list[Any] = field(default_factory=list)
    pairs: list[tuple[Any, Any]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The full name of the class or function, or an empty text."""
        name = self.maker.name if isinstance(self.maker, Global) else ""
        if name in _RECONSTRUCTORS and isinstance(self.arguments, tuple) and self.arguments:
            # Protocols 0 and 1 make every object by a function that is given its class.
            first = self.arguments[0]
            return first.name if isinstance(first, Global) else name
        return name


@dataclass(eq=False, slots=True)
class Persistent:
    """An object that lies outside of the pickle, by its identifier."""

    identifier: Any


@dataclass(eq=False, slots=True)
class Pairs:
    """A dictionary; keys need not be hashable here."""

    pairs: list[tuple[Any, Any]] = field(default_factory=list)

    def get(self, key: str) -> Any:
        """The last value of a key that is a text, or None."""
        return next((value for known, value in reversed(self.pairs) if known == key and isinstance(known, str)), None)


@dataclass(slots=True)
class Machine:
    """Follows one pickle after the other in a stream.

    Attributes:
        stream: where the pickles stand.
        imports: the full names of all that they would import.
        watch: told of every object that has been given its state: joblib's arrays lie right behind it.
    """

    stream: Bytes
    imports: set[str] = field(default_factory=set)
    watch: Callable[[Made], None] | None = None
    _stack: list[Any] = field(default_factory=list)
    _memo: dict[int, Any] = field(default_factory=dict)

    def follow(self) -> Any:
        """The symbol for what the next pickle would build.

        Raises:
            ParseError: it is no pickle (``parse.header``) or ends too early (``parse.truncated``).
        """
        self._stack, self._memo = [], {}
        for name, argument in opcodes(self.stream):
            step = _STEPS.get(name)
            if step is None:
                self._stack.append(argument)  # INT, BINUNICODE, LONG1 and all others that push their argument
            else:
                step(self, argument)
        return self.pop()

    def pop(self) -> Any:
        """The topmost value."""
        if not self._stack:
            raise damaged("This is no pickle: it takes more from the stack than is there")
        return self._stack.pop()

    def pop_to_mark(self) -> list[Any]:
        """All values above the last mark."""
        for index in range(len(self._stack) - 1, -1, -1):
            if self._stack[index] is _MARK:
                found = self._stack[index + 1 :]
                del self._stack[index:]
                return found
        raise damaged("This is no pickle: a mark is missing")

    def drop(self) -> None:
        """Forget the topmost value."""
        self.pop()

    def drop_to_mark(self) -> None:
        """Forget all values above the last mark."""
        self.pop_to_mark()

    def top(self) -> Any:
        """The topmost value, which stays there."""
        if not self._stack:
            raise damaged("This is no pickle: the stack is empty")
        return self._stack[-1]

    def push(self, value: Any) -> None:
        """Put a value on the stack."""
        self._stack.append(value)

    def load(self, module: Any, name: Any) -> None:
        """Put the symbol of something imported on the stack."""
        text = f"{module}.{name}" if isinstance(module, str) and isinstance(name, str) else "?"
        self.imports.add(text)
        self.push(Global(text))

    def build(self) -> None:
        """Give the topmost object its state."""
        state, made = self.pop(), self.top()
        if isinstance(made, Made):
            made.state = state
            if self.watch:
                self.watch(made)

    def remember(self, key: int) -> None:
        """Put the topmost value into the memo."""
        if len(self._memo) > MAX_MEMO:
            raise damaged("The pickle remembers too much", code="parse.too-large")
        self._memo[key] = self.top()

    def memoize(self) -> None:
        """Put the topmost value into the memo under the next number."""
        self.remember(len(self._memo))

    def recall(self, key: int) -> None:
        """Put a value of the memo on the stack."""
        if key not in self._memo:
            raise damaged("This is no pickle: it recalls what it never remembered")
        self.push(self._memo[key])

    def append(self, values: list[Any]) -> None:
        """Append values to the topmost list."""
        target = self.top()
        if isinstance(target, Made):
            target.items.extend(values)
        elif isinstance(target, list):
            target.extend(values)

    def set_items(self, values: list[Any]) -> None:
        """Put keys and values into the topmost mapping."""
        target = self.top()
        if isinstance(target, Made | Pairs):
            target.pairs.extend(zip(values[::2], values[1::2], strict=False))


def _call(machine: Machine) -> None:
    arguments, maker = machine.pop(), machine.pop()
    machine.push(Made(maker, arguments))


def _call_with_keywords(machine: Machine) -> None:
    keywords, arguments, maker = machine.pop(), machine.pop(), machine.pop()
    machine.push(Made(maker, arguments, keywords))


def _instance(machine: Machine, argument: Any) -> None:
    arguments = machine.pop_to_mark()
    machine.load(*_two_names(argument))
    machine.push(Made(machine.pop(), arguments))


def _object(machine: Machine) -> None:
    arguments = machine.pop_to_mark()
    if not arguments:
        raise damaged("This is no pickle: an object without a class")
    machine.push(Made(arguments[0], arguments[1:]))


def _named(machine: Machine) -> None:
    name, module = machine.pop(), machine.pop()
    machine.load(module, name)


def _two_names(argument: str) -> tuple[str, str]:
    module, _, name = argument.partition(" ")
    return module, name


def _tuple(length: int) -> Callable[[Machine, Any], None]:
    def step(machine: Machine, _: Any) -> None:
        values = [machine.pop() for _ in range(length)][::-1]
        machine.push(tuple(values))

    return step


def _extension(machine: Machine, code: Any) -> None:
    machine.load("copyreg", f"extension {code}")


def _pairs(values: list[Any]) -> Pairs:
    return Pairs(list(zip(values[::2], values[1::2], strict=False)))


def _pair(machine: Machine) -> None:
    value, key = machine.pop(), machine.pop()
    machine.set_items([key, value])


def _constant(value: Any) -> Callable[[Machine, Any], None]:
    return lambda machine, _: machine.push(value)


def _ignore(_: Machine, __: Any) -> None:
    return


_STEPS: dict[str, Callable[[Machine, Any], None]] = {
    "PROTO": _ignore,
    "FRAME": _ignore,
    "STOP": _ignore,
    "READONLY_BUFFER": _ignore,
    "NEXT_BUFFER": _constant(OPAQUE),
    "NONE": _constant(None),
    "NEWTRUE": _constant(True),
    "NEWFALSE": _constant(False),
    "MARK": _constant(_MARK),
    "EMPTY_TUPLE": _constant(()),
    "EMPTY_LIST": lambda machine, _: machine.push([]),
    "EMPTY_DICT": lambda machine, _: machine.push(Pairs()),
    "EMPTY_SET": lambda machine, _: machine.push([]),
    "FROZENSET": lambda machine, _: machine.push(machine.pop_to_mark()),
    "LIST": lambda machine, _: machine.push(machine.pop_to_mark()),
    "TUPLE": lambda machine, _: machine.push(tuple(machine.pop_to_mark())),
    "DICT": lambda machine, _: machine.push(_pairs(machine.pop_to_mark())),
    "TUPLE1": _tuple(1),
    "TUPLE2": _tuple(2),
    "TUPLE3": _tuple(3),
    "APPEND": lambda machine, _: machine.append([machine.pop()]),
    "APPENDS": lambda machine, _: machine.append(machine.pop_to_mark()),
    "ADDITEMS": lambda machine, _: machine.append(machine.pop_to_mark()),
    "SETITEM": lambda machine, _: _pair(machine),
    "SETITEMS": lambda machine, _: machine.set_items(machine.pop_to_mark()),
    "POP": lambda machine, _: machine.drop(),
    "POP_MARK": lambda machine, _: machine.drop_to_mark(),
    "DUP": lambda machine, _: machine.push(machine.top()),
    "MEMOIZE": lambda machine, _: machine.memoize(),
    "PUT": lambda machine, key: machine.remember(key),
    "BINPUT": lambda machine, key: machine.remember(key),
    "LONG_BINPUT": lambda machine, key: machine.remember(key),
    "GET": lambda machine, key: machine.recall(key),
    "BINGET": lambda machine, key: machine.recall(key),
    "LONG_BINGET": lambda machine, key: machine.recall(key),
    "GLOBAL": lambda machine, argument: machine.load(*_two_names(argument)),
    "STACK_GLOBAL": lambda machine, _: _named(machine),
    "EXT1": _extension,
    "EXT2": _extension,
    "EXT4": _extension,
    "REDUCE": lambda machine, _: _call(machine),
    "NEWOBJ": lambda machine, _: _call(machine),
    "NEWOBJ_EX": lambda machine, _: _call_with_keywords(machine),
    "INST": _instance,
    "OBJ": lambda machine, _: _object(machine),
    "BUILD": lambda machine, _: machine.build(),
    "PERSID": lambda machine, identifier: machine.push(Persistent(identifier)),
    "BINPERSID": lambda machine, _: machine.push(Persistent(machine.pop())),
}
