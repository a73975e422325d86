"""The harvester: from a Croissant file to its description."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import NamedNode

from modellake.core.description import Description, Source
from modellake.core.iris import LakeIRIs
from modellake.harvest.croissant.agents import describe_agent
from modellake.harvest.croissant.datasets import describe_dataset
from modellake.harvest.croissant.documents import check_size, find_documents, is_croissant, read_document
from modellake.harvest.croissant.draft import AGENT, Describer, Draft
from modellake.harvest.croissant.elements import Element
from modellake.harvest.croissant.files import describe_file
from modellake.harvest.croissant.identity import identify, task_iri
from modellake.harvest.croissant.mapping import MAPPING
from modellake.harvest.croissant.naming import FIELD, FILE, RECORDS, Names
from modellake.harvest.croissant.payloads import named_payloads, verify_payloads
from modellake.harvest.croissant.records import describe_field, describe_record_set
from modellake.harvest.croissant.roots import is_dataset, root_of
from modellake.harvest.croissant.tasks import describe_task
from modellake.harvest.croissant.tree import JsonText, read_tree
from modellake.harvest.fingerprints import fingerprint_files
from modellake.harvest.paths import absolute

_DESCRIBERS: dict[str, Describer] = {
    FILE: describe_file,
    RECORDS: describe_record_set,
    FIELD: describe_field,
    AGENT: describe_agent,
}


class Croissant:
    """Reads descriptions of datasets in Croissant (https://docs.mlcommons.org/croissant/), and Croissant Tasks.

    Versions 0.8, 1.0 and 1.1 of the format and its vocabulary for responsible AI are read. Nothing is fetched: what a
    context means has to stand in the document or be known here. What the ontology has no term for is kept under the
    terms of the document itself.
    """

    name = "croissant"
    summary = "Datasets described in Croissant (JSON-LD), and Croissant Tasks"
    mapping = MAPPING

    def accepts(self, place: str) -> bool:
        """True for a JSON file that names the vocabulary of Croissant, and for a folder with one in it."""
        path = Path(place)
        try:
            return next(self.find(place), None) is not None if path.is_dir() else is_croissant(path)
        except (OSError, ValueError):
            return False

    def find(self, place: str) -> Iterator[str]:
        """A file as it is, or the Croissant files below a folder in sorted order; links to folders are not followed."""
        return find_documents(place)

    def source(self, document: str) -> Source:
        """A file is called by the ``file:`` IRI of its absolute path."""
        return Source(NamedNode(absolute(document).as_uri()), document, "application/ld+json", self.name)

    def read(self, document: str) -> bytes:
        """The bytes of a file, at most 16 MiB.

        Raises:
            ParseError: it is too large, no regular file, or cannot be read.
        """
        return read_document(document)

    def fingerprint(self, document: str) -> bytes | None:
        """Of the document and of the files beside it that it may state checksums of."""
        return fingerprint_files([absolute(document), *named_payloads(document)])

    def describe(self, document: str, content: bytes, iris: LakeIRIs) -> Description:
        """What a Croissant file says.

        Raises:
            ParseError: it is none, with one of the codes ``parse.encoding``, ``parse.empty``, ``parse.syntax``,
                ``parse.duplicate-key``, ``parse.too-deep``, ``parse.too-large``, ``parse.remote-context``,
                ``parse.context``, ``parse.not-croissant``, ``parse.several-datasets``.
        """
        check_size(content, document)
        text, tree = read_tree(document, content)
        root, others = root_of(tree, text)
        draft = _described(text, root, others, iris)
        return Description(
            self.source(document),
            tuple(draft.statements),
            complete=True,
            findings=tuple(draft.findings),
            original=content,
            places=draft.places,
        )


def _described(text: JsonText, root: Element, others: list[Element], iris: LakeIRIs) -> Draft:
    if not is_dataset(root):
        task = task_iri(root, text.document, iris)
        draft = Draft(iris, text, task, task, Names(root, others, iris, task), _DESCRIBERS)
        describe_task(draft, root)
    else:
        identity = identify(root, text.document, iris)
        version = iris.version(identity.line, identity.label)
        draft = Draft(iris, text, identity.line, version, Names(root, others, iris, version), _DESCRIBERS)
        describe_dataset(draft, root, identity)
        verify_payloads(draft, root)
    for element in others:
        draft.describe(element)
    _note_faults(draft, root)
    return draft


def _note_faults(draft: Draft, root: Element) -> None:
    if not root.types:
        draft.note(
            "croissant.type-missing",
            "The document does not say that it describes a dataset; its parts do",
            'Add "@type": "sc:Dataset".',
            root.node,
        )
    if '"@context"' not in draft.text.text:
        draft.note(
            "croissant.context-missing",
            "The document has no context: its keys are read as those of Croissant",
            "Copy the context of the specification of Croissant.",
            root.node,
        )
    for element in draft.names.duplicates:
        draft.note(
            "croissant.name-duplicate",
            f"{draft.names.spelled(element)[:100]!r} is the name of several parts of the document",
            "Give each file, record set and field an @id of its own.",
            element.node,
        )
