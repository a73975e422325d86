"""Answers as tables: rows of terms, ready for Python, Arrow and pandas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, QueryBoolean, QuerySolutions, Triple

from modellake.core.errors import UnavailableError
from modellake.core.vocab import XSD
from modellake.store.engine import QueryAnswer

Term = NamedNode | BlankNode | Literal | Triple
_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS = {"integer": int, "decimal": float, "double": float, "float": float}


@dataclass(frozen=True, slots=True)
class Table:
    """The answer to a question.

    Attributes:
        columns: the variable names, in the order of the SELECT clause; for CONSTRUCT and DESCRIBE
            ``subject, predicate, object``; for ASK ``answer``.
        rows: one tuple of terms per solution; None where a variable is unbound.
    """

    columns: tuple[str, ...]
    rows: Sequence[tuple[Term | None, ...]]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The rows as dictionaries of Python values (IRIs as strings, numbers as numbers)."""
        return (dict(zip(self.columns, map(to_python, row), strict=True)) for row in self.rows)

    def __bool__(self) -> bool:
        """False for an empty table and for an ASK that is answered no."""
        return any(row != (_NO,) for row in self.rows)

    def column(self, name: str) -> list[Any]:
        """The Python values of one column."""
        index = self.columns.index(name)
        return [to_python(row[index]) for row in self.rows]

    def to_arrow(self) -> Any:
        """The table as a ``pyarrow.Table``. Raises UnavailableError without the ``tables`` extra."""
        pyarrow = _need("pyarrow")
        return pyarrow.table({name: self.column(name) for name in self.columns})

    def to_pandas(self) -> Any:
        """The table as a ``pandas.DataFrame``. Raises UnavailableError without the ``tables`` extra."""
        pandas = _need("pandas")
        return pandas.DataFrame(list(self), columns=list(self.columns))


_NO = Literal("false", datatype=XSD.boolean)


def table_of(answer: QueryAnswer) -> Table:
    """The whole of an engine's answer.

    Raises:
        UnavailableError: ``view.damaged``, which may show only when what is damaged is read.
    """
    try:
        return _table_of(answer)
    except (OSError, RuntimeError) as error:
        raise UnavailableError(
            f"The engine failed: {error}",
            code="view.damaged",
            remedy="The view can be made again from the ledger: modellake rebuild",
        ) from error


def _table_of(answer: QueryAnswer) -> Table:
    if isinstance(answer, QueryBoolean):
        value = Literal(str(bool(answer)).lower(), datatype=XSD.boolean)
        return Table(("answer",), [(value,)])
    if isinstance(answer, QuerySolutions):
        columns = tuple(variable.value for variable in answer.variables)
        return Table(columns, [tuple(solution[name] for name in columns) for solution in answer])
    rows = [(triple.subject, triple.predicate, triple.object) for triple in answer]
    return Table(("subject", "predicate", "object"), rows)


def to_python(term: Term | None) -> Any:
    """A term as the nearest Python value; a literal that is not of its datatype stays text."""
    if term is None:
        return None
    if isinstance(term, NamedNode):
        return term.value
    if not isinstance(term, Literal):
        return str(term)
    name = term.datatype.value.removeprefix(_XSD)
    if name == "boolean":
        return term.value in ("true", "1")
    convert = _NUMBERS.get(name)
    try:
        return convert(term.value) if convert else term.value
    except ValueError:
        return term.value


def _need(module: str) -> Any:
    try:
        return __import__(module)
    except ImportError as error:
        raise UnavailableError(
            f"{module} is not installed",
            code="extra.missing",
            remedy="pip install 'modellake[tables]'",
        ) from error
