"""Texts in PostgreSQL, which cannot keep U+0000: it is written as U+0001 U+0001, and U+0001 as U+0001 U+0002.

Every text can be read back, equal texts stay equal, and the order by code point stays the same. Only texts with one of
these two characters look different in the database. The loader and the dumper belong to a connection, so that texts
are the same whoever sends them, SQLAlchemy or the driver.
"""

from __future__ import annotations

from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap
from psycopg.types.string import StrDumper, TextLoader

_MARK = "\x01"


def escape(text: str) -> str:
    """The form that PostgreSQL can keep."""
    if "\x00" not in text and _MARK not in text:
        return text
    return text.replace(_MARK, "\x01\x02").replace("\x00", "\x01\x01")


def unescape(text: str) -> str:
    """The inverse of `escape`."""
    if _MARK not in text:
        return text
    return text.replace("\x01\x01", "\x00").replace("\x01\x02", _MARK)


class _Dumper(StrDumper):
    def dump(self, obj: str) -> Buffer | None:
        return super().dump(escape(obj))


class _Loader(TextLoader):
    def load(self, data: Buffer) -> str:
        return unescape(str(super().load(data)))


def register_texts(adapters: AdaptersMap) -> None:
    """Escape all texts that go over a connection."""
    adapters.register_dumper(str, _Dumper)
    adapters.register_loader("text", _Loader)
