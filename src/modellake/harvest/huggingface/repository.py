"""What both kinds of cards say of their repository: its title, its languages, its tags, its task."""

from __future__ import annotations

import re

from pyoxigraph import Literal

from modellake.core.vocab import DCAT, DCT, FOAF, LAKE, PROV, RDF, TASK
from modellake.harvest.huggingface.draft import Draft
from modellake.harvest.huggingface.keys import Key
from modellake.harvest.huggingface.licenses import describe_license
from modellake.harvest.huggingface.scalars import Scalar
from modellake.harvest.huggingface.terms import concepts
from modellake.harvest.huggingface.tree import Mapping, Node, mappings, scalars

LANGUAGE_KEYS = ("language", "languages", "language_bcp47")
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


def describe_title(draft: Draft, name: str) -> None:
    """The title is ``pretty_name``, else the name in the model index, else the name of the repository."""
    pretty = list(draft.take("pretty_name", draft.metadata.get("pretty_name")))
    draft.done.add("pretty_name")
    named = pretty or _indexed_names(draft.metadata)[:1]
    for scalar in named:
        draft.say_of_both(DCT.title, Literal(scalar.text), scalar)
    if not named:
        draft.say_of_both(DCT.title, Literal(name))


def _indexed_names(metadata: Mapping) -> list[Scalar]:
    entries = mappings(metadata.get("model-index"))
    return [scalar for entry in entries for scalar in scalars(entry.get("name")) if scalar.name]


def describe_language(draft: Draft, key: str, node: Node) -> None:
    """Languages as BCP 47 tags (https://www.rfc-editor.org/info/bcp47); what is none is kept under its key."""
    for scalar in draft.take(key, node):
        if _LANGUAGE_TAG.fullmatch(scalar.name):
            draft.say(draft.line, DCT.language, Literal(scalar.name), scalar)
        else:
            draft.keep(draft.version, key, scalar)


def describe_tags(draft: Draft, node: Node) -> None:
    """Tags as keywords."""
    for scalar in draft.take("tags", node):
        draft.say(draft.line, DCAT.keyword, Literal(scalar.text), scalar)


def describe_task(draft: Draft, key: str, node: Node) -> None:
    """Tasks of the Hub as concepts; other texts are kept under their key."""
    for scalar in draft.take(key, node):
        concept = concepts(TASK).get(scalar.name)
        if concept:
            draft.say_of_both(LAKE.task, concept, scalar)
        draft.keep_unspelled(draft.version, key, concept, scalar)


def describe_publisher(draft: Draft, name: str) -> None:
    """The organization or user whose repository it is, where the name tells (``organization/name``)."""
    owner, mark, _ = name.partition("/")
    if not mark:
        return
    agent = draft.iris.resource("agent", owner)
    draft.say(draft.line, DCT.publisher, agent)
    draft.say(agent, RDF.type, PROV.Agent)
    draft.say(agent, FOAF.name, Literal(owner))


_LANGUAGE_NOTE = "BCP 47 tags; other texts are kept under the key"
COMMON_KEYS: dict[str, Key] = {
    "license": Key(describe_license, (LAKE.declaredLicense, LAKE.licenseText), "SPDX licenses and those of the Hub"),
    "tags": Key(describe_tags, (DCAT.keyword,)),
    **{
        key: Key(lambda draft, node, key=key: describe_language(draft, key, node), (DCT.language,), _LANGUAGE_NOTE)  # type: ignore[misc]
        for key in LANGUAGE_KEYS
    },
}
