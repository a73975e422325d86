"""Where a dataset comes from (PROV-O, https://www.w3.org/TR/prov-o/, as Croissant 1.1 uses it)."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode

from modellake.core.vocab import LAKE, PROV
from modellake.harvest.croissant.draft import Draft, Subject
from modellake.harvest.croissant.elements import Element, Entry, Leaf, Value
from modellake.harvest.croissant.identity import hub_dataset
from modellake.harvest.croissant.namespaces import kept, node_of, schema
from modellake.harvest.croissant.rules import Rule

_PLACES = (PROV.atLocation, NamedNode("http://www.w3.org/ns/prov#locatedAt"), schema("url"), schema("sameAs"))
ASSOCIATED = kept("wasAssociatedWith")


def _derived(draft: Draft, subject: Subject, entry: Entry) -> None:
    """What the dataset was made from; a source that is known to be a dataset is linked as one."""
    draft.keep(subject, entry)
    for value in entry.values:
        dataset = _dataset(draft, value)
        if dataset is not None and dataset not in (draft.line, draft.version):
            draft.say_of_both(LAKE.derivedFromDataset, dataset, value.node)


def _dataset(draft: Draft, value: Value) -> NamedNode | None:
    if isinstance(value, Element):
        found = next(filter(None, (hub_dataset(text, draft.iris) for text in _places(value))), None)
        is_dataset = value.is_a(schema("Dataset").value) and bool(value.iri)
        return found or (node_of(value.iri) if is_dataset else None)
    return hub_dataset(value.node.text, draft.iris) if isinstance(value, Leaf) else None


def _places(element: Element) -> Iterator[str]:
    """The addresses at which an entity is said to be."""
    if element.identifier:
        yield element.identifier.text
    for entry in element.entries:
        if entry.term in _PLACES:
            yield from (value.node.text for value in entry.values if isinstance(value, Leaf))


def _associated(draft: Draft, subject: Subject, entry: Entry) -> None:
    """PROV-O associates agents with activities, and a dataset is none: kept, but not as a statement of PROV-O."""
    draft.note(
        "croissant.association-of-dataset",
        f"{entry.key} belongs to an activity; a dataset is none",
        "Write it in the activity of prov:wasGeneratedBy, or write prov:wasAttributedTo.",
        entry.node,
    )
    draft.keep(subject, Entry(ASSOCIATED, entry.key, entry.values, entry.node, entry.ordered))


PROVENANCE_RULES = {
    PROV.wasDerivedFrom: Rule(
        "prov:wasDerivedFrom",
        (PROV.wasDerivedFrom, LAKE.derivedFromDataset),
        _derived,
        "Datasets of the Hugging Face Hub, and what is said to be a Dataset, are linked as such.",
    ),
    schema("isBasedOn"): Rule("isBasedOn", (schema("isBasedOn"), LAKE.derivedFromDataset), _derived),
    PROV.wasAssociatedWith: Rule(
        "prov:wasAssociatedWith", (ASSOCIATED,), _associated, "Of a dataset: PROV-O has it of activities only."
    ),
}
