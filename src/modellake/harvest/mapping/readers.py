"""Documents as items: JSON, JSON Lines, YAML, CSV and TSV, Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import IO, Any

from modellake.core.encoding import decoded
from modellake.core.errors import ParseError
from modellake.core.report import Place
from modellake.harvest.mapping.extra import library
from modellake.harvest.mapping.json_text import parse_json
from modellake.harvest.mapping.rules import LogicalSource
from modellake.harvest.mapping.values import Document, Item, Number
from modellake.harvest.mapping.yaml_text import parse_yaml

FORMULATIONS = ("csv", "jsonpath", "jsonl", "yaml", "parquet")
_BATCH_ROWS = 4096


def items(source: LogicalSource, content: bytes, document: Document) -> Iterator[Item]:
    """The items of a document, one after the other.

    Raises:
        ParseError: it is not what it should be, with one of the codes ``parse.encoding``, ``parse.json``,
            ``parse.yaml``, ``parse.csv``, ``parse.parquet``, ``parse.duplicate-key``, ``parse.too-deep``,
            ``parse.too-large``.
        UnavailableError: a library that reads it is not installed.
    """
    for root in roots(source, content, document):
        if source.iterator is None:
            yield root
        else:
            yield from source.iterator.find(root)


def roots(source: LogicalSource, content: bytes, document: Document) -> Iterator[Item]:
    """The document as a whole, or its rows.

    Raises:
        ParseError, UnavailableError: as `items`.
    """
    if source.formulation == "parquet":
        yield from _parquet(content, document)
        return
    text = decoded(content, document.place)
    if source.formulation == "csv":
        yield from _rows(text, source.delimiter, document)
    elif source.formulation == "jsonl":
        yield from _json_lines(text, document)
    elif source.formulation == "yaml":
        yield Item(parse_yaml(text, document.place), None, None, document)
    else:
        yield Item(parse_json(text, document.place), None, None, document)


def columns(source: LogicalSource, content: bytes, document: Document) -> list[str] | None:
    """The names of the columns of a table; None for what is no table.

    Raises:
        ParseError: it cannot be read.
    """
    if source.formulation == "csv":
        return _header(_csv_lines(decoded(content, document.place), source.delimiter), document)
    if source.formulation == "parquet":
        return list(_parquet_file(content, document).schema_arrow.names)
    return None


def _rows(text: str, delimiter: str, document: Document) -> Iterator[Item]:
    lines = _csv_lines(text, delimiter)
    header = _header(lines, document)
    index = 0
    while True:
        line = lines.line_num + 1
        row = _next_row(lines, document)
        if row is None:
            return
        if not row:
            continue
        if len(row) != len(header):
            raise _csv_error(f"The row has {len(row)} cells, the header has {len(header)}", document, line)
        value = {name: cell or None for name, cell in zip(header, row, strict=True)}
        yield Item(value, index, None, document, line)
        index += 1


def _csv_lines(text: str, delimiter: str) -> Any:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _header(lines: Any, document: Document) -> list[str]:
    header = _next_row(lines, document)
    if not header:
        raise _csv_error("The table has no header", document, 1)
    twice = next((name for index, name in enumerate(header) if name in header[:index]), None)
    if twice is not None:
        raise ParseError(
            f"Two columns are called {twice!r}",
            code="parse.duplicate-key",
            place=Place(document.place, 1),
            remedy="Rename one of them.",
        )
    return header


def _next_row(lines: Any, document: Document) -> list[str] | None:
    try:
        row: list[str] | None = next(lines, None)
    except csv.Error as error:
        raise _csv_error(f"The table cannot be read: {error}", document, lines.line_num) from error
    return row


def _csv_error(message: str, document: Document, line: int) -> ParseError:
    return ParseError(
        message,
        code="parse.csv",
        place=Place(document.place, line),
        remedy="Write the table by RFC 4180: a header, as many cells in every row, quotes in cells doubled.",
    )


def _json_lines(text: str, document: Document) -> Iterator[Item]:
    for number, line in enumerate(io.StringIO(text), start=1):
        if line.strip():
            yield Item(parse_json(line, document.place, number), None, None, document, number)


def _parquet(content: bytes, document: Document) -> Iterator[Item]:
    file = _parquet_file(content, document)
    index = 0
    try:
        for batch in file.iter_batches(batch_size=_BATCH_ROWS):
            for row in batch.to_pylist():
                yield Item(_cells(row), index, None, document)
                index += 1
    except (OSError, ValueError, library("pyarrow").ArrowException) as error:
        raise _parquet_error(error, document) from error


def _parquet_file(content: bytes, document: Document) -> Any:
    stream: IO[bytes] = io.BytesIO(content)
    parquet = library("pyarrow.parquet")
    try:
        return parquet.ParquetFile(stream)
    except (OSError, ValueError, library("pyarrow").ArrowException) as error:
        raise _parquet_error(error, document) from error


def _parquet_error(error: Exception, document: Document) -> ParseError:
    return ParseError(
        f"This is no Parquet file: {str(error).splitlines()[0] if str(error) else type(error).__name__}",
        code="parse.parquet",
        place=Place(document.place),
        remedy="Write the file again.",
    )


def _cells(value: Any) -> Any:
    """Values of Parquet as values of a document."""
    if isinstance(value, dict):
        return {str(key): _cells(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_cells(one) for one in value]
    return value if value is None or isinstance(value, bool | str) else _cell(value)


def _cell(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    text = repr(value) if isinstance(value, int | float) else str(value)
    return Number(text) if text.lstrip("-")[:1].isdigit() else text
