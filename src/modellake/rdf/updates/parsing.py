"""From the text of an update to its operations, decided on tokens.

The engine's own parser has the last word on syntax, and is asked about each operation before it is read here. What is
found here is only where the parts of an operation are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from pyoxigraph import NamedNode, RdfFormat, parse

from modellake.core.errors import QueryError
from modellake.rdf.syntax import ALL, check_update, inspect
from modellake.rdf.tokens import Token, syntax_error, tokens
from modellake.rdf.updates.operations import Edit, GraphKeyword, GraphOperation, GraphVerb, Operation, Template, Where
from modellake.rdf.updates.templates import has_blank_nodes, read_template, variables_in

_PROLOGUE = {"BASE": 2, "PREFIX": 3, "VERSION": 2}
_EDITS = ("INSERT", "DELETE", "WITH")
_TO = ("TO", "INTO")


@dataclass(frozen=True, slots=True)
class Segment:
    """One operation as it stands in a text.

    Attributes:
        text: the whole update.
        prologue: all declarations before it, in one line.
        tokens: its own.
        base: what relative IRIs are resolved against where no BASE is declared.
    """

    text: str
    prologue: str
    tokens: tuple[Token, ...]
    base: str

    @property
    def offset(self) -> int:
        """Where it begins."""
        return self.tokens[0].start

    @property
    def written(self) -> str:
        """Its text."""
        return self.text[self.offset : self.tokens[-1].end]

    @property
    def column(self) -> int:
        """How many characters are before it on its line."""
        return self.offset - (self.text.rfind("\n", 0, self.offset) + 1)


def split_update(text: str, *, base: str, services: Collection[str] = frozenset()) -> list[Segment]:
    """The operations of an update, unread.

    Args:
        text: the update.
        base: the absolute IRI that relative IRIs are resolved against.
        services: IRIs that SERVICE may name.

    Raises:
        QueryError: as `modellake.rdf.syntax.inspect`; ``update.expected`` for a query,
            ``query.service-not-allowed`` where it asks another service.
    """
    found, prologue = list[Segment](), list[str]()
    for part in _parts(tokens(text)):
        declared = _prologue_length(part)
        prologue += [token.text for token in part[:declared] if not _is_version(token)]
        ends = bool(part) and part[-1].text == ";"
        if ends and len(part) == declared + 1:
            raise syntax_error(text, part[-1].start, "An operation is expected before this ';'")
        if rest := part[declared : len(part) - ends]:
            found.append(Segment(text, " ".join(prologue), tuple(rest), base))
    if found:  # nothing is an update too: of no operations
        _check(text, base, services)
    _check_labels(text, found)
    return found


def read_operation(segment: Segment) -> Operation:
    """An operation whose syntax the engine has found good.

    Raises:
        QueryError: ``update.template`` or ``parse.triple-term``.
    """
    return _Reader(segment).edit() if segment.tokens[0].is_word(*_EDITS) else _Reader(segment).graph_operation()


class _Reader:
    def __init__(self, segment: Segment) -> None:
        self.segment = segment
        self.tokens = segment.tokens
        self.index = 0

    def edit(self) -> Edit:
        """INSERT DATA, DELETE DATA, DELETE WHERE or what has a WHERE."""
        graph = self._iri() if self._take("WITH") else None
        templates: dict[str, Template] = {"DELETE": (), "INSERT": ()}
        short = False
        while self._at().is_word("DELETE", "INSERT"):
            verb = self._next().text.upper()
            if self._take("DATA"):
                templates[verb] = self._template()
                return self._edit(templates, None, None)
            if short := self._at().is_word("WHERE"):
                break
            templates[verb] = self._template()
        using = self._using()
        self._take("WHERE")
        inside = self._braces()
        if short:
            templates["DELETE"] = self._read(inside)
        return self._edit(templates, graph, self._where(inside, using, templates))

    def graph_operation(self) -> GraphOperation:
        """CREATE, DROP, CLEAR, ADD, MOVE, COPY or LOAD."""
        verb = cast(GraphVerb, self._next().text.upper())
        silent = self._take("SILENT")
        first = self._graph()
        second = self._graph() if self._take(*_TO) else None
        pair = (first, second) if verb in ("ADD", "MOVE", "COPY", "LOAD") else (None, first)
        return GraphOperation(self.segment.offset, verb, silent, *pair)

    def _edit(self, templates: dict[str, Template], graph: NamedNode | None, where: Where | None) -> Edit:
        return Edit(self.segment.offset, templates["DELETE"], templates["INSERT"], graph, where)

    def _using(self) -> tuple[tuple[NamedNode, ...], tuple[NamedNode, ...]] | None:
        graphs: tuple[list[NamedNode], list[NamedNode]] = ([], [])
        while self._take("USING"):
            graphs[self._take("NAMED")].append(self._iri())
        return (tuple(graphs[0]), tuple(graphs[1])) if any(graphs) else None

    def _where(
        self,
        inside: Sequence[Token],
        using: tuple[tuple[NamedNode, ...], tuple[NamedNode, ...]] | None,
        templates: dict[str, Template],
    ) -> Where:
        names = [token for token in inside if token.kind in ("iri", "name")]
        graphs = [at for at, token in enumerate(inside) if token.is_word("GRAPH")]
        return Where(
            self._query(inside, templates),
            using,
            frozenset(self._resolved(names)) if graphs else frozenset(),
            bool(graphs),
            any(inside[at + 1].kind == "variable" for at in graphs),
            _only_graphs(inside),
        )

    def _query(self, inside: Sequence[Token], templates: dict[str, Template]) -> str:
        """The pattern, as it was written, asked for the variables of the templates.

        Solutions that are equal make equal statements, but for blank nodes, of which each makes its own.
        """
        pattern = self.segment.text[inside[0].start : inside[-1].end] if inside else ""
        names = variables_in(*templates.values())
        distinct = "" if has_blank_nodes(templates["INSERT"]) else "DISTINCT "
        asked = " ".join(f"?{name}" for name in names) or "*"
        form = f"SELECT {distinct}{asked} WHERE" if names or not distinct else "ASK"
        return f"{self.segment.prologue}\n{form} {{ {pattern}\n}}"

    def _template(self) -> Template:
        return self._read(self._braces())

    def _read(self, inside: Sequence[Token]) -> Template:
        return read_template(self.segment.text, inside, self.segment.prologue, self.segment.base)

    def _braces(self) -> Sequence[Token]:
        """What is between these braces and the ones that close them."""
        start = self.index + 1
        depth = self._next().depth
        while not (self._at().text == "}" and self._at().depth == depth + 1):
            self.index += 1
        self.index += 1
        return self.tokens[start : self.index - 1]

    def _graph(self) -> NamedNode | GraphKeyword:
        self._take("GRAPH")
        if self._at().is_word("DEFAULT", "NAMED", "ALL"):
            return cast(GraphKeyword, self._next().text.upper())
        return self._iri()

    def _iri(self) -> NamedNode:
        return self._resolved([self._next()])[0]

    def _resolved(self, names: Sequence[Token]) -> list[NamedNode]:
        """The IRIs that tokens name; those that cannot stand in a statement are left out."""
        unique = dict.fromkeys(token.text for token in names)
        lines = "\n".join(f"<urn:a> <urn:a> {text} ." for text in unique)
        document = f"{self.segment.prologue}\n{lines}"
        try:
            quads = list(parse(document, format=RdfFormat.TURTLE, base_iri=self.segment.base))
        except (SyntaxError, ValueError) as error:
            raise syntax_error(self.segment.text, names[0].start, "An IRI here cannot be read") from error
        return [quad.object for quad in quads if isinstance(quad.object, NamedNode)]

    def _at(self) -> Token:
        if self.index < len(self.tokens):
            return self.tokens[self.index]
        raise syntax_error(self.segment.text, self.tokens[-1].end, "The operation ends too early")

    def _next(self) -> Token:
        token = self._at()
        self.index += 1
        return token

    def _take(self, *words: str) -> bool:
        """Go past one of these keywords, if it is here."""
        found = self.index < len(self.tokens) and self.tokens[self.index].is_word(*words)
        self.index += found
        return found


def _only_graphs(inside: Sequence[Token]) -> bool:
    """True when a pattern is made of ``GRAPH <iri> { … }`` alone."""
    outside = [token for token in inside if token.depth == inside[0].depth and token.text != "."]
    parts = zip(outside[::3], outside[1::3], outside[2::3], strict=False)
    return len(outside) % 3 == 0 and all(
        word.is_word("GRAPH") and name.kind in ("iri", "name") and brace.text == "{" for word, name, brace in parts
    )


def _check(text: str, base: str, services: Collection[str]) -> None:
    """Let pass an update that asks no service but these, however an engine reads it."""
    found = inspect(text, base=base)
    if found.form != "update":
        raise QueryError(
            "This is a query, and an update is expected",
            code="update.expected",
            remedy="Ask with `modellake query`; change the lake with INSERT and DELETE.",
        )
    # A document is read by nobody: LOAD is refused with the other operations that a lake has not.
    check_update(text, services, {ALL}, base=base)


def _parts(found: Sequence[Token]) -> Iterator[list[Token]]:
    """What semicolons outside of all braces end, each with its semicolon."""
    part: list[Token] = []
    for token in found:
        part.append(token)
        if token.text == ";" and token.depth == 0:
            yield part
            part = []
    yield part


def _prologue_length(part: Sequence[Token]) -> int:
    index = 0
    while index < len(part) and part[index].is_word(*_PROLOGUE):
        index += _PROLOGUE[part[index].text.upper()]
    return index


def _is_version(token: Token) -> bool:
    return token.kind == "string" or token.is_word("VERSION")


def _check_labels(text: str, found: Sequence[Segment]) -> None:
    """A label is used in one INSERT DATA alone (https://www.w3.org/TR/sparql11-query/#sparqlGrammar, note 10)."""
    seen: dict[str, int] = {}
    for segment in found:
        if len(segment.tokens) < 2 or not segment.tokens[1].is_word("DATA"):
            continue
        for token in segment.tokens:
            if token.kind == "blank" and seen.setdefault(token.text, segment.offset) != segment.offset:
                raise syntax_error(
                    text,
                    token.start,
                    f"The label {token.text} is used in two operations",
                    remedy="Write both in one INSERT DATA, or use another label.",
                )
