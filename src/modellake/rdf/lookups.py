"""Lookups: the queries that are answered in less time than it takes to hand them to another thread.

A lookup has one triple pattern and does nothing with what it finds but say it. Every step of its evaluation therefore
gives a solution, and whoever takes the solutions decides how long it takes: no join, path, filter, DISTINCT, ORDER BY,
OFFSET or second use of a variable searches on without finding. Such are the queries by which programs walk through a
graph (``SELECT ?p ?o { <iri> ?p ?o }``), and those that rdflib asks for a pattern of triples.

They are told by one regular expression over the whole text: what it does not know is no lookup, and is read with care
by `modellake.rdf.syntax`. Nothing in it can be read in two ways, as there is no backslash, comment or comparison.
"""

from __future__ import annotations

import re
from typing import Literal as OneOf

Form = OneOf["select", "ask"]

_LONGEST = 2048  # characters; beyond them the time to read counts more than the time to hand over
_S = r"[ \t\r\n]*+"  # blanks, or none
_IRI = r"<[^<>\"{}|^`\\\x00-\x20]*+>"
_NAME = r"(?:[A-Za-z][A-Za-z0-9_-]*+)?:(?:[A-Za-z0-9_][A-Za-z0-9_-]*+)?"
_VARIABLE = r"[?$][A-Za-z0-9_]++"
_STRING = r"(?:\"[^\"\\\r\n]*+\"|'[^'\\\r\n]*+')"
_LITERAL = rf"{_STRING}(?:@[A-Za-z]++(?:-[A-Za-z0-9]++)*+|\^\^(?:{_IRI}|{_NAME}))?|[0-9]++(?:\.[0-9]++)?"
_PROLOGUE = rf"(?:(?i:PREFIX)[ \t\r\n]++(?:[A-Za-z][A-Za-z0-9_-]*+)?:{_S}{_IRI}{_S})*+"
_RESULTS = rf"(?i:SELECT){_S}(?:\*|{_VARIABLE}(?:[ \t\r\n]++{_VARIABLE})*+){_S}(?:(?i:WHERE){_S})?"
_PATTERN = (
    rf"\{{{_S}(?P<s>{_IRI}|{_NAME}|{_VARIABLE})[ \t\r\n]++"
    rf"(?P<p>{_IRI}|{_NAME}|{_VARIABLE}|a)(?:[ \t\r\n]++|(?=[<\"'?$:]))"
    rf"(?P<o>{_IRI}|{_VARIABLE}|{_LITERAL}|{_NAME}){_S}\.?{_S}\}}"
)
_LOOKUP = re.compile(
    rf"{_S}{_PROLOGUE}(?:(?P<select>{_RESULTS})|(?i:ASK){_S}(?:(?i:WHERE){_S})?)"
    rf"{_PATTERN}(?:{_S}(?i:LIMIT)[ \t\r\n]++[0-9]++)?{_S}"
)


def lookup_form(text: str) -> Form | None:
    """The form of a query that is a lookup; None for every other one, and for what may be no query at all."""
    if len(text) > _LONGEST or not (found := _LOOKUP.fullmatch(text)):
        return None
    variables = [found[name][1:] for name in "spo" if found[name][0] in "?$"]
    if len(set(variables)) < len(variables):
        return None
    return "select" if found["select"] else "ask"
