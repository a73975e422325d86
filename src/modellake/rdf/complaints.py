"""Complaints: what is wrong with a SPARQL text, where parsers point at something else."""

from __future__ import annotations

import re
from itertools import pairwise

from modellake.core.errors import QueryError
from modellake.rdf.tokens import WORDS, Token, syntax_error


def explanation(text: str, found: list[Token]) -> QueryError | None:
    """What people most often get wrong, where parsers complain about something further on."""
    declared = {name.text for word, name in pairwise(found) if word.is_word("PREFIX")}
    for token in found:
        prefix = token.text.partition(":")[0] + ":"
        if token.kind == "name" and prefix not in declared:
            remedy = f"Begin the query with PREFIX {prefix} <…>."
            return syntax_error(text, token.start, f"The prefix {prefix!r} is not declared", remedy)
        if token.kind == "word" and token.text.upper() not in WORDS:
            remedy = "Write IRIs as <…> or prefix:name, and strings in quotes."
            return syntax_error(text, token.start, f"{token.text!r} is no word of SPARQL", remedy)
    return None


def complaint(message: str) -> str:
    """The sentence in an error of Oxigraph's parser; the tokens that it lists besides mislead."""
    items = message.replace("\n", " ").partition("expected ")[2].removeprefix("one of ").split(", ")
    sentences = [item for item in items if re.fullmatch(r"[A-Z]\w*( [\w']+){2,}", item.strip())]
    return sentences[0].strip() if sentences else "the parser cannot go on here"
