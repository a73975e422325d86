"""Rules: the ontology, the alignments and the shapes that were in force for a commit, and how those of now differ."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pyoxigraph import BlankNode, NamedNode, Triple

from modellake.core.prefixes import compact
from modellake.core.report import SH
from modellake.core.terms import Term
from modellake.lake.drafting import rules_in_force
from modellake.lake.gate import Gate
from modellake.ledger.ledger import Ledger
from modellake.rdf.changes import Comparison
from modellake.rdf.closure import build_hierarchy
from modellake.rdf.ontology import Ontology, read_ontology_text
from modellake.rdf.profiles import TARGETS

_KEPT = 4  # texts of then that are kept parsed
_DEACTIVATED = NamedNode(f"{SH}deactivated")


@dataclass(frozen=True)
class Rules:
    """The texts that were in force.

    Attributes:
        shapes: of the gate.
    """

    ontology: bytes = field(repr=False)
    alignments: bytes = field(repr=False)
    shapes: bytes = field(repr=False)

    @classmethod
    def from_texts(cls, texts: Mapping[str, bytes]) -> Rules:
        """The rules that a commit names; one that it does not name is empty."""
        return cls(*(texts.get(name, b"") for name in ("ontology", "alignments", "shapes")))

    @cached_property
    def parsed(self) -> Ontology:
        """Ontology and alignments together."""
        return read_ontology_text({"ontology": self.ontology, "alignments": self.alignments})

    @cached_property
    def terms(self) -> frozenset[str]:
        """The IRIs of all terms."""
        return frozenset(item.subject.value for item in self.parsed.statements if isinstance(item.subject, NamedNode))

    @cached_property
    def hierarchy_digest(self) -> str:
        """A digest of what entails what."""
        return build_hierarchy(self.parsed.statements).digest

    def definition(self, shape: str) -> str:
        """All that a shape says, with what it is applied to, in a form that can be compared; "" for an unknown one."""
        return self._definitions.get(shape, "")

    @property
    def shape_names(self) -> frozenset[str]:
        """The IRIs of all shapes."""
        return frozenset(self._definitions)

    @cached_property
    def _definitions(self) -> Mapping[str, str]:
        about: defaultdict[Term, list[Triple]] = defaultdict(list)
        users: defaultdict[Term, set[Term]] = defaultdict(set)
        for item in read_ontology_text({"shapes": self.shapes}).statements:
            about[item.subject].append(item)
            users[item.object].add(item.subject)
        shapes = [term for term in about if isinstance(term, NamedNode)]
        return {term.value: _written(term, about, users) for term in shapes}


def _written(shape: NamedNode, about: Mapping[Term, list[Triple]], users: Mapping[Term, set[Term]]) -> str:
    own = [_part(item, about, frozenset({shape})) for item in about[shape] if _is_rule(item)]
    named = [user for user in users.get(shape, ()) if isinstance(user, NamedNode)]
    targets = [
        f"{user} {item.predicate} {item.object}"
        for user in named
        for item in about.get(user, ())
        if item.predicate in TARGETS or item.predicate == _DEACTIVATED
    ]
    return "\n".join([*sorted(own), *sorted(targets)])


def _is_rule(item: Triple) -> bool:
    """Messages and labels are no part of what a shape demands."""
    name = item.predicate.value.rpartition("#")[2]
    return item.predicate.value.startswith(SH) and name not in ("message", "name", "description", "order", "group")


def _part(item: Triple, about: Mapping[Term, list[Triple]], seen: frozenset[Any]) -> str:
    value = item.object
    if isinstance(value, BlankNode) and value not in seen:
        parts = sorted(_part(part, about, seen | {value}) for part in about.get(value, ()))
        return f"{item.predicate} [ {' ; '.join(parts)} ]"
    return f"{item.predicate} {'_' if isinstance(value, BlankNode) else value}"


def rules_of_now(gate: Gate) -> Rules:
    """The rules that the gate applies."""
    return Rules.from_texts({**rules_in_force(gate), "shapes": gate.pack.text})


class RulesOfLedger:
    """The rules that were in force for the commits of a ledger, parsed once for all commits that share them."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._named: dict[int, tuple[str, ...]] = {}
        self._kept: OrderedDict[tuple[str, ...], Rules] = OrderedDict()

    def of(self, sequence: int) -> Rules:
        """The rules of a commit."""
        if sequence not in self._named:
            self._named[sequence] = tuple(sorted(self._ledger.commit(sequence).rules.values()))
        key = self._named[sequence]
        if key not in self._kept:
            self._kept[key] = Rules.from_texts(self._ledger.rules(sequence))
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One difference between the rules of then and those of now.

    Attributes:
        part: ``ontology`` or ``shapes``.
        change: what sort of change it is.
        breaking: whether what was right may be refused now, or found no more.
        text: the change in a few words.
    """

    part: str
    change: str
    name: str
    breaking: bool
    text: str

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready values."""
        return {name: getattr(self, name) for name in self.__slots__}


def rule_changes(before: Rules, after: Rules) -> list[RuleChange]:
    """What differs, the ontology first; changes of texts for people are left out."""
    found: list[RuleChange] = []
    if (before.ontology, before.alignments) != (after.ontology, after.alignments):
        changes = Comparison(before.parsed, after.parsed).changes
        told = [item for item in changes if item.kind != "text"]
        found += [RuleChange("ontology", item.kind, item.term, item.breaking, item.text) for item in told]
    if before.shapes != after.shapes:
        found += _shape_changes(before, after)
    return found


def _shape_changes(before: Rules, after: Rules) -> Iterator[RuleChange]:
    for name in sorted(before.shape_names | after.shape_names):
        old, new = before.definition(name), after.definition(name)
        if old == new:
            continue
        change = "added" if not old else "removed" if not new else "changed"
        yield RuleChange("shapes", change, name, change != "removed", f"the shape {compact(name)} is {change}")
