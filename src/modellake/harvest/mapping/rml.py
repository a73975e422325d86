"""RML in Turtle: the vocabulary of https://w3id.org/rml/ and the older one with R2RML and FNML.

The older one: https://rml.io/specs/rml/, https://www.w3.org/TR/r2rml/, https://fno.io/rml/. Graphs are not supported
and refused, databases and services as well.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from modellake.core.errors import ParseError
from modellake.core.report import Place
from modellake.core.vocab import RDF
from modellake.harvest.mapping.expressions import Expressions
from modellake.harvest.mapping.faults import fault, refused_source
from modellake.harvest.mapping.paths import Path
from modellake.harvest.mapping.readers import FORMULATIONS
from modellake.harvest.mapping.rules import (
    BLANK,
    IRI,
    LITERAL,
    Constant,
    Expression,
    Link,
    LogicalSource,
    Mapping,
    Reference,
    Rest,
    Rule,
    Template,
    TermMap,
    TriplesMap,
)
from modellake.harvest.mapping.sources import check_access, formulation_of
from modellake.rdf.nesting import check_nesting

Node = NamedNode | BlankNode
Value = Node | Literal | Triple

_NAMESPACES = (
    "http://w3id.org/rml/",
    "http://semweb.mmlab.be/ns/rml#",
    "http://www.w3.org/ns/r2rml#",
    "http://semweb.mmlab.be/ns/fnml#",
    "https://w3id.org/function/ontology#",
)
_FORMULATIONS = {"csv": "csv", "jsonpath": "jsonpath", "json": "jsonpath"}
_TERM_TYPES = {"iri": IRI, "uri": IRI, "literal": LITERAL, "blanknode": BLANK}
_IN_BRACES = re.compile(r"(?<!\\)\{((?:\\.|[^{}\\])*)\}")
_DATABASES = ("query", "sqlVersion", "tableName", "sqlQuery")


def parse_rml(text: str, document: str) -> Mapping:
    """A mapping out of its text.

    Raises:
        ParseError: it is no Turtle (``parse.turtle``) or no RML: ``mapping.syntax``, ``mapping.path``,
            ``mapping.function-unknown``, ``mapping.source-refused``, ``mapping.unsupported``.
    """
    reader = _Reader(text, document, _graph(text, document))
    names = [node for node in reader.graph if reader.all(node, "logicalSource") or reader.all(node, "logicalTable")]
    if not names:
        message = "The document has no map with a logical source"
        raise fault(message, "See https://w3id.org/rml/core/spec.", document, 1, code="mapping.syntax")
    try:
        maps = {_name(node): reader.map(node) for node in sorted(names, key=_name)}
    except RecursionError as error:
        message = "A function of the mapping is its own argument, or nested too deeply"
        raise fault(message, "Write it out.", document, 1, code="mapping.syntax") from error
    for one in maps.values():
        reader.check_links(one, maps)
    return Mapping(document, maps)


def _graph(text: str, document: str) -> dict[Node, dict[str, list[Value]]]:
    graph: dict[Node, dict[str, list[Value]]] = defaultdict(lambda: defaultdict(list))
    check_nesting(text.encode(), RdfFormat.TURTLE, document)
    try:
        for quad in parse(text, format=RdfFormat.TURTLE, base_iri="urn:mapping:"):
            if isinstance(quad.subject, NamedNode | BlankNode):
                graph[quad.subject][_local(quad.predicate.value)].append(quad.object)
    except SyntaxError as error:
        place = Place(document, error.lineno, error.offset)
        message = f"This is no Turtle: {error.msg}"
        raise ParseError(message, code="parse.turtle", place=place, remedy="Mend the Turtle there.") from error
    return graph


def _local(predicate: str) -> str:
    """The local name of a term of the vocabularies above, any other IRI as it is."""
    namespace = next((one for one in _NAMESPACES if predicate.startswith(one)), "")
    return predicate.removeprefix(namespace)


def _name(node: Node) -> str:
    return node.value


@dataclass(slots=True)
class _Reader:
    text: str
    document: str
    graph: dict[Node, dict[str, list[Value]]]
    _terms: Expressions = field(init=False)

    def map(self, node: Node) -> TriplesMap:
        source = self._source(node)
        self._terms = Expressions(self.document, {}, source.formulation)
        self._refuse_graphs(node)
        subjects, rules = [], []
        for one in self.all(node, "subjectMap"):
            self._refuse_graphs(one)
            subjects.append(self._term(one, IRI))
            classes = [TermMap(Constant(kind)) for kind in self.all(one, "class") if isinstance(kind, NamedNode)]
            rules += [Rule((TermMap(Constant(RDF.type)),), tuple(classes))] if classes else []
        subjects += [self._constant(one) for one in self.all(node, "subject")]
        rules += [self._rule(one) for one in self.all(node, "predicateObjectMap")]
        return TriplesMap(_name(node), (source,), tuple(subjects), tuple(rules), line=self._line(node))

    def check_links(self, one: TriplesMap, maps: dict[str, TriplesMap]) -> None:
        for wanted in (item for rule in one.rules for item in rule.objects):
            if isinstance(wanted, Link) and wanted.target not in maps:
                raise self._fault(f"The parent triples map {wanted.target} is not there", wanted.target)

    def all(self, node: object, name: str) -> list[Value]:
        return self.graph[node].get(name, []) if isinstance(node, NamedNode | BlankNode) and node in self.graph else []

    def _one(self, node: object, *names: str) -> Value | None:
        return next((value for name in names for value in self.all(node, name)), None)

    def _text(self, node: object, *names: str) -> str:
        value = self._one(node, *names)
        return value.value if isinstance(value, Literal | NamedNode) else ""

    def _source(self, node: Node) -> LogicalSource:
        logical = self._one(node, "logicalSource")
        line = self._line(node)
        if logical is None or any(self.all(logical, name) for name in _DATABASES):
            raise refused_source(
                _name(node), "is a table or query of a database, and a mapping reads files", self.document, line
            )
        source = self._one(logical, "source")
        if isinstance(source, NamedNode | BlankNode):
            if not self.all(source, "path"):
                raise refused_source(str(source), "is no file", self.document, line)
            access = self._text(source, "path")
        else:
            access = source.value if isinstance(source, Literal) else ""
        line = self._line_of(access) or line
        access = check_access(access, self.document, line)
        wanted = re.split(r"[#/]", self._text(logical, "referenceFormulation"))[-1].lower()
        formulation = formulation_of(access) or _FORMULATIONS.get(wanted, "")
        if formulation not in FORMULATIONS or (wanted and wanted not in _FORMULATIONS):
            message = f"Nothing here reads {access!r} as {wanted or 'what it is'!r}"
            remedy = "Use the reference formulation CSV or JSONPath."
            raise fault(message, remedy, self.document, line, code="mapping.unsupported")
        iterator = self._text(logical, "iterator")
        path = (
            Expressions(self.document, {}, "jsonpath").path(iterator, self._line_of(iterator) or 1)
            if iterator
            else None
        )
        if formulation in ("csv", "parquet"):
            path = None
        return LogicalSource(access, formulation, path, "\t" if access.lower().endswith(".tsv") else ",", line)

    def _refuse_graphs(self, node: object) -> None:
        if self.all(node, "graphMap") or self.all(node, "graph"):
            message = "Graphs are not supported: a lake has one graph"
            line = self._line_of("graph")
            raise fault(message, "Leave them out.", self.document, line, code="mapping.unsupported")

    def _rule(self, node: object) -> Rule:
        self._refuse_graphs(node)
        predicates = [self._constant(one) for one in self.all(node, "predicate")]
        predicates += [self._term(one, IRI) for one in self.all(node, "predicateMap")]
        objects: list[TermMap | Link | Rest] = [self._constant(one) for one in self.all(node, "object")]
        objects += [self._object(one, predicates) for one in self.all(node, "objectMap")]
        if not predicates or not objects:
            raise self._fault("A predicate-object map needs predicates and objects", "predicateObjectMap")
        return Rule(tuple(predicates), tuple(objects))

    def _object(self, node: object, predicates: list[TermMap]) -> TermMap | Link | Rest:
        parent = self._one(node, "parentTriplesMap")
        if isinstance(parent, NamedNode | BlankNode):
            joins = self.all(node, "joinCondition")
            equal = tuple((self._join(one, "child"), self._join(one, "parent")) for one in joins)
            return Link(_name(parent), equal, self._line_of("parentTriplesMap"))
        if self._text(node, "reference") == "*":
            return self._rest(predicates)
        return self._term(node, "")

    def _rest(self, predicates: list[TermMap]) -> Rest:
        expression = predicates[0].expression if predicates else None
        term = expression.term.value if isinstance(expression, Constant) else ""
        if not term.endswith("*"):
            raise self._fault('The reference "*" needs a predicate that ends in *', "*")
        return Rest(term.removesuffix("*"))

    def _join(self, node: object, name: str) -> Path:
        text = self._text(node, name)
        if not text:
            raise self._fault(f"A join condition needs {name!r}", "joinCondition")
        return self._terms.path(text, self._line_of(text) or 1)

    def _constant(self, value: Value) -> TermMap:
        if not isinstance(value, NamedNode | Literal):
            raise self._fault("A constant is an IRI or a literal", "constant")
        return TermMap(Constant(value))

    def _term(self, node: object, kind: str) -> TermMap:
        constant = self._one(node, "constant")
        if constant is not None:
            return self._constant(constant)
        expression, template = self._expression(node), bool(self._text(node, "template"))
        wanted = re.split(r"[#/]", self._text(node, "termType"))[-1].lower()
        language, datatype = self._text(node, "language"), self._one(node, "datatype")
        # The term type of a template is an IRI where nothing says otherwise (R2RML, 7.4).
        otherwise = kind or (IRI if template and not language and datatype is None else "")
        return TermMap(
            expression,
            _TERM_TYPES.get(wanted, LITERAL if language or datatype is not None else otherwise),
            datatype if isinstance(datatype, NamedNode) else None,
            Constant(Literal(language)) if language else None,
            self._line_of(self._text(node, "reference", "template")),
        )

    def _expression(self, node: object) -> Expression:
        reference, template = self._text(node, "reference"), self._text(node, "template")
        if reference:
            return Reference(self._terms.path(reference, self._line_of(reference) or 1))
        if template:
            return Template(tuple(self._parts(template)))
        execution = self._one(node, "functionExecution", "functionValue")
        if execution is None:
            raise self._fault("A term map needs a constant, a reference, a template or a function", "objectMap")
        name, arguments = (
            self._old_call(execution) if self.all(execution, "predicateObjectMap") else self._new_call(execution)
        )
        return self._terms.call(name, arguments, self._line_of(name) or 1)

    def _new_call(self, node: object) -> tuple[str, list[tuple[str, TermMap]]]:
        arguments = []
        for one in self.all(node, "input"):
            value = self._one(one, "inputValueMap")
            constant = self._one(one, "inputValue")
            term = self._term(value, "") if value is not None else self._constant(constant or Literal(""))
            arguments.append((self._text(one, "parameter"), term))
        return self._text(node, "function"), arguments

    def _old_call(self, node: object) -> tuple[str, list[tuple[str, TermMap]]]:
        name, arguments = "", []
        for one in self.all(node, "predicateObjectMap"):
            parameter = self._text(one, "predicate") or self._text(self._one(one, "predicateMap"), "constant")
            value = self._one(one, "objectMap")
            term = (
                self._term(value, "") if value is not None else self._constant(self._one(one, "object") or Literal(""))
            )
            if _local(parameter) == "executes" and isinstance(term.expression, Constant):
                name = term.expression.term.value
            else:
                arguments.append((parameter, term))
        return name, arguments

    def _parts(self, template: str) -> list[str | Path]:
        parts: list[str | Path] = []
        end = 0
        for found in _IN_BRACES.finditer(template):
            parts.append(_unescaped(template[end : found.start()]))
            parts.append(self._terms.path(_unescaped(found[1]), self._line_of(template) or 1))
            end = found.end()
        parts.append(_unescaped(template[end:]))
        return [part for part in parts if part != ""]

    def _line(self, node: Node) -> int | None:
        return self._line_of(re.split(r"[#/:]", node.value)[-1]) if isinstance(node, NamedNode) else None

    def _line_of(self, text: str) -> int | None:
        """The line on which a text stands for the first time."""
        position = self.text.find(text) if text else -1
        return self.text.count("\n", 0, position) + 1 if position >= 0 else None

    def _fault(self, message: str, near: str) -> ParseError:
        return fault(
            message, "See https://w3id.org/rml/core/spec.", self.document, self._line_of(near), code="mapping.syntax"
        )


def _unescaped(text: str) -> str:
    return re.sub(r"\\([\\{}])", r"\1", text)
