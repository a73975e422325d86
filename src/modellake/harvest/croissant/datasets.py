"""The dataset itself: its line and the version that the document describes."""

from __future__ import annotations

from collections.abc import Callable

from pyoxigraph import Literal, NamedNode

from modellake.core.vocab import DCAT, DCT, FOAF, LAKE, PROV, RDF
from modellake.harvest.croissant.agents import agents_as
from modellake.harvest.croissant.draft import Draft, Subject
from modellake.harvest.croissant.elements import Element, Entry
from modellake.harvest.croissant.files import describe_distribution
from modellake.harvest.croissant.identity import Identity, version_label
from modellake.harvest.croissant.licenses import describe_license
from modellake.harvest.croissant.literals import is_language_tag, literal_of, time_of
from modellake.harvest.croissant.namespaces import cr, node_of, schema
from modellake.harvest.croissant.provenance import PROVENANCE_RULES
from modellake.harvest.croissant.records import describe_record_sets
from modellake.harvest.croissant.responsible import RESPONSIBLE_RULES
from modellake.harvest.croissant.rules import (
    Rule,
    Rules,
    apply_rules,
    description_of,
    leaves,
    title_of,
    web_address,
)

DATASET = schema("Dataset").value
_MOST_KEYWORDS = 1_000


def describe_dataset(draft: Draft, root: Element, identity: Identity) -> None:
    """The line, the version, and all that the document says of them."""
    draft.say(draft.line, RDF.type, LAKE.Dataset, root.node)
    draft.say(draft.version, RDF.type, LAKE.DatasetVersion, root.node)
    draft.say(draft.version, LAKE.versionOf, draft.line, root.node)
    draft.say(draft.version, DCAT.version, Literal(identity.label), root.node)
    draft.say_types(draft.line, root, DATASET)
    draft.say_identifier(draft.line, root)
    apply_rules(draft, draft.version, root, DATASET_RULES)
    _name_the_nameless(draft)
    _note_missing(draft, root, identity)


def _name_the_nameless(draft: Draft) -> None:
    """The gate asks for a title: the last part of what the dataset is called."""
    if not any(item.predicate == DCT.title and item.subject == draft.line for item in draft.statements):
        name = draft.line.value.rstrip("/").rpartition("/")[2]
        draft.say_of_both(DCT.title, Literal(name or draft.line.value))


def _note_missing(draft: Draft, root: Element, identity: Identity) -> None:
    if not identity.is_named:
        draft.note(
            "croissant.name-missing",
            "The document does not say how the dataset is called: it is called like the file or its folder",
            "Add name and url.",
            root.node,
        )
    if not version_label(root) and root.leaf(cr("isLiveDataset")) is None:
        draft.note(
            "croissant.version-missing",
            f"The document names no version of the dataset: what it says is said of the version {identity.label!r}",
            "Add version, so that a later version does not overwrite this one.",
            root.node,
        )


def _titles(draft: Draft, subject: Subject, entry: Entry) -> None:
    for leaf in leaves(draft, subject, entry):
        draft.say_of_both(DCT.title, title_of(leaf), leaf.node)
        if leaf.node.kind != "text":
            draft.keep_leaf(subject, entry.term, leaf)


def _descriptions(draft: Draft, subject: Subject, entry: Entry) -> None:
    for leaf in leaves(draft, subject, entry):
        draft.say_of_both(DCT.description, description_of(leaf), leaf.node)


def _version(draft: Draft, subject: Subject, entry: Entry) -> None:
    """What the label of the version does not say: numbers as such, and all but one of several."""
    for leaf in leaves(draft, subject, entry):
        told = draft.iris.version(draft.line, leaf.node.text) == draft.version
        if leaf.node.kind != "text" or not told:
            draft.keep_leaf(subject, entry.term, leaf)


def _times_as(predicate: NamedNode) -> Callable[[Draft, Subject, Entry], None]:
    def describe(draft: Draft, subject: Subject, entry: Entry) -> None:
        for leaf in leaves(draft, subject, entry):
            time = time_of(leaf.node.text)
            if time is not None:
                draft.say(draft.version, predicate, time, leaf.node)
                if leaf.node.kind != "text":
                    draft.keep_leaf(subject, entry.term, leaf)
                continue
            draft.keep_leaf(subject, entry.term, leaf)
            draft.note(
                "croissant.date-malformed",
                f"{leaf.node.text[:80]!r} is no date of ISO 8601; it is kept as it is",
                "Write it as 2024-03-01, or as 2024-03-01T09:00:00Z.",
                leaf.node,
            )

    return describe


def _keywords(draft: Draft, subject: Subject, entry: Entry) -> None:
    """Each keyword; a text that lists several (https://schema.org/keywords) is kept whole as well."""
    for leaf in leaves(draft, subject, entry):
        if leaf.node.kind != "text":
            draft.keep_leaf(subject, entry.term, leaf)
            continue
        words = [word.strip() for word in leaf.node.text.split(",", _MOST_KEYWORDS)]
        if len(words) == 1 or len(words) > _MOST_KEYWORDS or len(entry.values) > 1:
            draft.say(draft.line, DCAT.keyword, literal_of(leaf) if not leaf.datatype else Literal(words[0]), leaf.node)
            continue
        draft.keep_leaf(subject, entry.term, leaf)
        for word in filter(None, words):
            draft.say(draft.line, DCAT.keyword, Literal(word), leaf.node)


def _languages(draft: Draft, subject: Subject, entry: Entry) -> None:
    for leaf in leaves(draft, subject, entry):
        if is_language_tag(leaf.node.text.strip()) and leaf.node.kind == "text":
            draft.say(draft.line, DCT.language, Literal(leaf.node.text.strip()), leaf.node)
        else:
            draft.keep_leaf(subject, entry.term, leaf)


def _pages_as(predicate: NamedNode) -> Callable[[Draft, Subject, Entry], None]:
    """A rule that states addresses of the line; other texts are kept."""

    def describe(draft: Draft, subject: Subject, entry: Entry) -> None:
        for leaf in leaves(draft, subject, entry):
            page = web_address(leaf.node)
            if page:
                draft.say(draft.line, predicate, page, leaf.node)
            if page is None or page.value != leaf.node.text:
                draft.keep_leaf(subject, entry.term, leaf)

    return describe


def _line_texts_as(predicate: NamedNode) -> Callable[[Draft, Subject, Entry], None]:
    """A rule that states texts of the line as plain strings."""

    def describe(draft: Draft, subject: Subject, entry: Entry) -> None:
        for leaf in leaves(draft, subject, entry):
            draft.say(draft.line, predicate, Literal(leaf.node.text), leaf.node)
            if leaf.node.kind != "text":
                draft.keep_leaf(subject, entry.term, leaf)

    return describe


def _conformance(draft: Draft, subject: Subject, entry: Entry) -> None:
    for leaf in leaves(draft, subject, entry):
        value = node_of(leaf.node.text) or Literal(leaf.node.text)
        draft.say(subject, DCT.conformsTo, value, leaf.node)


_AGENT_TERMS = (PROV.Agent, FOAF.name)
_AGENT_NOTE = "People and organizations without `@id` are nodes of the description."
DATASET_RULES: Rules = {
    schema("name"): Rule("name", (DCT.title,), _titles, "Of the dataset and of its version."),
    schema("description"): Rule("description", (DCT.description,), _descriptions, "Of the dataset and of its version."),
    schema("version"): Rule(
        "version", (DCAT.version, schema("version")), _version, "The label of the version; `main` where there is none."
    ),
    schema("license"): Rule(
        "license",
        (LAKE.declaredLicense, LAKE.licenseText, LAKE.License, DCT.title, FOAF.page),
        describe_license,
        "A known license by its IRI, another address as a license of its own, and always the words.",
    ),
    schema("creator"): Rule("creator", (DCT.creator, *_AGENT_TERMS), agents_as(DCT.creator), _AGENT_NOTE),
    schema("author"): Rule("author", (DCT.creator, *_AGENT_TERMS), agents_as(DCT.creator), _AGENT_NOTE),
    schema("publisher"): Rule("publisher", (DCT.publisher, *_AGENT_TERMS), agents_as(DCT.publisher), _AGENT_NOTE),
    schema("keywords"): Rule("keywords", (DCAT.keyword, schema("keywords")), _keywords),
    schema("inLanguage"): Rule(
        "inLanguage", (DCT.language, schema("inLanguage")), _languages, "What is no BCP 47 tag is kept as it is."
    ),
    schema("url"): Rule("url", (DCAT.landingPage, schema("url")), _pages_as(DCAT.landingPage)),
    schema("sameAs"): Rule("sameAs", (schema("sameAs"),), _pages_as(schema("sameAs"))),
    schema("identifier"): Rule("identifier", (DCT.identifier, schema("identifier")), _line_texts_as(DCT.identifier)),
    schema("alternateName"): Rule("alternateName", (schema("alternateName"),), _line_texts_as(schema("alternateName"))),
    schema("datePublished"): Rule("datePublished", (DCT.issued, schema("datePublished")), _times_as(DCT.issued)),
    schema("dateCreated"): Rule("dateCreated", (DCT.created, schema("dateCreated")), _times_as(DCT.created)),
    schema("dateModified"): Rule("dateModified", (DCT.modified, schema("dateModified")), _times_as(DCT.modified)),
    cr("citeAs"): Rule("citeAs", (DCT.bibliographicCitation, cr("citeAs")), _line_texts_as(DCT.bibliographicCitation)),
    DCT.conformsTo: Rule("conformsTo", (DCT.conformsTo,), _conformance),
    schema("distribution"): Rule(
        "distribution", (LAKE.hasDatasetDistribution, schema("distribution")), describe_distribution
    ),
    cr("recordSet"): Rule("recordSet", (cr("recordSet"), schema("position")), describe_record_sets, "In their order."),
    **RESPONSIBLE_RULES,
    **PROVENANCE_RULES,
}
