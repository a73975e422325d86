"""YARRRML (https://rml.io/yarrrml/spec/): a mapping written as YAML.

Beside the specification: ``[ns:*, $(*)]`` keeps all values of an item that no rule states, each under its key in the
namespace ``ns``. Graphs, targets and external references are not supported and refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from modellake.core.errors import ParseError
from modellake.core.prefixes import PREFIXES
from modellake.core.vocab import RDF
from modellake.harvest.mapping.calls import parse_call
from modellake.harvest.mapping.expressions import Expressions
from modellake.harvest.mapping.faults import fault, refused_source, unknown_key
from modellake.harvest.mapping.functions import GREL, IDLAB, LAKE_FUNCTIONS
from modellake.harvest.mapping.paths import Path
from modellake.harvest.mapping.readers import FORMULATIONS
from modellake.harvest.mapping.rules import (
    BLANK,
    IRI,
    LITERAL,
    Call,
    Link,
    LogicalSource,
    Mapping,
    Reference,
    Rest,
    Rule,
    TermMap,
    TriplesMap,
)
from modellake.harvest.mapping.sources import check_access, formulation_of
from modellake.harvest.mapping.yaml_text import compose, line_of, parse_yaml

_SUBJECTS = ("subjects", "subject", "s")
_RULES = ("predicateobjects", "predicateobject", "po")
_PREDICATES = ("predicates", "predicate", "p")
_OBJECTS = ("objects", "object", "o")
_SOURCES = ("sources", "source")
_CONDITIONS = ("condition", "conditions")
_FUNCTIONS = ("function", "fn", "f")
_PARAMETERS = ("parameters", "pms")
_KINDS = {"iri": IRI, "literal": LITERAL, "blank": BLANK, "blanknode": BLANK}
_DELIMITERS = {",": ",", ";": ";", "|": "|", "\t": "\t", "tab": "\t"}
_DEFAULT_PREFIXES = {**PREFIXES, "fn": LAKE_FUNCTIONS, "grel": GREL, "idlab-fn": IDLAB}


def parse_yarrrml(text: str, document: str) -> Mapping:
    """A mapping out of its text.

    Raises:
        ParseError: it is no YAML (``parse.yaml``, ``parse.duplicate-key``) or no YARRRML: ``mapping.syntax``,
            ``mapping.key-unknown``, ``mapping.prefix-unknown``, ``mapping.path``, ``mapping.function-unknown``,
            ``mapping.source-refused``, ``mapping.unsupported``; each names the line.
        UnavailableError: PyYAML is not installed.
    """
    # Read twice: as values to find what YAML itself forbids, as nodes to know the lines.
    parse_yaml(text, document)
    return _Reader(document).mapping(compose(text, document))


def _strings(node: Any) -> bool:
    return bool(node.id == "scalar")


@dataclass(slots=True)
class _Reader:
    document: str
    prefixes: dict[str, str] = field(default_factory=lambda: dict(_DEFAULT_PREFIXES))
    sources: dict[str, LogicalSource] = field(default_factory=dict)

    def mapping(self, root: Any) -> Mapping:
        keys = ["prefixes", "base", "sources", "mappings", "mapping", "m", "authors"]
        entries = self._entries(root, keys, "A mapping document")
        if "prefixes" in entries:
            self.prefixes.update({key: self._text(node) for key, _, node in self._pairs(entries["prefixes"])})
        if "sources" in entries:
            self.sources = {key: self._source(node) for key, _, node in self._pairs(entries["sources"])}
        body = entries.get("mappings") or entries.get("mapping") or entries.get("m")
        if body is None:
            raise self._fault("The document has no mappings", "Write them under 'mappings:'.", root)
        maps = {name: self._map(name, node, line) for name, line, node in self._pairs(body)}
        for one in maps.values():
            self._check_links(one, maps)
        base = self._text(entries["base"]) if "base" in entries else None
        return Mapping(self.document, maps, base)

    def _map(self, name: str, node: Any, line: int) -> TriplesMap:
        known = [*_SOURCES, *_SUBJECTS, *_RULES, *_CONDITIONS]
        entries = self._entries(node, known, f"The mapping {name!r}")
        sources = tuple(self._sources(self._first(entries, _SOURCES)))
        if not sources:
            raise self._fault(f"The mapping {name!r} has no source", "Add 'sources:'.", node)
        formulation = sources[0].formulation
        terms = Expressions(self.document, self.prefixes, formulation)
        subjects = tuple(self._term(one, terms, IRI) for one in self._items(self._first(entries, _SUBJECTS)))
        rules = tuple(self._rule(one, terms) for one in self._list(self._first(entries, _RULES)))
        return TriplesMap(name, sources, subjects, rules, self._condition(entries, terms), line)

    def _sources(self, node: Any) -> Iterator[LogicalSource]:
        if node is None:
            return
        for one in node.value if node.id == "sequence" else [node]:
            if _strings(one) and one.value in self.sources:
                yield self.sources[one.value]
            elif _strings(one) and "~" not in one.value:
                known = ", ".join(self.sources) or "none"
                raise self._fault(f"There is no source {one.value!r}", f"Sources here: {known}", one)
            else:
                yield self._source(one)

    def _source(self, node: Any) -> LogicalSource:
        """A source as ``[path~formulation, iterator]`` or as a mapping with ``access``."""
        line = line_of(node)
        if node.id != "mapping":
            parts = node.value if node.id == "sequence" else [node]
            texts = [self._text(part) for part in parts]
            access, mark, formulation = (texts[0] if texts else "").rpartition("~")
            iterator = texts[1] if len(texts) > 1 else ""
            access, formulation = (access, formulation) if mark else (formulation, "")
            return self._logical(access, formulation, iterator, "", line)
        known = ["access", "referenceFormulation", "iterator", "delimiter", "type", "encoding"]
        forbidden = ("credentials", "query", "queryFormulation", "security", "contentType", "operationTarget")
        found = next((key for key, _, _ in self._pairs(node) if key in forbidden), None)
        if found:
            raise refused_source(
                found, "asks for a database or a service, and a mapping reads files", self.document, line
            )
        entries = {key: self._text(value) for key, value in self._entries(node, known, "A source").items()}
        if entries.get("type", "localfile") != "localfile":
            raise refused_source(entries["type"], "is no local file", self.document, line)
        names = ("access", "referenceFormulation", "iterator", "delimiter")
        access, formulation, iterator, delimiter = (entries.get(name, "") for name in names)
        return self._logical(access, formulation, iterator, delimiter, line)

    def _logical(self, access: str, formulation: str, iterator: str, delimiter: str, line: int) -> LogicalSource:
        access = check_access(access, self.document, line)
        formulation = formulation.lower() or formulation_of(access)
        if formulation == "jsonpath" and formulation_of(access) in ("yaml", "jsonl"):
            formulation = formulation_of(access)
        if formulation not in FORMULATIONS:
            raise fault(
                f"Nothing here reads {access!r} as {formulation or 'what it is'!r}",
                f"Write one of {', '.join(FORMULATIONS)} after the path: {access}~csv",
                self.document,
                line,
                code="mapping.unsupported",
            )
        path = Expressions(self.document, self.prefixes, "jsonpath").path(iterator, line) if iterator else None
        tabbed = access.lower().endswith(".tsv")
        return LogicalSource(access, formulation, path, _DELIMITERS.get(delimiter, "\t" if tabbed else ","), line)

    def _rule(self, node: Any, terms: Expressions) -> Rule:
        line = line_of(node)
        if node.id == "sequence":
            if not 2 <= len(node.value) <= 3:
                raise self._fault(
                    "A rule is [predicate, object] or [predicate, object, datatype]", "Write it so.", node
                )
            predicates, wanted, *kind = node.value
            condition = None
            typed = self._text(kind[0]) if kind else ""
        else:
            entries = self._entries(node, [*_PREDICATES, *_OBJECTS, *_CONDITIONS], "A rule")
            predicates, wanted = self._first(entries, _PREDICATES), self._first(entries, _OBJECTS)
            if predicates is None or wanted is None:
                raise self._fault("A rule needs predicates and objects", "Add 'p:' and 'o:'.", node)
            condition, typed = self._condition(entries, terms), ""
        rest = self._rest(predicates, wanted)
        if rest is not None:
            return Rule((), (rest,), condition, line)
        objects = tuple(self._object(one, terms, typed) for one in self._objects(wanted))
        return Rule(tuple(self._predicate(one, terms) for one in self._items(predicates)), objects, condition, line)

    def _rest(self, predicates: Any, wanted: Any) -> Rest | None:
        if not _strings(predicates) or not _strings(wanted) or wanted.value != "$(*)":
            return None
        prefix, mark, name = predicates.value.rpartition(":")
        if not mark or name != "*" or prefix not in self.prefixes:
            raise self._fault("$(*) is kept under a namespace", "Write [prefix:*, $(*)].", predicates)
        return Rest(self.prefixes[prefix])

    def _predicate(self, node: Any, terms: Expressions) -> TermMap:
        if _strings(node) and node.value == "a":
            return terms.constant(RDF.type, line_of(node))
        return self._term(node, terms, IRI)

    def _objects(self, node: Any) -> list[Any]:
        """One object, or a list of them: ``[value, datatype]`` is one where the second says a type or language."""
        if node.id != "sequence":
            return [node]
        parts = node.value
        if len(parts) == 2 and all(map(_strings, parts)) and self._is_kind(parts[1].value):
            return [node]
        return list(parts)

    def _is_kind(self, text: str) -> bool:
        return text.endswith("~lang") or text.startswith("xsd:")

    def _object(self, node: Any, terms: Expressions, typed: str) -> TermMap | Link:
        if node.id == "mapping" and any(key in ("mapping", "mappings") for key, _, _ in self._pairs(node)):
            return self._link(node)
        if node.id == "sequence":
            return self._term(node.value[0], terms, "", self._text(node.value[1]))
        return self._term(node, terms, "", typed)

    def _term(self, node: Any, terms: Expressions, kind: str, typed: str = "") -> TermMap:
        line = line_of(node)
        if _strings(node):
            return terms.term(node.value, kind, typed, line)
        if node.id != "mapping":
            raise self._fault("A list cannot stand here", "Write one value.", node)
        known = [*_FUNCTIONS, *_PARAMETERS, "value", "type", "datatype", "language", "targets"]
        entries = self._entries(node, known, "A value")
        wanted = _KINDS.get(self._text(entries["type"]).lower(), kind) if "type" in entries else kind
        datatype = self._text(entries["datatype"]) if "datatype" in entries else typed
        language = self._text(entries["language"]) + "~lang" if "language" in entries else ""
        function = self._first(entries, _FUNCTIONS)
        if function is not None:
            call = self._call(function, self._first(entries, _PARAMETERS), terms)
            return terms.typed(call, wanted, language or datatype, line)
        if "value" not in entries:
            raise self._fault("A value needs 'value' or 'function'", "Add one of them.", node)
        return terms.term(self._text(entries["value"]), wanted, language or datatype, line)

    def _call(self, function: Any, parameters: Any, terms: Expressions) -> Call:
        line = line_of(function)
        if parameters is None:
            return parse_call(self._text(function), terms, line)
        arguments = []
        for pair in self._list(parameters):
            if pair.id == "mapping":
                entries = self._entries(pair, ["parameter", "value"], "A parameter")
                name, value = entries.get("parameter"), entries.get("value")
            else:
                name, value = pair.value if pair.id == "sequence" and len(pair.value) == 2 else (None, None)
            if name is None or value is None:
                raise self._fault("A parameter is [name, value]", "Write it so.", pair)
            arguments.append((self._text(name), self._term(value, terms, "")))
        return terms.call(self._text(function), arguments, line)

    def _condition(self, entries: dict[str, Any], terms: Expressions) -> Call | None:
        node = self._first(entries, _CONDITIONS)
        if node is None:
            return None
        inner = self._entries(node, [*_FUNCTIONS, *_PARAMETERS], "A condition")
        function = self._first(inner, _FUNCTIONS)
        if function is None:
            raise self._fault("A condition needs 'function'", "Add it.", node)
        return self._call(function, self._first(inner, _PARAMETERS), terms)

    def _link(self, node: Any) -> Link:
        entries = self._entries(node, ["mapping", "mappings", *_CONDITIONS], "A link")
        target = self._text(self._first(entries, ("mapping", "mappings")))
        condition = self._first(entries, _CONDITIONS)
        conditions = condition.value if condition is not None and condition.id == "sequence" else [condition]
        equal = tuple(self._joined(one) for one in conditions if one is not None)
        return Link(target, equal, line_of(node))

    def _joined(self, node: Any) -> tuple[Path, Path]:
        """``equal`` of a reference here (``str1``) and one there (``str2``); their paths are read as both kinds."""
        terms = Expressions(self.document, self.prefixes, "jsonpath")
        entries = self._entries(node, [*_FUNCTIONS, *_PARAMETERS], "A condition")
        function = self._first(entries, _FUNCTIONS)
        name = self._text(function) if function is not None else ""
        pairs = self._list(self._first(entries, _PARAMETERS))
        values = [
            terms.term(self._text(pair.value[1]), LITERAL, "", line_of(pair)) for pair in pairs if len(pair.value) > 1
        ]
        paths = [one.expression.path for one in values if isinstance(one.expression, Reference)]
        if name.rpartition(":")[2] != "equal" or len(paths) != 2:
            raise self._fault("Mappings are linked by 'equal' of two references", "See the specification.", node)
        return paths[0], paths[1]

    def _check_links(self, one: TriplesMap, maps: dict[str, TriplesMap]) -> None:
        for wanted in (item for rule in one.rules for item in rule.objects):
            if isinstance(wanted, Link) and wanted.target not in maps:
                message = f"There is no mapping {wanted.target!r}"
                raise fault(message, f"Mappings: {', '.join(maps)}", self.document, wanted.line, code="mapping.syntax")

    def _entries(self, node: Any, known: list[str], what: str) -> dict[str, Any]:
        if node is None or node.id != "mapping":
            raise self._fault(f"{what} is written as 'key: value' lines", "See https://rml.io/yarrrml/spec/.", node)
        entries = {}
        for key, line, value in self._pairs(node):
            if key in ("graphs", "graph", "g", "targets", "external"):
                message = f"{key!r} is not supported: a lake has one graph, and a mapping reads files only"
                raise fault(message, "Leave it out.", self.document, line, code="mapping.unsupported")
            if key not in known:
                raise unknown_key(key, known, self.document, line)
            entries[key] = value
        return entries

    def _pairs(self, node: Any) -> Iterator[tuple[str, int, Any]]:
        if node.id != "mapping":
            raise self._fault("Here 'key: value' lines are expected", "See https://rml.io/yarrrml/spec/.", node)
        for key, value in node.value:
            yield self._text(key), line_of(key), value

    def _items(self, node: Any) -> list[Any]:
        return [] if node is None else list(node.value) if node.id == "sequence" else [node]

    def _list(self, node: Any) -> list[Any]:
        if node is None:
            return []
        if node.id != "sequence":
            raise self._fault("Here a list is expected", "Begin each of its items with '- '.", node)
        return list(node.value)

    def _text(self, node: Any) -> str:
        if not _strings(node):
            raise self._fault("Here a text is expected", "Write one value.", node)
        return str(node.value)

    @staticmethod
    def _first(entries: dict[str, Any], names: tuple[str, ...]) -> Any:
        return next((entries[name] for name in names if name in entries), None)

    def _fault(self, message: str, remedy: str, node: Any) -> ParseError:
        line = 1 if node is None else line_of(node)
        return fault(message, remedy, self.document, line, code="mapping.syntax")
