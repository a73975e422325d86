"""Templates: read from the text of an update, and filled in with solutions.

A template is TriG with variables. It is handed to the parser of TriG with an IRI in the place of each variable that
nobody can have written, so that all of the syntax (lists, nested nodes, prefixed names, literals) is read by the parser
that reads documents, and lexical forms are kept as they were sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, RdfFormat, Triple, Variable, parse

from modellake.core.terms import Term
from modellake.rdf.tokens import Token, syntax_error
from modellake.rdf.updates.operations import Pattern, Slot, Template

Solution = Mapping[str, Term]
Statement = tuple[NamedNode | None, Triple]
_Run = tuple[Token | None, Sequence[Token]]


@dataclass(slots=True)
class _Document:
    """A template as TriG.

    Attributes:
        marker: what the IRIs begin with that stand for variables.
        variables: their names, by those IRIs.
    """

    text: str
    marker: str = field(default_factory=lambda: f"urn:uuid:{uuid4()}:")
    variables: dict[str, Variable] = field(default_factory=dict)

    def written(self, runs: Sequence[_Run]) -> str:
        """Each run of triples in braces, after the name of its graph."""
        blocks = (f"{self._slice([graph]) if graph else ''} {{ {self._slice(triples)}\n}}" for graph, triples in runs)
        return "\n".join(blocks)

    def _slice(self, tokens: Sequence[Token]) -> str:
        """The text of tokens with all that is between them."""
        parts, end = [], tokens[0].start
        for token in tokens:
            shown = f"<{self._stand_in(token)}>" if token.kind == "variable" else token.text
            parts += [self.text[end : token.start], shown]
            end = token.end
        return "".join(parts)

    def _stand_in(self, token: Token) -> str:
        iri = f"{self.marker}{token.text[1:].encode().hex()}"
        self.variables[iri] = Variable(token.text[1:])
        return iri

    def slot(self, term: object) -> Slot | None:
        """What stands at a place of a template; None for a triple term."""
        if isinstance(term, NamedNode):
            return self.variables.get(term.value, term)
        return term if isinstance(term, BlankNode | Literal) else None


def read_template(text: str, tokens: Sequence[Token], prologue: str, base: str) -> Template:
    """The triples of a template.

    Args:
        text: the update.
        tokens: what stands between the braces of the template.
        prologue: the declarations that hold there.
        base: what relative IRIs are resolved against where no BASE is declared.

    Raises:
        QueryError: ``update.template``, or ``parse.triple-term``.
    """
    runs = [run for run in _runs(tokens) if run[1]]
    if not runs:
        return ()
    document = _Document(text)
    try:
        quads = list(parse(f"{prologue}\n{document.written(runs)}", format=RdfFormat.TRIG, base_iri=base))
    except (SyntaxError, ValueError) as error:
        raise syntax_error(
            text,
            tokens[0].start,
            f"This template cannot be read: {_complaint(error)}",
            remedy="Write triples as in Turtle, with variables; a literal is no subject.",
            code="update.template",
        ) from error
    patterns = []
    for quad in quads:
        graph = None if isinstance(quad.graph_name, DefaultGraph) else document.slot(quad.graph_name)
        subject, predicate, value = (document.slot(term) for term in (quad.subject, quad.predicate, quad.object))
        if subject is None or predicate is None or value is None or getattr(value, "direction", None):
            raise _triple_term(text, tokens[0])
        patterns.append(Pattern(subject, predicate, value, graph))  # type: ignore[arg-type]
    return tuple(dict.fromkeys(patterns))


def variables_in(*templates: Template) -> list[str]:
    """The names of the variables of templates, in the order in which they first appear."""
    slots = (slot for template in templates for pattern in template for slot in pattern.slots)
    return list(dict.fromkeys(slot.value for slot in slots if isinstance(slot, Variable)))


def has_blank_nodes(template: Template) -> bool:
    """Does each solution make blank nodes of its own?"""
    return any(isinstance(slot, BlankNode) for pattern in template for slot in pattern.slots)


def instantiated(template: Template, solution: Solution, number: int = 0) -> Iterator[Statement]:
    """The statements that a solution makes of a template, with their graphs.

    What has an unbound variable or would be no RDF is left out, and blank nodes are this solution's own
    (https://www.w3.org/TR/sparql11-update/#deleteInsert).

    Args:
        number: tells the solution from the others.
    """
    for pattern in template:
        subject, predicate, value, graph = (_filled(slot, solution, number) for slot in pattern.slots)
        if (
            isinstance(subject, NamedNode | BlankNode)
            and isinstance(predicate, NamedNode)
            and value is not None
            and (isinstance(graph, NamedNode) or pattern.graph is None)
        ):
            yield graph if isinstance(graph, NamedNode) else None, Triple(subject, predicate, value)


def _filled(slot: Slot | None, solution: Solution, number: int) -> Term | None:
    if isinstance(slot, Variable):
        return solution.get(slot.value)
    return BlankNode(f"t{slot.value}n{number}") if isinstance(slot, BlankNode) else slot


def _runs(tokens: Sequence[Token]) -> Iterator[_Run]:
    """Triples that stand together, with the name of their graph."""
    start = index = 0
    while index < len(tokens):
        if not tokens[index].is_word("GRAPH"):
            index += 1
            continue
        yield None, tokens[start:index]
        opening = tokens[index + 2]
        end = next(at for at in range(index, len(tokens)) if tokens[at].text == "}" and _closes(tokens[at], opening))
        yield tokens[index + 1], tokens[index + 3 : end]
        start = index = end + 1
        if index < len(tokens) and tokens[index].text == ".":
            start = index = index + 1
    yield None, tokens[start:]


def _closes(token: Token, opening: Token) -> bool:
    """A brace counts itself among the open ones when it closes."""
    return token.kind == "mark" and token.depth == opening.depth + 1 and token.start > opening.start


def _complaint(error: Exception) -> str:
    return str(getattr(error, "msg", None) or error).rpartition(": ")[2]


def _triple_term(text: str, token: Token) -> Exception:
    return syntax_error(
        text,
        token.start,
        "RDF 1.2 triple terms and base directions cannot be stored",
        remedy="State it with rdf:subject, rdf:predicate and rdf:object, or as a node of its own.",
        code="parse.triple-term",
    )
