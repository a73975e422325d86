"""The dataset of an update that the protocol gives (https://www.w3.org/TR/sparql11-protocol/#update-dataset)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pyoxigraph import NamedNode

from modellake.core.errors import QueryError
from modellake.rdf.tokens import Token, tokens


def with_using(text: str, default: Collection[NamedNode], named: Collection[NamedNode]) -> str:
    """The update with USING and USING NAMED in each of its operations that match patterns.

    Engines offer no other way to give an update a dataset. What is put in are terms, so that it cannot be anything
    but a dataset; lines stay as they are.

    Args:
        text: an update that `modellake.rdf.syntax.check_update` let pass.
        default: the graphs whose merge patterns are matched against.
        named: the graphs that GRAPH sees.

    Raises:
        QueryError: ``update.dataset-conflict``: the update itself says USING or WITH.
    """
    found = tokens(text)
    for token in found:
        if token.is_word("USING", "WITH") and not token.depth:
            raise QueryError(
                f"The update says {token.text}, and the request names graphs",
                code="update.dataset-conflict",
                remedy="Leave one of them out.",
            )
    clauses = [f"USING {graph}" for graph in default] + [f"USING NAMED {graph}" for graph in named]
    clause = " " + " ".join(clauses) + " "
    for offset, template in reversed(list(_places(text, found))):
        text = text[:offset] + template + clause + text[offset:]
    return text


def _places(text: str, found: list[Token]) -> Iterator[tuple[int, str]]:
    """Where clauses go, before WHERE; with the template that DELETE WHERE leaves unsaid."""
    for index, token in enumerate(found):
        if token.is_word("WHERE") and not token.depth:
            short = index > 0 and found[index - 1].is_word("DELETE")
            yield token.start, _block(text, found, index + 1) if short else ""


def _block(text: str, found: list[Token], index: int) -> str:
    """The braces that begin with a token, and what is between them."""
    opening = found[index]
    closing = next(token for token in found[index + 1 :] if token.text == "}" and token.depth == opening.depth + 1)
    return text[opening.start : closing.end]
