"""Record sets and their fields (RecordSet, Field), and the splits that record sets enumerate."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from modellake.core.literals import integer_literal
from modellake.core.vocab import DCT, LAKE, RDF
from modellake.harvest.croissant.draft import POSITION, Draft, Subject
from modellake.harvest.croissant.elements import Element, Entry, Json, Leaf, Value
from modellake.harvest.croissant.literals import json_literal, shape_of
from modellake.harvest.croissant.namespaces import CROISSANT, SCHEMA, cr, node_of, schema
from modellake.harvest.croissant.naming import FIELD, NAME, RECORDS
from modellake.harvest.croissant.rules import (
    Rule,
    apply_rules,
    descriptions,
    leaves,
    note_unexpected,
    titles,
)
from modellake.harvest.croissant.splits import describe_splits
from modellake.harvest.croissant.tree import Node, Scalar

DATA_TYPE = cr("dataType")
_FIELD_TERM = cr("field")


def describe_record_sets(draft: Draft, subject: Subject, entry: Entry) -> None:
    """State the record sets of a dataset, in their order."""
    _describe_parts(draft, subject, entry, RECORDS)


def describe_record_set(draft: Draft, subject: Subject, element: Element) -> None:
    """A record set."""
    draft.say(subject, RDF.type, cr("RecordSet"), element.node)
    draft.say_types(subject, element)
    draft.say_identifier(subject, element)
    apply_rules(draft, subject, element, RECORD_SET_RULES)
    describe_splits(draft, element)


def describe_field(draft: Draft, subject: Subject, element: Element) -> None:
    """A field of a record set, or of another field."""
    draft.say(subject, RDF.type, LAKE.Field, element.node)
    draft.say(subject, RDF.type, cr("Field"), element.node)
    draft.say_types(subject, element)
    draft.say_identifier(subject, element)
    name, node = _field_name(draft, element)
    draft.say(subject, LAKE.fieldName, Literal(name), node)
    apply_rules(draft, subject, element, FIELD_RULES)


def _field_name(draft: Draft, element: Element) -> tuple[str, Node]:
    """The last part of the name or ``@id``: fields are called ``record-set/field`` to be unique in the document."""
    entry = element.get(NAME)
    found = [value for value in entry.values if isinstance(value, Leaf)] if entry else []
    found.sort(key=lambda leaf: (leaf.language not in ("", "en"), leaf.language, leaf.node.text))
    label = draft.names.label(element)
    stated = element.identifier.text if element.identifier else label
    name = (found[0].node.text if found else "") or stated
    above = label.rpartition("/")[0]
    inner = name.removeprefix(f"{above}/") if above else name
    return inner.strip() or label or "unnamed", found[0].node if found else element.node


def _describe_parts(draft: Draft, subject: Subject, entry: Entry, kind: str) -> None:
    for index, value in enumerate(entry.values):
        if isinstance(value, Element) and draft.names.kind(value) == kind:
            part = draft.describe(value)
            draft.say(subject, entry.term, part, value.node)
            draft.say(part, POSITION, integer_literal(index), value.node)
        else:
            draft.keep(subject, entry, (value,))
            if isinstance(value, Json):
                note_unexpected(draft, entry)


def _fields(draft: Draft, subject: Subject, entry: Entry) -> None:
    _describe_parts(draft, subject, entry, FIELD)


def _data_types(draft: Draft, subject: Subject, entry: Entry) -> None:
    """All data types as IRIs; of a field the first one also as text, as the framework names it."""
    found = leaves(draft, subject, entry)
    for leaf in found:
        draft.say(subject, DATA_TYPE, node_of(leaf.iri) or Literal(leaf.node.text), leaf.node)


def _field_types(draft: Draft, subject: Subject, entry: Entry) -> None:
    _data_types(draft, subject, entry)
    stated = [value for value in entry.values if isinstance(value, Leaf) and value.node.text.strip()]
    for leaf in sorted(stated, key=lambda leaf: not leaf.iri.startswith((SCHEMA, CROISSANT)))[:1]:
        draft.say(subject, LAKE.fieldType, Literal(_type_name(leaf)), leaf.node)


def _type_name(leaf: Leaf) -> str:
    """``sc:Text``, whatever prefix the document uses."""
    for prefix, namespace in (("cr", CROISSANT), ("sc", SCHEMA)):
        if leaf.iri.startswith(namespace):
            return f"{prefix}:{leaf.iri.removeprefix(namespace)}"
    return leaf.node.text


def _shape(draft: Draft, subject: Subject, entry: Entry) -> None:
    shape = next((shape_of(value.node.text) for value in entry.values if isinstance(value, Leaf)), None)
    if shape:
        draft.say(subject, LAKE.fieldShape, shape, entry.node)
    draft.keep(subject, entry)


def _keys(draft: Draft, subject: Subject, entry: Entry) -> None:
    """The fields of the key; one of the same record set may be named without saying so."""
    for value in entry.values:
        text = _reference_text(value)
        found = draft.names.find(text.text, entry.term, draft.names.label_of(subject)) if text else None
        if found and text:
            draft.say(subject, entry.term, found, text)
        else:
            draft.keep(subject, entry, (value,))


def _references(draft: Draft, subject: Subject, entry: Entry) -> None:
    """The field that is referred to, where nothing else is said of it."""
    for value in entry.values:
        text = _reference_text(value)
        if text is None and isinstance(value, Element) and [item.term for item in value.entries] == [_FIELD_TERM]:
            inner = value.entries[0].values
            text = _reference_text(inner[0]) if len(inner) == 1 and not value.types else None
        found = draft.names.find(text.text, _FIELD_TERM) if text else None
        if found and text:
            draft.say(subject, entry.term, found, text)
        else:
            draft.keep(subject, entry, (value,))


def _reference_text(value: Value) -> Scalar | None:
    if isinstance(value, Leaf):
        return value.node if value.node.kind == "text" else None
    return value.identifier if isinstance(value, Element) and value.is_reference else None


def _inline(draft: Draft, subject: Subject, entry: Entry) -> None:
    for value in entry.values:
        node: Node = value.node
        draft.say(subject, entry.term, json_literal(node), node)


_PARTS = "In their order, by `schema:position`; a field without name is called by the end of its `@id`."
_JSON = "As JSON, keys sorted."
RECORD_SET_RULES = {
    schema("name"): Rule("name", (DCT.title,), titles),
    schema("description"): Rule("description", (DCT.description,), descriptions),
    _FIELD_TERM: Rule("field", (_FIELD_TERM, POSITION, LAKE.fieldName), _fields, _PARTS),
    cr("key"): Rule("key", (cr("key"),), _keys),
    DATA_TYPE: Rule("dataType", (DATA_TYPE,), _data_types),
    cr("data"): Rule(
        "data",
        (cr("data"), LAKE.hasSplit, LAKE.splitOf, LAKE.DatasetSplit, LAKE.splitRole, DCT.title),
        _inline,
        f"{_JSON} The rows of a record set of the type `cr:Split` also become splits of the version.",
    ),
    cr("examples"): Rule("examples", (cr("examples"),), _inline, _JSON),
}
FIELD_RULES: dict[NamedNode, Rule] = {
    schema("name"): Rule("name", (LAKE.fieldName, DCT.title), titles),
    schema("description"): Rule("description", (DCT.description,), descriptions),
    DATA_TYPE: Rule("dataType", (DATA_TYPE, LAKE.fieldType), _field_types, "The text is that of the first one."),
    cr("arrayShape"): Rule("arrayShape", (LAKE.fieldShape, cr("arrayShape")), _shape),
    cr("subField"): Rule("subField", (cr("subField"), POSITION, LAKE.fieldName), _fields, _PARTS),
    cr("references"): Rule("references", (cr("references"),), _references),
    cr("value"): Rule("value", (cr("value"),), _inline, _JSON),
}
