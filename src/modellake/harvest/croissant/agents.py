"""Who made or published something (https://schema.org/Person, https://schema.org/Organization)."""

from __future__ import annotations

from collections.abc import Callable

from pyoxigraph import Literal, NamedNode

from modellake.core.vocab import FOAF, PROV, RDF
from modellake.harvest.croissant.draft import Draft, Subject
from modellake.harvest.croissant.elements import Element, Entry, Json, Leaf
from modellake.harvest.croissant.identity import hub_agent
from modellake.harvest.croissant.namespaces import node_of, schema
from modellake.harvest.croissant.rules import (
    Rule,
    address_of,
    apply_rules,
    leaves,
    note_unexpected,
    strings_as,
    web_address,
)

_CLASSES = {schema("Person").value: PROV.Person, schema("Organization").value: PROV.Organization}


def agents_as(predicate: NamedNode) -> Callable[[Draft, Subject, Entry], None]:
    """A rule that states agents of the line, each as a node with its name."""

    def describe(draft: Draft, subject: Subject, entry: Entry) -> None:
        for value in entry.values:
            if isinstance(value, Json):
                draft.keep(subject, entry, (value,))
                note_unexpected(draft, entry)
            elif isinstance(value, Leaf):
                if value.node.text.strip():
                    draft.say(draft.line, predicate, _named_agent(draft, value), value.node)
            elif value.is_reference:
                _refer(draft, subject, predicate, entry, value)
            else:
                draft.say(draft.line, predicate, _described_agent(draft, value), value.node)

    return describe


def _refer(draft: Draft, subject: Subject, predicate: NamedNode, entry: Entry, value: Element) -> None:
    found = draft.reference(entry.term, value)
    if found:
        draft.say(draft.line, predicate, found, value.node)
    elif value.identifier:
        draft.say(subject, entry.term, Literal(value.identifier.text), value.node)


def _named_agent(draft: Draft, leaf: Leaf) -> Subject:
    """An agent of whom only the name, or only the address, is known."""
    page = address_of(leaf)
    agent = hub_agent(leaf.node.text, draft.iris) or page or draft.names.blank()
    draft.say(agent, RDF.type, PROV.Agent, leaf.node)
    draft.say(agent, FOAF.name, Literal(leaf.node.text), leaf.node)
    return agent


def describe_agent(draft: Draft, subject: Subject, element: Element) -> None:
    """An agent of PROV-O, wherever it stands."""
    draft.say_types(subject, element)
    draft.say_identifier(subject, element)
    apply_rules(draft, subject, element, AGENT_RULES)


def _described_agent(draft: Draft, element: Element) -> Subject:
    owner = hub_agent(element.text(schema("url")), draft.iris)
    if owner and not element.identifier:
        draft.names.call(element, owner)
    subject = draft.names.subject(element)
    draft.names.described.add(element)
    classes = [_CLASSES[name] for name, _ in element.types if name in _CLASSES]
    for kind in classes or [PROV.Agent]:
        draft.say(subject, RDF.type, kind, element.node)
    draft.say_types(subject, element, *_CLASSES)
    draft.say_identifier(subject, element)
    apply_rules(draft, subject, element, AGENT_RULES)
    return subject


def _page(draft: Draft, subject: Subject, entry: Entry) -> None:
    for leaf in leaves(draft, subject, entry):
        page = web_address(leaf.node)
        if page:
            draft.say(subject, FOAF.page, page, leaf.node)
        if page is None or node_of(leaf.node.text) != page:
            draft.keep_leaf(subject, entry.term, leaf)


AGENT_RULES = {
    schema("name"): Rule("name", (FOAF.name,), strings_as(FOAF.name)),
    schema("url"): Rule(
        "url", (FOAF.page,), _page, "The page of a user or an organization of the Hugging Face Hub also names them."
    ),
}
