"""What is observed in a card without being declared by it: claims, kept apart from the facts.

A ``lake:Claim`` gives a statement by its subject, predicate and object, who makes it and how it was come by. The
statement itself is not made.
"""

from __future__ import annotations

import hashlib

from pyoxigraph import Literal, NamedNode

from modellake.core.vocab import LAKE, RDF
from modellake.harvest.huggingface.draft import Draft, Spot

CLAIM_TERMS = (LAKE.Claim, RDF.subject, RDF.predicate, RDF.object, LAKE.assertedBy, LAKE.assertionMethod)
FROM_HEADING = "told by a heading of the card that names several things"
FROM_TABLE = "read from a Markdown table of the card"


def describe_claim(draft: Draft, predicate: NamedNode, value: NamedNode, method: str, spot: Spot) -> None:
    """Say that the card may be read as saying something of the version."""
    digest = hashlib.sha256(f"{predicate.value} {value.value}".encode()).hexdigest()[:16]
    claim = draft.iris.fragment(draft.version, f"claim-{digest}")
    draft.say(claim, RDF.type, LAKE.Claim, spot)
    draft.say(claim, RDF.subject, draft.version, spot)
    draft.say(claim, RDF.predicate, predicate, spot)
    draft.say(claim, RDF.object, value, spot)
    draft.say(claim, LAKE.assertedBy, draft.source, spot)
    draft.say(claim, LAKE.assertionMethod, Literal(method), spot)
