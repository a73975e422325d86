"""What a SPARQL text asks for, decided on its tokens.

Engines run ``SERVICE`` and ``LOAD`` over the network, so a text is inspected before it is evaluated. Where
engines may read a text differently (escapes, missing blanks), every reading has to be harmless.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal as OneOf

from pyoxigraph import NamedNode, RdfFormat, Variable, parse

from modellake.core.errors import QueryError
from modellake.core.report import Place
from modellake.rdf.complaints import complaint, explanation
from modellake.rdf.tokens import Token, excerpt, readings, syntax_error, tokens, unescape_iri

Form = OneOf["select", "ask", "construct", "describe", "update"]

_QUERY_FORMS: dict[str, Form] = {
    "SELECT": "select",
    "ASK": "ask",
    "CONSTRUCT": "construct",
    "DESCRIBE": "describe",
}
_UPDATE_WORDS = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_AMBIGUOUS = "query.ambiguous"
ALL = "*"  # stands for every service, or every document
_NAMED_BEFORE_BRACE = ("GRAPH", "SERVICE", "SILENT")


@dataclass(frozen=True, slots=True)
class ParameterBlock:
    """A place for a parameter.

    Attributes:
        name: of the variable in ``VALUES ?name { UNDEF }``, or ``limit`` or ``offset`` for the outermost of these.
        start: the offset of ``UNDEF``, or of the number.
        end: the offset after it.
        counts: True for ``LIMIT`` and ``OFFSET``.
    """

    name: str
    start: int
    end: int
    counts: bool = False


@dataclass(frozen=True, slots=True)
class AskedService:
    """A service with the offset of its IRI or variable, and the offset after it."""

    service: NamedNode | Variable
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class QueryInspection:
    """What a text asks for.

    Attributes:
        form: the kind of query, or ``update``.
        services: what ``SERVICE`` names, in order: IRIs, or variables that stand for any IRI.
        loads: the documents that ``LOAD`` names.
        prefixes: the declared prefixes, without colon, with their IRIs; the last declaration of each.
        variables: the names of all variables, without mark.
        parameters: the blocks that `modellake.rdf.queries.bind` fills.
        from_graphs: the graphs of ``FROM`` (``USING`` in an update).
        from_named: the graphs of ``FROM NAMED`` (``USING NAMED``).
        asked: the services that the engine itself asks; what is inside of a SERVICE is for that service to ask.

    Relative IRIs of prefixes, loads and graphs are resolved against ``BASE``, and stay relative without one.
    """

    form: Form
    services: tuple[NamedNode | Variable, ...]
    loads: tuple[str, ...]
    prefixes: dict[str, str]
    variables: frozenset[str]
    parameters: tuple[ParameterBlock, ...]
    from_graphs: tuple[str, ...]
    from_named: tuple[str, ...]
    asked: tuple[AskedService, ...] = ()


def inspect(text: str, *, base: str | None = None) -> QueryInspection:
    """What a SPARQL 1.1 or 1.2 query or update asks for.

    Args:
        text: the query or update.
        base: the absolute IRI that the engine will resolve relative IRIs against.

    Raises:
        QueryError: ``query.syntax`` when it cannot be SPARQL, ``query.ambiguous`` when engines may disagree
            on where a token ends, ``query.too-complex`` when it may overflow an engine. Not every malformed
            text is found: the engine has the last word.
    """
    return _Inspector(text, tokens(text), base).inspect()


def check_read(
    text: str, allowed_services: Collection[str] = frozenset(), *, base: str | None = None
) -> QueryInspection:
    """Let pass only what reads from this lake, or from services whose IRIs are allowed.

    Args:
        text: what a caller wants evaluated.
        allowed_services: IRIs that ``SERVICE`` may name; a variable may stand there only where ``*`` allows all.
        base: the absolute IRI that the engine will resolve relative IRIs against.

    Raises:
        QueryError: as `inspect`, and ``query.update-not-allowed`` or ``query.service-not-allowed``.
    """
    found = [_inspected(reading, base) for reading in readings(text)]
    for inspection in found:
        if isinstance(inspection, QueryInspection):
            _check_form(inspection)
            check_services(inspection.services, allowed_services)
            _check_reading(text, inspection, found)
    if isinstance(found[0], QueryError):
        raise found[0]
    return found[0]


def check_update(
    text: str,
    allowed_services: Collection[str] = frozenset(),
    allowed_loads: Collection[str] = frozenset(),
    *,
    base: str | None = None,
) -> QueryInspection:
    """Let pass only an update that reads from here, or from services and documents whose IRIs are allowed.

    Raises:
        QueryError: as `inspect`, and ``update.expected``, ``query.service-not-allowed`` or ``update.load-not-allowed``.
    """
    found = [_inspected(reading, base, update=True) for reading in readings(text)]
    for inspection in found:
        if isinstance(inspection, QueryInspection):
            _check_loads(inspection.loads, allowed_loads)
            check_services(inspection.services, allowed_services)
            _check_reading(text, inspection, found)
    if isinstance(found[0], QueryError):
        raise found[0]
    if found[0].form != "update":
        raise QueryError(
            "This is a query, where an update is expected", code="update.expected", remedy="Send it as a query."
        )
    return found[0]


def _check_loads(loads: Sequence[str], allowed: Collection[str]) -> None:
    for document in () if ALL in allowed else loads:
        if document not in allowed:
            raise QueryError(
                f"The update reads another document: LOAD <{document}>",
                code="update.load-not-allowed",
                remedy="Send what the document says with INSERT DATA.",
            )


def _check_reading(text: str, inspection: QueryInspection, found: Sequence[object]) -> None:
    """Refuse what asks elsewhere and could be read in several ways: no engine is to find another way to ask."""
    if len(found) > 1 and (inspection.services or inspection.loads):
        start = text.index("\\")
        remedy = "Write the characters themselves instead of \\u and their numbers."
        raise syntax_error(text, start, "Engines may read this differently, and it asks elsewhere", remedy, _AMBIGUOUS)


def _inspected(text: str, base: str | None, *, update: bool = False) -> QueryInspection | QueryError:
    """An inspection, or why an engine that reads the text so must refuse it too."""
    try:
        return _Inspector(text, tokens(text), base, update=update).inspect()
    except QueryError as error:
        if error.code == "query.syntax":
            return error
        raise


def _check_form(inspection: QueryInspection) -> None:
    if inspection.form == "update":
        raise QueryError(
            "This is an update, and only queries are answered here",
            code="query.update-not-allowed",
            remedy="Change the lake with `modellake update`, or ask with SELECT, ASK, CONSTRUCT or DESCRIBE.",
        )


def check_services(services: Sequence[NamedNode | Variable], allowed: Collection[str] = frozenset()) -> None:
    """Let pass only services whose IRIs are allowed. Raises QueryError: ``query.service-not-allowed``."""
    for service in () if ALL in allowed else services:
        if isinstance(service, Variable) or service.value not in allowed:
            raise QueryError(
                f"The query asks another service: SERVICE {service}",
                code="query.service-not-allowed",
                remedy="Leave SERVICE out, or have the IRI of the service allowed.",
            )


def with_prefixes(text: str, prefixes: Mapping[str, str]) -> str:
    """The text with declarations, on its first line, of those ``prefixes`` that it uses and does not declare.

    Line numbers stay as they are. A text that cannot be SPARQL is returned as it is.
    """
    try:
        found = tokens(text)
    except QueryError:
        return text
    declared = {name.text for word, name in pairwise(found) if word.is_word("PREFIX")}
    used = {token.text.partition(":")[0] for token in found if token.kind == "name"}
    missing = [prefix for prefix in prefixes if prefix in used and f"{prefix}:" not in declared]
    return "".join(f"PREFIX {prefix}: <{prefixes[prefix]}> " for prefix in missing) + text


def query_error(error: SyntaxError, text: str) -> QueryError:
    """An engine's syntax error as ours: with line, column, and the line with a caret under it."""
    try:
        found = tokens(text)
        _Inspector(text, found, None).inspect()
    except QueryError as better:
        return better
    if explained := explanation(text, found):
        return explained
    message = str(error.msg or error)
    position = re.search(r"at (\d+):(\d+)", message)
    if not position:
        return QueryError(f"Malformed SPARQL: {message}")
    place = Place(line=int(position[1]), column=int(position[2]))
    return QueryError(f"Malformed SPARQL: {complaint(message)}\n{excerpt(text, place)}", place=place)


class _Inspector:
    def __init__(self, text: str, found: list[Token], base: str | None, *, update: bool = False) -> None:
        self.text = text
        self.update = update  # an update may be empty, or a prologue and nothing else
        self.tokens = found
        self.base = base
        self.prefixes: dict[str, str] = {}
        self.services: list[NamedNode | Variable] = []
        self.loads: list[str] = []
        self.default: list[str] = []
        self.named: list[str] = []
        self.asked: list[AskedService] = []
        self.service_depth: int | None = None  # of the SERVICE that the present token is inside of

    def inspect(self) -> QueryInspection:
        form = self._form()
        for index, token in enumerate(self.tokens):
            if token.kind == "word":
                self._word(index, token)
            elif token.kind == "name" and token.depth:
                self._refuse_glued_name(index, token)
            elif token.text == "}" and self.service_depth == token.depth - 1:
                self.service_depth = None
        return QueryInspection(
            form,
            tuple(self.services),
            tuple(self.loads),
            self.prefixes,
            frozenset(token.text[1:] for token in self.tokens if token.kind == "variable"),
            tuple(self._parameters()),
            tuple(self.default),
            tuple(self.named),
            tuple(self.asked),
        )

    def _form(self) -> Form:
        """The form, after a prologue that is read strictly: a redefined prefix must not be overlooked."""
        index = 0
        while self._at(index).is_word("BASE", "PREFIX", "VERSION"):
            index += 3 if self._at(index).is_word("PREFIX") else 2
        token = self._at(index)
        word = token.text.upper() if token.kind == "word" else ""
        if word in _QUERY_FORMS:
            return _QUERY_FORMS[word]
        if word in _UPDATE_WORDS:
            return "update"
        if self.update and index >= len(self.tokens):
            return "update"
        if not self.tokens:
            remedy = "Write a query that begins with SELECT, ASK, CONSTRUCT or DESCRIBE."
            raise QueryError("There is no query", remedy=remedy)
        raise syntax_error(self.text, token.start, "A query or an update is expected to begin here")

    def _word(self, index: int, token: Token) -> None:
        if token.is_word("BASE") and not token.depth:
            self.base = self._iri(index + 1)
        elif token.is_word("PREFIX") and not token.depth:
            self._declare(index + 1)
        elif token.is_word("SERVICE"):
            named = self._after_silent(index)
            self.services.append(self._service(named))
            if self.service_depth is None:
                self.service_depth = token.depth
                self.asked.append(AskedService(self.services[-1], self._at(named).start, self._at(named).end))
        elif token.is_word("LOAD"):
            self.loads.append(self._iri(self._after_silent(index)))
        elif token.is_word("FROM", "USING"):
            named = self._at(index + 1).is_word("NAMED")
            (self.named if named else self.default).append(self._iri(index + 1 + named))
        elif "SERVICE" in token.text.upper():
            raise self._glued(token)

    def _declare(self, index: int) -> None:
        name = self._at(index)
        if name.kind != "name" or not name.text.endswith(":"):
            raise syntax_error(self.text, name.start, "A prefix with a colon is expected here")
        self.prefixes[name.text[:-1]] = self._iri(index + 1, token_kinds=("iri",))

    def _refuse_glued_name(self, index: int, token: Token) -> None:
        """Some parsers read ``SERVICE:a {`` as the keyword and a name, as they need no blank between."""
        glued = "service" in token.text.partition(":")[0].lower() and self._at(index + 1).text == "{"
        annotates = glued and self.text.startswith("|", self._at(index + 1).end)
        if glued and not annotates and not self._at(index - 1).is_word(*_NAMED_BEFORE_BRACE):
            raise self._glued(token)

    def _glued(self, token: Token) -> QueryError:
        return syntax_error(
            self.text,
            token.start,
            f"Engines may read {token.text!r} as the keyword SERVICE with something beside it",
            remedy="Write a blank around keywords, a dot before a brace, or use another prefix.",
            code=_AMBIGUOUS,
        )

    def _at(self, index: int) -> Token:
        if 0 <= index < len(self.tokens):
            return self.tokens[index]
        return Token("mark", "", len(self.text))

    def _after_silent(self, index: int) -> int:
        return index + 2 if self._at(index + 1).is_word("SILENT") else index + 1

    def _service(self, index: int) -> NamedNode | Variable:
        token = self._at(index)
        if token.kind == "variable":
            return Variable(token.text[1:])
        iri = self._iri(index)
        if not _ABSOLUTE.match(iri):
            remedy = "Write the IRI of the service in full, with its scheme."
            raise syntax_error(self.text, token.start, f"{iri!r} is relative", remedy)
        return NamedNode(iri)

    def _iri(self, index: int, token_kinds: Collection[str] = ("iri", "name")) -> str:
        token = self._at(index)
        if token.kind not in token_kinds:
            raise syntax_error(self.text, token.start, "An IRI is expected here")
        iri = unescape_iri(token.text[1:-1]) if token.kind == "iri" else self._expanded(token)
        return self._resolve(token, iri)

    def _expanded(self, token: Token) -> str:
        prefix, _, local = token.text.partition(":")
        if prefix not in self.prefixes:
            raise syntax_error(self.text, token.start, f"The prefix {prefix + ':'!r} is not declared")
        return self.prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)

    def _resolve(self, token: Token, iri: str) -> str:
        """An absolute IRI where there is a base, resolved as the engine's own parser does it."""
        if self.base is None and not _ABSOLUTE.match(iri):
            return iri
        document = f"<{iri}> <urn:p> <urn:o> ."
        try:
            quads = list(parse(document, format=RdfFormat.TURTLE, base_iri=self.base))
        except (SyntaxError, ValueError) as error:
            raise syntax_error(self.text, token.start, f"{iri!r} is no IRI") from error
        subject = quads[0].subject
        if len(quads) != 1 or not isinstance(subject, NamedNode):
            raise syntax_error(self.text, token.start, f"{iri!r} is no IRI")
        return subject.value

    def _parameters(self) -> Iterator[ParameterBlock]:
        for index, token in enumerate(self.tokens):
            following = self._at(index + 1)
            if token.is_word("VALUES") and following.kind == "variable":
                opening, undefined, closing = (self._at(index + step) for step in (2, 3, 4))
                if (opening.text, closing.text) == ("{", "}") and undefined.is_word("UNDEF"):
                    yield ParameterBlock(following.text[1:], undefined.start, undefined.end)
            elif token.is_word("LIMIT", "OFFSET") and following.kind == "number" and not token.depth:
                yield ParameterBlock(token.text.lower(), following.start, following.end, counts=True)
