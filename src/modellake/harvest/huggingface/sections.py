"""The sections of a card, told by their headings.

The spellings are those of the templates of the Hub
(https://github.com/huggingface/huggingface_hub/tree/main/src/huggingface_hub/templates), of the cards that
transformers writes, and of the cards that people wrote before there was a template. A section that is one thing,
such as a limitation, is stated as that thing. One whose heading names several ("Bias, Risks, and Limitations")
stays a part of the document, and what it may be is a claim.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import Literal, NamedNode

from modellake.core.report import Severity
from modellake.core.vocab import DCT, LAKE, RDF
from modellake.harvest.huggingface.claims import FROM_HEADING, describe_claim
from modellake.harvest.huggingface.draft import Draft, Spot
from modellake.harvest.huggingface.impact import describe_impact_lines
from modellake.harvest.huggingface.markdown import Heading, headings, without_comments
from modellake.harvest.huggingface.placeholders import is_unfilled
from modellake.harvest.huggingface.terms import card_key

MAX_SECTION = 64 * 1024
MAX_SECTIONS = 60
SECTION = card_key("section")

# What a section is, with the property that leads to it, where its heading names one thing alone.
THINGS: dict[str, tuple[NamedNode, NamedNode]] = {
    "intended-use": (LAKE.IntendedPurpose, LAKE.hasIntendedPurpose),
    "out-of-scope-use": (LAKE.OutOfScopeUse, LAKE.hasOutOfScopeUse),
    "limitations": (LAKE.Limitation, LAKE.hasLimitation),
    "bias": (LAKE.KnownBias, LAKE.hasKnownBias),
}
_SPELLINGS: dict[str, tuple[str, ...]] = {
    "intended-use": (
        "direct use",
        "direct uses",
        "downstream use",
        "downstream uses",
        "intended purpose",
        "intended usage",
        "intended use",
        "intended use cases",
        "intended uses",
        "primary intended use",
        "primary intended uses",
        "uses",
    ),
    "out-of-scope-use": (
        "misuse and out of scope use",
        "misuse malicious use and out of scope use",
        "out of scope",
        "out of scope use",
        "out of scope use cases",
        "out of scope uses",
        "unintended uses",
    ),
    "limitations": (
        "known limitations",
        "limitation",
        "limitations",
        "limitations of the model",
        "model limitations",
        "other known limitations",
        "technical limitations",
    ),
    "bias": ("bias", "biases", "discussion of biases", "known bias", "known biases"),
    "risks": ("considerations for using the data", "ethical considerations", "risks", "social impact of dataset"),
    "training-data": (
        "fine tuning data",
        "finetuning data",
        "pretraining data",
        "train data",
        "training data",
        "training dataset",
        "training datasets",
    ),
    "evaluation-data": ("evaluation data", "evaluation dataset", "test data", "testing data"),
    "training-procedure": (
        "fine tuning procedure",
        "pretraining",
        "training",
        "training details",
        "training process",
        "training procedure",
    ),
    "training-hyperparameters": (
        "hyper parameters",
        "hyperparameters",
        "training arguments",
        "training hyper parameters",
        "training hyperparameters",
        "training parameters",
    ),
    "evaluation": (
        "eval results",
        "evaluation",
        "evaluation result",
        "evaluation results",
        "performance",
        "results",
        "test results",
        "testing data factors and metrics",
    ),
    "environmental-impact": (
        "carbon emissions",
        "carbon footprint",
        "co2 emissions",
        "environmental impact",
    ),
    "sensitive-data": ("personal and sensitive information",),
    "citation": (
        "bibtex",
        "bibtex citation",
        "bibtex entry and citation info",
        "citation",
        "citation info",
        "citation information",
        "citations",
        "cite",
        "cite us",
        "citing",
        "how to cite",
    ),
}
MIXED: dict[str, tuple[str, ...]] = {
    "bias and limitations": ("bias", "limitations"),
    "bias risks and limitations": ("bias", "risks", "limitations"),
    "biases and limitations": ("bias", "limitations"),
    "biases risks and limitations": ("bias", "risks", "limitations"),
    "ethical considerations and limitations": ("risks", "limitations"),
    "intended use and limitations": ("intended-use", "limitations"),
    "intended uses and limitations": ("intended-use", "limitations"),
    "limitations and bias": ("limitations", "bias"),
    "limitations and biases": ("limitations", "bias"),
    "limitations and risks": ("limitations", "risks"),
    "limitations biases and risks": ("limitations", "bias", "risks"),
    "risks and biases": ("risks", "bias"),
    "risks and limitations": ("risks", "limitations"),
    "risks limitations and biases": ("risks", "limitations", "bias"),
    "training and evaluation data": ("training-data", "evaluation-data"),
}
KINDS_OF_HEADING: dict[str, tuple[str, ...]] = {
    **{spelling: (kind,) for kind, spellings in _SPELLINGS.items() for spelling in spellings},
    **MIXED,
}
KINDS = tuple(_SPELLINGS)

_LINKED = re.compile(r"\[([^\[\]]*)\]\([^()]*\)")
_NUMBERS = re.compile(r"^(?:[0-9]+ )+")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Section:
    """A recognized section.

    Attributes:
        kinds: what its heading says it is about.
        title: the heading.
        text: its Markdown up to the next heading of its level or above, or to the next recognized one.
        start: the offset of the heading in the prose.
    """

    kinds: tuple[str, ...]
    title: str
    text: str
    start: int


def describe_sections(draft: Draft, prose: str, document: NamedNode, offset: int) -> None:
    """State the sections of the prose as parts of the document; note those that were left unfilled.

    Args:
        offset: of the prose in the card.
    """
    named: Counter[str] = Counter()
    unfilled: list[str] = []
    for section in sections(prose):
        if is_unfilled(section.text):
            unfilled.append(section.title)
        elif named.total() < MAX_SECTIONS:
            name = "-".join(section.kinds)
            named[name] += 1
            ordinal = f"-{named[name]}" if named[name] > 1 else ""
            node = draft.iris.fragment(draft.version, f"section-{name}{ordinal}")
            _describe(draft, section, document, node, Spot(offset + section.start))
    if unfilled:
        _note_unfilled(draft, unfilled)


def sections(prose: str) -> Iterator[Section]:
    """The sections of a text whose headings are known, in order; they do not overlap."""
    found = headings(prose)
    kinds = [kinds_of(heading.title) for heading in found]
    for index, heading in enumerate(found):
        if kinds[index]:
            yield Section(kinds[index], _plain(heading.title), _text(prose, found, kinds, index), heading.start)


def spellings(kind: str) -> tuple[str, ...]:
    """The headings, in lower case, by which a kind of section is told."""
    return _SPELLINGS[kind]


@lru_cache(maxsize=4096)
def kinds_of(title: str) -> tuple[str, ...]:
    """What a heading says that its section is about; empty when it is none of what is recognized."""
    if len(title) > 100:
        return ()
    plain = _plain(title).lower().replace("[optional]", "").replace("&", " and ").replace("'", "")
    words = " ".join(_WORD.findall(plain))
    return KINDS_OF_HEADING.get(words) or KINDS_OF_HEADING.get(_NUMBERS.sub("", words), ())


def _plain(title: str) -> str:
    return (_LINKED.sub(r"\1", title) if "[" in title else title).strip("*_ \t:")


def _text(prose: str, found: list[Heading], kinds: list[tuple[str, ...]], index: int) -> str:
    end = len(prose)
    for following in range(index + 1, len(found)):
        if kinds[following] or found[following].level <= found[index].level:
            end = found[following].start
            break
    return without_comments(prose[found[index].end : min(end, found[index].end + MAX_SECTION)]).strip()


def _describe(draft: Draft, section: Section, document: NamedNode, node: NamedNode, spot: Spot) -> None:
    draft.say(document, DCT.hasPart, node, spot)
    draft.say(node, DCT.title, Literal(section.title), spot)
    for kind in section.kinds:
        draft.say(node, SECTION, Literal(kind), spot)
    things = [THINGS[kind] for kind in section.kinds if kind in THINGS]
    if len(section.kinds) == 1 and things:
        thing, relation = things[0]
        draft.say_of_both(relation, node, spot)
        draft.say(node, RDF.type, thing, spot)
        draft.say(node, DCT.description, Literal(section.text), spot)
    else:
        draft.say(node, RDF.type, LAKE.Document, spot)
        draft.say(node, LAKE.text, Literal(section.text), spot)
        for _, relation in things:
            describe_claim(draft, relation, node, FROM_HEADING, spot)
    if "environmental-impact" in section.kinds:
        describe_impact_lines(draft, section.text, spot)


def _note_unfilled(draft: Draft, titles: list[str]) -> None:
    listed = ", ".join(title[:60] for title in titles[:10]) + (", …" if len(titles) > 10 else "")
    draft.note(
        "card.section-unfilled",
        f"Sections that say nothing yet, which is not taken for a statement: {listed}",
        "Fill them, or remove them.",
        severity=Severity.INFO,
    )
