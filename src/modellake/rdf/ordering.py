"""Ordering: ORDER BY that no value can confuse.

Oxigraph compares numbers by value, texts by their characters, and a number with a text by how both are written: 9
comes before 10, ``"10"`` before ``"5x"``, and ``"5x"`` before 9. Its sort notices such a circle and ends the whole
process (0.5.13). Times with and without a zone, and whole numbers beside floating ones, make circles too. SPARQL itself
leaves open how values of different kinds are ordered (https://www.w3.org/TR/sparql11-query/#modOrderBy).

So each condition becomes three, each of them an order without circles: by the kind of value, where it is no number and
no time by its text too; by the value of numbers and times; and by what is left to tell two values apart.

Oxigraph computes a key once a row, but looks a text that its store holds up there at each comparison. No store holds a
text with a mark before it, which makes sorting by such texts some five times as fast.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from modellake.core.errors import QueryError
from modellake.rdf.tokens import Token, syntax_error, tokens

_XSD = "http://www.w3.org/2001/XMLSchema#"
# Nothing where something is of another kind: an error counts as unbound, which comes first.
_NOTHING = "1/0"
_TIME = f"<{_XSD}dateTime>"
# Each use of the value is another lookup: what is an IRI is to be known as one at first sight.
_KEYS = (
    f'COALESCE(IF(ISIRI(%s),CONCAT("2 ",STR(%s)),IF(ISNUMERIC(%s),"3",IF(DATATYPE(%s)={_TIME},IF(TZ(%s)="","4","5"),'
    f'CONCAT("6 ",STR(%s))))),IF(ISBLANK(%s),"1",{_NOTHING}),"0")',
    f"IF(DATATYPE(%s)={_TIME},%s,IF(ISNUMERIC(%s),<{_XSD}double>(%s),{_NOTHING}))",
    # Of numbers that are one as doubles, whole ones come last: no number is written with a blank before it.
    f'IF(DATATYPE(%s)=<{_XSD}integer>,%s,CONCAT(LANG(%s)," ",STR(%s)))',
)
# What these give is of one kind.
_PLAIN = frozenset({"STR", "STRLEN", "LANG", "COUNT", "YEAR", "MONTH", "DAY", "HOURS", "MINUTES", "BOUND", "ISNUMERIC"})
_OPENING, _CLOSING = frozenset("({["), frozenset(")}]")


@lru_cache(maxsize=512)
def totally_ordered(text: str) -> str:
    """A query whose ORDER BY makes no circles; the text itself where there is none, or where it cannot be SPARQL.

    Raises:
        QueryError: ``query.too-complex`` where an ORDER BY stands inside of a condition of another.
    """
    if "order" not in text.lower():
        return text
    try:
        found = tokens(text)
    except QueryError:
        return text
    written, end = "", 0
    for start, stop, clause in _clauses(text, found):
        written += text[end:start] + clause
        end = stop
    return written + text[end:]


def _clauses(text: str, found: list[Token]) -> Iterator[tuple[int, int, str]]:
    """Where the conditions of each ORDER BY begin and end, and those to put in their place."""
    for index, (one, other) in enumerate(pairwise(found)):
        if one.is_word("ORDER") and other.is_word("BY"):
            conditions = list(_conditions(text, found, index + 2))
            if conditions:
                first, last = conditions[0][0], conditions[-1][1]
                inside = found[first : last + 1]
                if any(token.is_word("ORDER") for token in inside):
                    raise syntax_error(
                        text, one.start, "An ORDER BY holds another one", "Ask in two queries.", "query.too-complex"
                    )
                yield found[first].start, found[last].end, " ".join(written for _, _, written in conditions)


def _conditions(text: str, found: list[Token], index: int) -> Iterator[tuple[int, int, str]]:
    """The first and the last token of each condition, and those to put in its place."""
    while (end := _end_of_condition(found, index)) is not None:
        directed = found[index].is_word("ASC", "DESC")
        direction = "DESC" if found[index].is_word("DESC") else "ASC"
        first = found[index + directed]
        expression = text[first.start : found[end].end]
        yield index, end, " ".join(_keys(first, expression, direction))
        index = end + 1


def _end_of_condition(found: list[Token], index: int) -> int | None:
    """The last token of the condition that begins at a token; None where none does."""
    if index >= len(found):
        return None
    token = found[index]
    if token.kind == "variable":
        return index
    if token.text == "(":
        return _closing(found, index)
    if token.is_word("NOT") and index + 2 < len(found):
        return _closing(found, index + 2)
    calls = token.kind in ("word", "name", "iri") and index + 1 < len(found)
    if calls and (found[index + 1].text == "(" or (token.is_word("EXISTS") and found[index + 1].text == "{")):
        return _closing(found, index + 1)
    return None


def _closing(found: list[Token], index: int) -> int | None:
    depth = 0
    for place in range(index, len(found)):
        if found[place].kind == "mark":
            depth += (found[place].text in _OPENING) - (found[place].text in _CLOSING)
        if depth == 0:
            return place
    return None


def _keys(first: Token, expression: str, direction: str) -> Iterator[str]:
    if first.is_word("STR"):
        yield f'{direction}(CONCAT(" ",{expression}))'
        return
    if first.is_word(*_PLAIN, "EXISTS", "NOT"):
        yield f"{direction}({expression})"
        return
    for key in _KEYS:
        yield f"{direction}({key.replace('%s', expression)})"
