"""From items to statements: the rules of a mapping, carried out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import Literal, NamedNode

from modellake.core.iris import LakeIRIs
from modellake.core.report import Place
from modellake.core.vocab import RDF
from modellake.harvest.licenses import ResolvedLicense
from modellake.harvest.mapping.draft import Draft, Subject
from modellake.harvest.mapping.functions import FUNCTIONS, MAX_CHARACTERS, too_many
from modellake.harvest.mapping.paths import Path
from modellake.harvest.mapping.rest import Stated, keep_rest
from modellake.harvest.mapping.rules import (
    BLANK,
    IRI,
    LITERAL,
    Call,
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
    references,
)
from modellake.harvest.mapping.terms import MalformedError, blank, encoded, iri, literal
from modellake.harvest.mapping.values import Item, scalars, text_of

# The items of a source: read anew at every call.
Items = Callable[[LogicalSource], Iterable[Item]]
Term = Subject | Literal
MAX_TEXTS = 100_000


@dataclass(slots=True)
class Engine:
    """Carries out a mapping.

    Attributes:
        mapping: its rules.
        items: where items come from.
        iris: how the lake names things.
        draft: where statements go.
        seen: the references that led to a value at least once.
    """

    mapping: Mapping
    items: Items
    iris: LakeIRIs
    draft: Draft
    seen: set[str] = field(default_factory=set)
    _stated: Stated = field(default_factory=Stated)
    _wholes: dict[int, bool] = field(default_factory=dict)
    _known: dict[tuple[int, int], list[Any]] = field(default_factory=dict)
    _remembered: set[tuple[int, int]] = field(default_factory=set)
    _indexes: dict[tuple[str, tuple[Path, ...]], dict[tuple[str, ...], list[Subject]]] = field(default_factory=dict)

    @property
    def keeps_rest(self) -> bool:
        """True when the mapping keeps what it does not state: then items must stay the same objects."""
        return self.mapping.keeps_rest

    def run(self) -> None:
        """State what the mapping says of its sources; the rest of what it reads comes last.

        Raises:
            ParseError, UnavailableError: a document cannot be read.
        """
        rests: list[tuple[Subject, Item, Rest]] = []
        for triples_map in self.mapping.maps.values():
            for source in triples_map.sources:
                for item in self.items(source):
                    rests.extend(self._describe(triples_map, item))
        for subject, item, rest in rests:
            keep_rest(self.draft, subject, item, rest.namespace, self._stated)

    def _describe(self, triples_map: TriplesMap, item: Item) -> Iterator[tuple[Subject, Item, Rest]]:
        if triples_map.condition is not None and not self._holds(triples_map.condition, item):
            return
        place = item.place()
        for subject in self._subjects(triples_map, item):
            for rule in triples_map.rules:
                if rule.condition is None or self._holds(rule.condition, item):
                    yield from ((subject, item, rest) for rest in self._carry_out(rule, subject, item, place))

    def _carry_out(self, rule: Rule, subject: Subject, item: Item, place: Place) -> Iterator[Rest]:
        rests = [one for one in rule.objects if isinstance(one, Rest)]
        if rests:
            yield from rests
            return
        predicates = [term for one in rule.predicates for term in self._terms(one, item, IRI)]
        for wanted in rule.objects:
            for value in self._objects(wanted, item, predicates):
                for predicate in predicates:
                    if isinstance(predicate, NamedNode):
                        self.draft.say(subject, predicate, value, place)

    def _objects(self, wanted: TermMap | Link | Rest, item: Item, predicates: list[Term]) -> Iterable[Term]:
        if isinstance(wanted, Link):
            return self._linked(wanted, item)
        if isinstance(wanted, TermMap):
            return self._terms(wanted, item, IRI if RDF.type in predicates else LITERAL)
        return ()

    def _subjects(self, triples_map: TriplesMap, item: Item) -> Iterator[Subject]:
        if not triples_map.subjects:
            yield self.draft.blank()
        for one in triples_map.subjects:
            for term in self._terms(one, item, IRI):
                if not isinstance(term, Literal):
                    yield term

    def _linked(self, link: Link, item: Item) -> Iterable[Subject]:
        target = self.mapping.maps[link.target]
        if not link.equal:
            return list(self._subjects(target, item)) if target.subjects else ()
        index = self._index(target, tuple(there for _, there in link.equal))
        return index.get(self._joined((here for here, _ in link.equal), item) or (), [])

    def _index(self, target: TriplesMap, paths: tuple[Path, ...]) -> dict[tuple[str, ...], list[Subject]]:
        known = self._indexes.get((target.name, paths))
        if known is None:
            known = self._indexes[target.name, paths] = defaultdict(list)
            for source in target.sources:
                for item in self.items(source):
                    if target.condition is None or self._holds(target.condition, item):
                        self._add(known, self._joined(paths, item), self._subjects(target, item))
        return known

    @staticmethod
    def _add(index: dict[tuple[str, ...], list[Subject]], key: tuple[str, ...], subjects: Iterable[Subject]) -> None:
        if key:
            index[key].extend(subjects)

    def _joined(self, paths: Iterable[Path], item: Item) -> tuple[str, ...]:
        """The values that two items must have in common; nothing equals an absent one."""
        values = [next(iter(self._texts(path, item)), None) for path in paths]
        return () if None in values else tuple(value for value in values if value is not None)

    def _holds(self, condition: Call, item: Item) -> bool:
        return any(value is not False and value is not None for value in self._called(condition, item))

    def _terms(self, wanted: TermMap, item: Item, default: str) -> list[Term]:
        language = self._language(wanted, item)
        terms: list[Term] = []
        for value in self._values(wanted.expression, item, for_iri=(wanted.kind or default) == IRI):
            try:
                term = self._term(wanted, value, language, default)
            except MalformedError as error:
                self._note_malformed(wanted, item, error)
                continue
            terms.append(term)
        if terms and self.keeps_rest:
            self._remember(wanted.expression, item)
        return terms

    def _remember(self, expression: Expression, item: Item) -> None:
        """That the values of an expression are stated."""
        key = self._whole(expression, item)
        if key is None or key not in self._remembered:
            self._stated.add(expression, item, FUNCTIONS)
        if key is not None:
            self._remembered.add(key)

    def _term(self, wanted: TermMap, value: Any, language: str | None, default: str) -> Term:
        typed = wanted.datatype is not None or language is not None
        if isinstance(value, Literal) and not typed and wanted.kind != IRI:
            return value
        if isinstance(value, NamedNode) and wanted.kind != LITERAL:
            return value
        if isinstance(value, NamedNode | Literal):
            value = value.value
        kind = wanted.kind or (LITERAL if typed else default)
        if kind == LITERAL:
            return literal(value, wanted.datatype, language)
        text = text_of(value) or ""
        return blank(text) if kind == BLANK else iri(text, self.mapping.base or self.iris.base)

    def _language(self, wanted: TermMap, item: Item) -> str | None:
        if wanted.language is None:
            return None
        values = self._values(wanted.language, item)
        return next((value.value if isinstance(value, Literal) else text_of(value) for value in values), None)

    def _values(self, expression: Expression, item: Item, *, for_iri: bool = False) -> Iterable[Any]:
        if isinstance(expression, Constant):
            return (expression.term,)
        if isinstance(expression, Reference):
            return [value for one in self._found(expression.path, item) for value in scalars(one.value)]
        if isinstance(expression, Template):
            return self._filled(expression, item, for_iri=for_iri)
        return self._called(expression, item)

    def _filled(self, template: Template, item: Item, *, for_iri: bool) -> list[str]:
        texts = [""]
        for part in template.parts:
            values = [part] if isinstance(part, str) else self._texts(part, item)
            if isinstance(part, Path) and for_iri:
                values = [encoded(value) for value in values]
            length = len(texts) * sum(map(len, values)) + len(values) * sum(map(len, texts))
            if length > MAX_CHARACTERS or len(texts) * len(values) > MAX_TEXTS:
                raise too_many("A template", item.place())
            texts = [text + value for text in texts for value in values]
        return texts

    def _called(self, call: Call, item: Item) -> list[Any]:
        key = self._whole(call, item)
        if key is None:
            return self._call(call, item)
        if key not in self._known:
            self._known[key] = self._call(call, item)
        return self._known[key]

    def _whole(self, expression: Expression, item: Item) -> tuple[int, int] | None:
        """What tells apart the values of an expression that depend on the document alone, not on the item.

        None for other expressions, and where documents do not stay the same objects.
        """
        whole = self._wholes.get(id(expression))
        if whole is None:
            whole = all(path.absolute or path.about for path in references(expression))
            self._wholes[id(expression)] = whole
        return (id(expression), id(item.root().value)) if whole and self.keeps_rest else None

    def _call(self, call: Call, item: Item) -> list[Any]:
        arguments = {name: self._argument(argument, item) for name, argument in call.arguments}
        if sum(len(one) for values in arguments.values() for one in values if isinstance(one, str)) > MAX_CHARACTERS:
            raise too_many("A call of a function", item.place())
        made = FUNCTIONS[call.name].call(self.iris, arguments)
        values = (self._resolved(one, item) if isinstance(one, ResolvedLicense) else one for one in made)
        return [value for value in values if value is not None]

    def _resolved(self, license_: ResolvedLicense, item: Item) -> NamedNode | None:
        """A license as a term: what describes it is stated, what should be mended is noted."""
        place = item.place()
        for subject, predicate, value in license_.statements:
            self.draft.say(subject, predicate, value, place)
        for finding in license_.at(place):
            self.draft.add(finding, once=f"{finding.code} {finding.message}")
        return license_.iri

    def _argument(self, argument: TermMap, item: Item) -> list[Any]:
        """Arguments are values as they stand, lists and mappings included, so that a function may tell them apart."""
        expression = argument.expression
        if isinstance(expression, Constant):
            term = expression.term
            return [term.value if isinstance(term, Literal) else term]
        if isinstance(expression, Reference):
            return [one.value for one in self._found(expression.path, item)]
        return list(self._values(expression, item))

    def _texts(self, path: Path, item: Item) -> list[str]:
        values = (text_of(value) for one in self._found(path, item) for value in scalars(one.value))
        return [value for value in values if value is not None]

    def _found(self, path: Path, item: Item) -> list[Item]:
        found = list(path.find(item))
        if found:
            self.seen.add(path.text)
        return found

    def _note_malformed(self, wanted: TermMap, item: Item, error: MalformedError) -> None:
        self.draft.note(
            "mapping.value-malformed",
            f"{str(error)[:200]}; it is left out (line {wanted.line} of the mapping)",
            "Correct the value, or map it as text.",
            item.place(),
            once=f"{wanted.line} {error}",
        )
