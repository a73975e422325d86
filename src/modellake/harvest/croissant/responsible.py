"""What Croissant says for responsible AI (https://docs.mlcommons.org/croissant/docs/croissant-rai-spec.html)."""

from __future__ import annotations

from collections.abc import Callable

from pyoxigraph import NamedNode

from modellake.core.vocab import DCT, LAKE, RDF
from modellake.harvest.croissant.draft import Draft, Subject
from modellake.harvest.croissant.elements import Entry
from modellake.harvest.croissant.namespaces import rai
from modellake.harvest.croissant.rules import Rule, description_of, leaves


def _considerations(predicate: NamedNode, kind: NamedNode) -> Callable[[Draft, Subject, Entry], None]:
    """A rule that states each text as a node of its own."""

    def describe(draft: Draft, subject: Subject, entry: Entry) -> None:
        for leaf in leaves(draft, subject, entry):
            node = draft.names.blank()
            draft.say(subject, predicate, node, leaf.node)
            draft.say(node, RDF.type, kind, leaf.node)
            draft.say(node, DCT.description, description_of(leaf), leaf.node)

    return describe


RESPONSIBLE_RULES = {
    rai(name): Rule(f"rai:{name}", (predicate, kind, DCT.description), _considerations(predicate, kind))
    for name, predicate, kind in (
        ("dataBiases", LAKE.hasKnownBias, LAKE.KnownBias),
        ("dataLimitations", LAKE.hasLimitation, LAKE.Limitation),
        ("dataUseCases", LAKE.hasIntendedPurpose, LAKE.IntendedPurpose),
    )
}
