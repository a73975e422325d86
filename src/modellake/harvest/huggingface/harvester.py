"""The harvester: from a card to its description."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from modellake.core.description import Description, Source
from modellake.core.errors import ParseError
from modellake.core.iris import LakeIRIs
from modellake.core.plugins import MappedField
from modellake.core.report import Place, Severity
from modellake.core.vocab import DCAT, LAKE, RDF
from modellake.harvest.fingerprints import files_below, fingerprint_files
from modellake.harvest.huggingface.datasets import DATASET_KEYS
from modellake.harvest.huggingface.documents import (
    CARD_NAME,
    DEFAULT_REVISION,
    MAX_BYTES,
    SUFFIXES,
    UNNAMED,
    Location,
    find_cards,
    locate,
    read_card,
    too_large,
)
from modellake.harvest.huggingface.draft import Draft
from modellake.harvest.huggingface.files import CardFolder, describe_files
from modellake.harvest.huggingface.keys import Key
from modellake.harvest.huggingface.license_files import describe_license_files
from modellake.harvest.huggingface.mapping import MAPPING
from modellake.harvest.huggingface.models import MODEL_KEYS
from modellake.harvest.huggingface.prose import describe_prose
from modellake.harvest.huggingface.references import resource
from modellake.harvest.huggingface.repository import (
    COMMON_KEYS,
    describe_publisher,
    describe_title,
)
from modellake.harvest.huggingface.side_files import describe_side_files
from modellake.harvest.huggingface.terms import CURRENT_VERSION, card_key
from modellake.harvest.huggingface.text import CardText, read_text
from modellake.harvest.huggingface.tree import Mapping, has_leaves, read_tree
from modellake.harvest.huggingface.weights import describe_weights
from modellake.harvest.paths import absolute

# Keys of one kind of card only, by https://github.com/huggingface/hub-docs (modelcard.md, datasetcard.md).
_DATASET_ONLY = frozenset(
    [
        "annotations_creators",
        "config_names",
        "configs",
        "dataset_info",
        "language_creators",
        "multilinguality",
        "paperswithcode_id",
        "pretty_name",
        "size_categories",
        "source_datasets",
        "task_categories",
        "task_ids",
        "train-eval-index",
        "viewer",
    ]
)
_MODEL_ONLY = frozenset(
    [
        "base_model",
        "base_model_relation",
        "co2_eq_emissions",
        "datasets",
        "inference",
        "library_name",
        "metrics",
        "model-index",
        "model_index",
        "model_name",
        "new_version",
        "pipeline_tag",
        "widget",
    ]
)
_SPACE_ONLY = frozenset(["app_file", "colorFrom", "colorTo", "sdk_version"])
_COMMIT = re.compile(r"[0-9a-f]{40}")


class HuggingFace:
    """Reads model and dataset cards of the Hugging Face Hub from disk: repositories, the Hub's cache, loose cards.

    The front matter of a card is kept to the last value: under a term of the ontology where there is one, else under
    the key itself. So are the configurations beside it, on the node of their file. What a card says in prose is
    recognized by its headings; what can only be read as saying something, such as a table of results, becomes a claim
    with the method by which it was read, and never a fact. A file that cannot be read is a finding; the card is taken
    in without it. In the Hub's cache each snapshot is a version, also where its card was not downloaded.

    Sources: https://huggingface.co/docs/hub/model-cards, https://huggingface.co/docs/hub/datasets-cards.
    """

    name = "huggingface"
    summary = "Hugging Face model and dataset cards (README.md) with the files beside them, or a Hub cache"
    mapping: Sequence[MappedField] = MAPPING

    def accepts(self, place: str) -> bool:
        """True for a Markdown file, for a folder with a card somewhere in it, and for a version in the Hub's cache."""
        path = Path(place)
        if path.is_dir():
            return next(self.find(place), None) is not None
        return (path.suffix.lower() in SUFFIXES or locate(place).stands_in) and path.is_file()

    def find(self, place: str) -> Iterator[str]:
        """The cards at a file or below a folder, in sorted order, without reading them whole."""
        return find_cards(place)

    def source(self, document: str) -> Source:
        """A card is called by the ``file:`` IRI of its absolute path, also as long as another file stands for it."""
        return self._source(document, locate(document))

    def read(self, document: str) -> bytes:
        """The bytes of a card, at most 10 MiB.

        Raises:
            ParseError: it is too large, no regular file, or cannot be read.
        """
        return read_card(document)

    def fingerprint(self, document: str) -> bytes | None:
        """Whether the card or anything that lies beside it has changed; None where that cannot be told."""
        location = locate(document)
        files = files_below(location.folder) if location.folder else ()
        return fingerprint_files([absolute(document), *files, *location.ref_files()])

    def covers(self, document: str) -> str | None:
        """The folder of the card, whose files are those of the version; None for a loose card."""
        folder = locate(document).folder
        return str(folder) if folder else None

    def describe(self, document: str, content: bytes, iris: LakeIRIs) -> Description:
        """What a card and the files beside it say.

        Raises:
            ParseError: the card is no card, with one of the codes ``parse.yaml``, ``parse.yaml-not-mapping``,
                ``parse.yaml-duplicate-key``, ``parse.encoding``, ``parse.template``, ``parse.too-large``,
                ``parse.too-deep``, ``parse.space-card``.
            UnavailableError: the extra ``huggingface`` is not installed.
        """
        if len(content) > MAX_BYTES:
            raise too_large(Place(document))
        location = locate(document)
        card = CardText(document, "", None, 0, "") if location.stands_in else read_text(document, content)
        source = self._source(document, location)
        draft = _described(card, location, read_tree(card), iris, source.iri)
        return Description(
            source,
            tuple(draft.statements),
            complete=True,
            findings=tuple(draft.findings),
            original=content,
            places=draft.places,
        )

    def _source(self, document: str, location: Location) -> Source:
        path = absolute(document)
        if location.stands_in:
            return Source(NamedNode(path.with_name(CARD_NAME).as_uri()), document, "application/json", self.name)
        return Source(NamedNode(path.as_uri()), document, "text/markdown", self.name)


def _described(card: CardText, location: Location, metadata: Mapping, iris: LakeIRIs, source: NamedNode) -> Draft:
    kind = location.kind or _kind(card, metadata)
    # A folder may be called by blanks alone, or by more than a name can hold.
    line = resource(iris, kind, location.name) or iris.resource(kind, UNNAMED)
    draft = Draft(iris, card, metadata, line, iris.version(line, location.revision), source)
    _identify(draft, kind, location)
    if location.stands_in:
        _note_absent(draft)
    elif not has_leaves(metadata):
        _note_no_metadata(draft)
    _describe_keys(draft, {**COMMON_KEYS, **(DATASET_KEYS if kind == "dataset" else MODEL_KEYS)})
    describe_prose(draft, card, dataset=kind == "dataset")
    if location.folder:
        owns_all = card.yaml is not None or location.kind is not None
        folder = CardFolder(location.folder, location.root, owns_all)
        files = describe_files(draft, folder, dataset=kind == "dataset")
        describe_side_files(draft, files, dataset=kind == "dataset")
        if kind == "model":
            describe_weights(draft, files)
        describe_license_files(draft, files)
    return draft


def _identify(draft: Draft, kind: str, location: Location) -> None:
    is_dataset = kind == "dataset"
    draft.say(draft.line, RDF.type, LAKE.Dataset if is_dataset else LAKE.Model)
    draft.say(draft.version, RDF.type, LAKE.DatasetVersion if is_dataset else LAKE.ModelVersion)
    draft.say(draft.version, LAKE.versionOf, draft.line)
    draft.say(draft.version, DCAT.version, Literal(location.revision))
    if _COMMIT.fullmatch(location.revision):
        draft.say(draft.version, LAKE.commitIdentifier, Literal(location.revision))
    for ref in location.refs():
        draft.say(draft.version, card_key("ref"), Literal(ref))
        if ref == DEFAULT_REVISION:
            draft.say(draft.line, CURRENT_VERSION, draft.version)
    describe_title(draft, location.name)
    describe_publisher(draft, location.name)


def _describe_keys(draft: Draft, keys: dict[str, Key]) -> None:
    # The license first: it may speak for other keys.
    for key, node in sorted(draft.metadata.entries.items(), key=lambda entry: entry[0] != "license"):
        if key in draft.done:
            continue
        known = keys.get(key)
        if known:
            known.describe(draft, node)
        else:
            draft.keep(draft.version, key, node)


def _kind(card: CardText, metadata: Mapping) -> str:
    keys = set(metadata.entries)
    if "sdk" in keys and keys & _SPACE_ONLY:
        raise ParseError(
            "This is the card of a Space, neither of a model nor of a dataset",
            code="parse.space-card",
            place=card.place(metadata.start),
            remedy="Leave it out.",
        )
    return "dataset" if len(keys & _DATASET_ONLY) > len(keys & _MODEL_ONLY) else "model"


def _note_no_metadata(draft: Draft) -> None:
    draft.note(
        "card.no-metadata",
        "The card has no front matter: only its name and its prose are known",
        "Begin it with metadata between two lines of ---, see https://huggingface.co/docs/hub/model-cards",
    )


def _note_absent(draft: Draft) -> None:
    draft.note(
        "card.absent",
        "The card of this version is not in the cache: only its files are known",
        "Download README.md as well.",
        severity=Severity.INFO,
    )
