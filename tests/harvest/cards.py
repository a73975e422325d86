"""Cards for tests: written, described, asked."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from modellake.core.description import Description
from modellake.core.iris import LakeIRIs
from modellake.core.prefixes import PREFIXES, expand
from modellake.harvest.huggingface import HuggingFace

BASE = "https://lake.example.org/"
IRIS = LakeIRIs(BASE)
HARVESTER = HuggingFace()
LINE = f"{BASE}model/acme/churn"
# A place where no file is, so that a card can be described without any folder around it.
CARD = "/nowhere/models--acme--churn/snapshots/main/README.md"


def describe(content: str | bytes, document: str = CARD) -> Description:
    """The description of a card with that text."""
    return HARVESTER.describe(document, content.encode() if isinstance(content, str) else content, IRIS)


def describe_yaml(metadata: str, document: str = CARD) -> Description:
    """The description of a card with that front matter and no prose."""
    return describe(f"---\n{metadata}\n---\n", document)


def describe_file(path: Path) -> Description:
    """The description of a card on disk."""
    return HARVESTER.describe(str(path), HARVESTER.read(str(path)), IRIS)


def objects(description: Description, subject: str, predicate: str) -> list[str]:
    """What is said of a subject (an IRI, or relative to the base) by a property (a CURIE), as plain text."""
    iri = subject if "://" in subject else BASE + subject
    wanted = NamedNode(iri), NamedNode(expand(predicate) or predicate)
    return [
        _plain(statement) for statement in description.statements if (statement.subject, statement.predicate) == wanted
    ]


def values(description: Description, predicate: str) -> list[str]:
    """All that is said by a property, whatever the subject, as plain text."""
    wanted = NamedNode(expand(predicate) or predicate)
    return [_plain(statement) for statement in description.statements if statement.predicate == wanted]


def evaluations(description: Description) -> list[NamedNode]:
    """The evaluations in a description."""
    kind = NamedNode(PREFIXES["lake"] + "Evaluation")
    return [item.subject for item in description.statements if item.object == kind]  # type: ignore[misc]


def _plain(statement: Triple) -> str:
    value = statement.object
    assert isinstance(value, Literal | NamedNode) or value is not None
    return value.value if isinstance(value, Literal | NamedNode) else str(value)
