"""``mergekit_config.yml``: which models a merge consists of, and with which weights.

Source: https://github.com/arcee-ai/mergekit (README, "Merge Configuration"). A model is written ``path``,
``path@revision``, or ``path+adapter`` where a LoRA is merged into it first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode

from modellake.core.encoding import decoded
from modellake.core.errors import ParseError
from modellake.core.identifiers.hub import hub_resource
from modellake.core.identifiers.identified import Identified
from modellake.core.plugins import MappedField
from modellake.core.vocab import DERIVATION, LAKE, PROV, RDF
from modellake.harvest.huggingface.adapters import at_revision
from modellake.harvest.huggingface.card_file import CardFile
from modellake.harvest.huggingface.draft import Draft
from modellake.harvest.huggingface.json_text import refused, unreadable
from modellake.harvest.huggingface.leftovers import keep_all
from modellake.harvest.huggingface.scalars import Scalar, decimal_text
from modellake.harvest.huggingface.terms import typed
from modellake.harvest.huggingface.text import CardText
from modellake.harvest.huggingface.tree import Items, Mapping, Node, read_tree
from modellake.harvest.paths import open_regular

MAX_BYTES = 1024 * 1024
MODEL_KEYS = ("model", "source_model")
BASE_KEY = "base_model"
FIELDS = (
    MappedField(
        "models.model",
        (LAKE.mergedFrom, PROV.qualifiedDerivation, PROV.Derivation, PROV.entity, LAKE.derivationKind),
        "ids and addresses of the Hub; ``slices.sources.model`` and ``experts.source_model`` as well",
    ),
    MappedField("models.parameters.weight", (LAKE.mergeWeight,), "where a model has one weight"),
    MappedField(BASE_KEY, (LAKE.mergedFrom,)),
)
_MOST_PARENTS = 200


@dataclass(frozen=True, slots=True)
class _Parent:
    """A model as a configuration names it in one place."""

    model: Identified
    said: Scalar
    weight: str | None
    is_base: bool


def read_merge(file: CardFile) -> Mapping:
    """The mapping in the YAML of a merge.

    Raises:
        ParseError: it is unreadable, too large, no YAML or no mapping.
    """
    try:
        with open_regular(file.path) as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise unreadable(file.document, error) from error
    if len(content) > MAX_BYTES:
        raise refused(f"The file is larger than {MAX_BYTES // 1024**2} MiB", file.document, code="side-file.too-large")
    text = decoded(content, file.document)
    try:
        return read_tree(CardText(file.document, text, text, 0, ""))
    except ParseError as error:
        message = error.message.replace("The front matter", "The file")
        raise ParseError(message, code=error.code, place=error.place, remedy=error.remedy) from error


def describe_merge(draft: Draft, file: CardFile, tree: Mapping) -> None:
    """State each parent of the merge, with its weight where it has one; keep all that the file says."""
    keep_all(draft, file, tree)
    if not file.is_root:
        return
    weights: dict[Identified, set[str | None]] = {}
    places: dict[Identified, Scalar] = {}
    for parent in _parents(draft, tree):
        found = weights.setdefault(parent.model, set())
        places.setdefault(parent.model, parent.said)
        # The base of a merge has a weight only where it is one of the models as well.
        if not parent.is_base:
            found.add(parent.weight)
        if len(weights) == _MOST_PARENTS:
            break
    for model, found in weights.items():
        _describe_parent(draft, model, places[model], found)


def _describe_parent(draft: Draft, parent: Identified, said: Scalar, weights: set[str | None]) -> None:
    draft.say(draft.line, LAKE.mergedFrom, parent.resource, said)
    draft.say(draft.version, LAKE.mergedFrom, parent.iri, said)
    digest = hashlib.sha256(parent.iri.value.encode()).hexdigest()[:12]
    derivation: NamedNode = draft.iris.fragment(draft.version, f"derivation-{digest}")
    draft.say(draft.version, PROV.qualifiedDerivation, derivation, said)
    draft.say(derivation, RDF.type, PROV.Derivation, said)
    draft.say(derivation, PROV.entity, parent.iri, said)
    draft.say(derivation, LAKE.derivationKind, DERIVATION.merge, said)
    weight = next(iter(weights)) if len(weights) == 1 else None
    if weight is not None:
        draft.say(derivation, LAKE.mergeWeight, typed(weight, "decimal"), said)


def _parents(draft: Draft, node: Node) -> Iterator[_Parent]:
    """The models that a configuration names, wherever it does."""
    if isinstance(node, Items):
        for item in node.items:
            yield from _parents(draft, item)
    if not isinstance(node, Mapping):
        return
    for key in (*MODEL_KEYS, BASE_KEY):
        weight = None if key == BASE_KEY else _weight(node)
        for model, said, is_adapter in _named(draft, node.get(key)):
            # An adapter is merged into its model before the weight applies to both.
            yield _Parent(model, said, None if is_adapter else weight, key == BASE_KEY)
    for key, value in node.entries.items():
        if key not in MODEL_KEYS:
            yield from _parents(draft, value)


def _named(draft: Draft, said: Node | None) -> Iterator[tuple[Identified, Scalar, bool]]:
    """The model of a reference, and the adapter in it."""
    for part, is_adapter in _parts(said):
        for index, text in enumerate(part.name.split("+")):
            name, _, revision = text.partition("@")
            known = hub_resource(name, draft.iris, "model")
            if known is not None:
                yield at_revision(draft, known, revision), part, is_adapter or index > 0


def _parts(said: Node | None) -> Iterator[tuple[Scalar, bool]]:
    if isinstance(said, Scalar):
        yield said, False
    elif isinstance(said, Mapping):
        for key in ("model", "lora"):
            part = said.get(key)
            path = part.get("path") if isinstance(part, Mapping) else part
            if isinstance(path, Scalar):
                yield path, key == "lora"


def _weight(node: Mapping) -> str | None:
    parameters = node.get("parameters")
    weight = parameters.get("weight") if isinstance(parameters, Mapping) else None
    return decimal_text(weight.text) if isinstance(weight, Scalar) and not weight.ambiguous else None
