"""Spools: lists that may grow longer than memory, the first items at hand and the rest in a temporary file."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import IO, TypeVar, overload

Item = TypeVar("Item")

# Items kept in memory, and items written together.
AT_HAND = 1000


class Spool(Sequence[Item]):
    """A list that is only added to; what does not fit in memory is kept in a file that nobody else sees.

    Args:
        items: what it begins with; each must be picklable.
        at_hand: how many items stay in memory.
    """

    def __init__(self, items: Iterable[Item] = (), *, at_hand: int = AT_HAND) -> None:
        self._at_hand = at_hand
        self._first: list[Item] = []
        self._last: list[Item] = []
        self._file: IO[bytes] | None = None
        self._offsets: list[int] = []
        self._read_last: tuple[int, list[Item]] = (-1, [])
        self.extend(items)

    def append(self, item: Item) -> None:
        """Add an item."""
        if len(self._first) < self._at_hand:
            self._first.append(item)
            return
        self._last.append(item)
        if len(self._last) == self._at_hand:
            self._write()

    def extend(self, items: Iterable[Item]) -> None:
        """Add items."""
        for item in items:
            self.append(item)

    def __iadd__(self, items: Iterable[Item]) -> Spool[Item]:
        self.extend(items)
        return self

    def __len__(self) -> int:
        return len(self._first) + len(self._offsets) * self._at_hand + len(self._last)

    def __iter__(self) -> Iterator[Item]:
        yield from self._first
        for number in range(len(self._offsets)):
            yield from self._read(number)
        yield from self._last

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> list[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | list[Item]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        number = index + len(self) if index < 0 else index
        if not 0 <= number < len(self):
            raise IndexError(index)
        part, rest = divmod(number, self._at_hand)
        return self._part(part)[rest]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Spool | list | tuple):
            return NotImplemented
        return len(self) == len(other) and all(one == two for one, two in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        shown = ", ".join(map(repr, islice(self, 3)))
        return f"Spool([{shown}{', …' if len(self) > 3 else ''}])"

    def _part(self, number: int) -> list[Item]:
        if number == 0:
            return self._first
        return self._read(number - 1) if number <= len(self._offsets) else self._last

    def _write(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="modellake-")  # noqa: SIM115  as long as the spool lives
        self._offsets.append(self._file.seek(0, 2))
        pickle.dump(self._last, self._file, protocol=pickle.HIGHEST_PROTOCOL)
        self._last = []

    def _read(self, number: int) -> list[Item]:
        assert self._file is not None
        if self._read_last[0] != number:
            self._file.seek(self._offsets[number])
            self._read_last = (number, pickle.load(self._file))
        return self._read_last[1]
