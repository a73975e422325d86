"""Files and sets of files (FileObject, FileSet) as distributions of the version."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from pyoxigraph import Literal, NamedNode

from modellake.core.identifiers import checksum
from modellake.core.vocab import DCAT, DCT, LAKE, RDF, SPDX
from modellake.harvest.croissant.draft import Draft, Subject
from modellake.harvest.croissant.elements import Element, Entry, Json, Leaf
from modellake.harvest.croissant.literals import bytes_of
from modellake.harvest.croissant.namespaces import cr, node_of, schema
from modellake.harvest.croissant.naming import FILE
from modellake.harvest.croissant.rules import (
    Rule,
    apply_rules,
    descriptions,
    leaves,
    note_unexpected,
    titles,
)

_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_MEDIA_TYPE = re.compile(
    r"(application|audio|font|image|message|model|multipart|text|video)/[A-Za-z0-9][\w.+-]{0,126}", re.ASCII
)
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_ALGORITHMS = {
    "md5": SPDX.checksumAlgorithm_md5,
    "sha1": SPDX.checksumAlgorithm_sha1,
    "sha256": SPDX.checksumAlgorithm_sha256,
    "sha384": SPDX.checksumAlgorithm_sha384,
    "sha512": SPDX.checksumAlgorithm_sha512,
}
CONTENT_URL, CONTAINED_IN = schema("contentUrl"), cr("containedIn")
_REPOSITORY_FORMATS = ("git+https", "git+http", "git+ssh", "git")


def describe_distribution(draft: Draft, subject: Subject, entry: Entry) -> None:
    """State the files of a dataset."""
    for value in entry.values:
        if isinstance(value, Element) and draft.names.kind(value) == FILE:
            draft.say(draft.version, LAKE.hasDatasetDistribution, draft.describe(value), value.node)
        elif isinstance(value, Element) and value.identifier and not value.entries:
            _refer(draft, subject, entry, value)
        else:
            draft.keep(subject, entry, (value,))
            note_unexpected(draft, entry)


def describe_file(draft: Draft, subject: Subject, element: Element) -> None:
    """A file or a set of files."""
    draft.say(subject, RDF.type, LAKE.DatasetDistribution, element.node)
    if not element.types:
        draft.say(subject, RDF.type, cr("FileObject"), element.node)
    draft.say_types(subject, element)
    draft.say_identifier(subject, element)
    apply_rules(draft, subject, element, FILE_RULES)
    _describe_address(draft, subject, element)


def is_safe(path: str) -> bool:
    """True for a relative path that does not lead out of the folder that it is relative to."""
    steps = path.replace("\\", "/").split("/")
    return bool(path.strip()) and not path.startswith(("/", "\\")) and ".." not in steps and ":" not in steps[0]


def _refer(draft: Draft, subject: Subject, entry: Entry, value: Element) -> None:
    found = draft.reference(entry.term, value)
    if found:
        draft.say(draft.version, LAKE.hasDatasetDistribution, found, value.node)
    elif value.identifier:
        draft.say(subject, entry.term, Literal(value.identifier.text), value.node)


def _describe_address(draft: Draft, subject: Subject, element: Element) -> None:
    """Where a file is: on the web, or at a path below the document; one inside of what contains it is only kept."""
    contained = element.get(CONTAINED_IN) is not None
    repository = element.text(schema("encodingFormat")) in _REPOSITORY_FORMATS
    named = False
    entry = element.get(CONTENT_URL)
    for leaf in leaves(draft, subject, entry) if entry else ():
        text = leaf.node.text.strip()
        address = node_of(text) if _ADDRESS.match(text) and not text.lower().startswith("file:") else None
        if address:
            draft.say(subject, DCAT.accessURL if repository else DCAT.downloadURL, address, leaf.node)
        elif not is_safe(text):
            _note_outside(draft, leaf)
        elif not named and not contained:
            draft.say(subject, LAKE.fileName, Literal(PurePosixPath(text).as_posix()), leaf.node)
            named = True
        if address is None or address.value != leaf.node.text:
            draft.keep_leaf(subject, CONTENT_URL, leaf)


def _note_outside(draft: Draft, leaf: Leaf) -> None:
    draft.note(
        "croissant.path-outside",
        f"{leaf.node.text[:100]!r} leads out of where it begins: the file is neither looked at nor named",
        "Write an address on the web, or a path relative to the document or to what contains the file.",
        leaf.node,
    )


def _describe_size(draft: Draft, subject: Subject, entry: Entry) -> None:
    found = leaves(draft, subject, entry)
    for number, leaf in enumerate(found):
        size = bytes_of(leaf.node.text) if leaf.node.kind != "boolean" and number == 0 else None
        if size:
            draft.say(subject, DCAT.byteSize, size, leaf.node)
        if size is None or size.value != leaf.node.text or leaf.node.kind != "text":
            draft.keep_leaf(subject, entry.term, leaf)


def _describe_format(draft: Draft, subject: Subject, entry: Entry) -> None:
    for leaf in leaves(draft, subject, entry):
        text = leaf.node.text
        if _MEDIA_TYPE.fullmatch(text):
            draft.say(subject, DCAT.mediaType, NamedNode(_MEDIA_TYPES + text), leaf.node)
        else:
            draft.say(subject, DCT.format, Literal(text), leaf.node)


def _describe_checksum(draft: Draft, subject: Subject, entry: Entry) -> None:
    algorithm = entry.term.value.rpartition("/")[2]
    for leaf in leaves(draft, subject, entry):
        digest = checksum(leaf.node.text, algorithm)
        if digest:
            node = draft.names.blank()
            draft.say(subject, SPDX.checksum, node, leaf.node)
            draft.say(node, RDF.type, SPDX.Checksum, leaf.node)
            draft.say(node, SPDX.algorithm, _ALGORITHMS[algorithm], leaf.node)
            draft.say(node, SPDX.checksumValue, Literal(digest.value), leaf.node)
        else:
            draft.note(
                "croissant.checksum-malformed",
                f"{leaf.node.text[:80]!r} is no {algorithm.upper()} checksum; it is kept word for word",
                f"Write the hexadecimal digits that `{algorithm}sum` prints.",
                leaf.node,
            )
        if digest is None or digest.value != leaf.node.text:
            draft.keep_leaf(subject, entry.term, leaf)


def _contained(draft: Draft, subject: Subject, entry: Entry) -> None:
    draft.keep(subject, entry)
    if any(isinstance(value, Json) for value in entry.values):
        note_unexpected(draft, entry)


def _skip(draft: Draft, subject: Subject, entry: Entry) -> None:
    """The address is described where all of the file is known."""


FILE_RULES = {
    schema("name"): Rule("name", (DCT.title,), titles),
    schema("description"): Rule("description", (DCT.description,), descriptions),
    CONTENT_URL: Rule(
        "contentUrl",
        (DCAT.downloadURL, DCAT.accessURL, LAKE.fileName, CONTENT_URL),
        _skip,
        "An address on the web, that of a repository, or a path below the document; paths in containers are kept.",
    ),
    schema("contentSize"): Rule(
        "contentSize",
        (DCAT.byteSize, schema("contentSize")),
        _describe_size,
        "In bytes where it is exact; a rounded size such as `1.2 MB` is kept as it is.",
    ),
    schema("encodingFormat"): Rule(
        "encodingFormat",
        (DCAT.mediaType, DCT.format),
        _describe_format,
        "A media type as its IANA address, any other format as text.",
    ),
    **{
        term: Rule(
            name,
            (SPDX.checksum, SPDX.Checksum, SPDX.algorithm, SPDX.checksumValue, term),
            _describe_checksum,
            "What is no checksum is kept as it is.",
        )
        for name in _ALGORITHMS
        for term in ((cr(name) if name == "md5" else schema(name)),)
    },
    CONTAINED_IN: Rule("containedIn", (CONTAINED_IN,), _contained),
}
