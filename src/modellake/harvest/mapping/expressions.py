"""Values of YARRRML: references, templates, constants, CURIEs, datatypes and languages."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from modellake.core.errors import ParseError
from modellake.harvest.mapping.faults import fault, unknown_function
from modellake.harvest.mapping.functions import FUNCTIONS
from modellake.harvest.mapping.paths import Path, column, json_path
from modellake.harvest.mapping.rules import IRI, LITERAL, Call, Constant, Expression, Reference, Template, TermMap

_REFERENCE = re.compile(r"(?<!\\)\$\(((?:\\.|[^()\\]|\([^()]*\))*)\)")
_CURIE = re.compile(r"([A-Za-z_][\w.-]*|):(?!//)(.*)", re.DOTALL)
_KNOWN_SCHEMES = ("urn", "mailto", "tag", "doi", "info")


@dataclass(frozen=True, slots=True)
class Expressions:
    """Reads values of one mapping.

    Attributes:
        document: the mapping's file.
        prefixes: of its CURIEs.
        formulation: of its source; in tables a reference is the name of a column.
    """

    document: str
    prefixes: dict[str, str]
    formulation: str

    def term(self, text: str, kind: str, typed: str, line: int) -> TermMap:
        """A value: ``$(reference)``, a template, a constant; ``~iri`` at its end says what it makes."""
        for ending, wanted in (("~iri", IRI), ("~literal", LITERAL)):
            if text.endswith(ending):
                text, kind = text.removesuffix(ending), wanted
        return self.typed(self.expression(text, kind, typed, line), kind, typed, line)

    def typed(self, expression: Expression, kind: str, typed: str, line: int) -> TermMap:
        """An expression with its datatype (``xsd:date``) or language (``en~lang``)."""
        if typed == "iri":
            return TermMap(expression, IRI, line=line)
        if typed.endswith("~lang"):
            language = self.expression(typed.removesuffix("~lang"), LITERAL, "", line)
            return TermMap(expression, LITERAL, language=language, line=line)
        if typed:
            return TermMap(expression, LITERAL, NamedNode(self.expand(typed, line)), line=line)
        return TermMap(expression, kind, line=line)

    def constant(self, term: NamedNode, line: int) -> TermMap:
        """The same term for every item."""
        return TermMap(Constant(term), line=line)

    def expression(self, text: str, kind: str, typed: str, line: int) -> Expression:
        """A value without what its ending says."""
        found = list(_REFERENCE.finditer(text))
        if len(found) == 1 and found[0].group() == text:
            return Reference(self.path(_unescaped(found[0][1]), line))
        if not found:
            return self._fixed(_unescaped(text), kind, typed, line)
        return Template(tuple(self._parts(text, found, kind, line)))

    def path(self, text: str, line: int) -> Path:
        """A reference.

        Raises:
            ParseError: it cannot be read (``mapping.path``).
        """
        if self.formulation in ("csv", "parquet") and not text.startswith("@"):
            return column(text)
        try:
            return json_path(text)
        except ParseError as error:
            raise fault(error.message, error.remedy or "", self.document, line, code=error.code) from error

    def expand(self, text: str, line: int) -> str:
        """A CURIE as an IRI; an IRI as it is.

        Raises:
            ParseError: its prefix is not declared (``mapping.prefix-unknown``), or that is no IRI.
        """
        found = _CURIE.fullmatch(text)
        if found and found[1] in self.prefixes:
            text = self.prefixes[found[1]] + found[2]
        elif found and found[1] not in _KNOWN_SCHEMES:
            remedy = f"Declare it under 'prefixes:', as {found[1] or 'ex'}: https://…"
            raise fault(f"There is no prefix {found[1]!r}", remedy, self.document, line, code="mapping.prefix-unknown")
        try:
            NamedNode(text)
        except ValueError as error:
            raise fault(
                f"{text!r} is no IRI", "Write a CURIE or an IRI.", self.document, line, code="mapping.syntax"
            ) from error
        return text

    def call(self, name: str, arguments: list[tuple[str, TermMap]], line: int) -> Call:
        """The call of a built-in function.

        Raises:
            ParseError: there is no such function or parameter (``mapping.function-unknown``).
        """
        function = self.expand(name, line)
        if function not in FUNCTIONS:
            raise unknown_function(function, list(FUNCTIONS), self.document, line)
        named = tuple((re.split(r"[:#/]", parameter)[-1], value) for parameter, value in arguments)
        parameters = FUNCTIONS[function].parameters
        wrong = next((parameter for parameter, _ in named if parameter not in parameters), None)
        if wrong is not None:
            message = f"{name} has no parameter {wrong!r}"
            remedy = f"Its parameters: {', '.join(parameters)}"
            raise fault(message, remedy, self.document, line, code="mapping.function-unknown")
        return Call(function, named)

    def _fixed(self, text: str, kind: str, typed: str, line: int) -> Constant:
        if kind == IRI and ":" not in text:
            # Relative to a base that is known when the mapping is carried out.
            return Constant(Literal(text))
        if kind == IRI:
            return Constant(NamedNode(self.expand(text, line)))
        found = _CURIE.fullmatch(text)
        if kind != LITERAL and not typed and found and found[1] in self.prefixes and found[2]:
            return Constant(NamedNode(self.expand(text, line)))
        return Constant(Literal(text))

    def _parts(self, text: str, found: list[re.Match[str]], kind: str, line: int) -> list[str | Path]:
        parts: list[str | Path] = []
        end = 0
        for one in found:
            parts += [_unescaped(text[end : one.start()]), self.path(_unescaped(one[1]), line)]
            end = one.end()
        parts.append(_unescaped(text[end:]))
        head = parts[0]
        if kind != LITERAL and isinstance(head, str):
            prefix = _CURIE.match(head)
            if prefix and prefix[1] in self.prefixes:
                parts[0] = self.prefixes[prefix[1]] + head[len(prefix[1]) + 1 :]
            elif prefix and kind == IRI and prefix[1] not in _KNOWN_SCHEMES:
                self.expand(head, line)
        return [part for part in parts if part != ""]


def _unescaped(text: str) -> str:
    return re.sub(r"\\([\\$()~])", r"\1", text)
