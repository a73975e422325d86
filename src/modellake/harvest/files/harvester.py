"""The harvester: from a model file to its description."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import NamedNode

from modellake.core.description import Description, Source
from modellake.core.errors import ParseError
from modellake.core.iris import LakeIRIs
from modellake.core.report import Finding, Place, Severity
from modellake.harvest.files.facts import Facts
from modellake.harvest.files.mapping import mapping_table
from modellake.harvest.files.places import bundle_of, find_model_files, looks_like_model, model_name, read_portrait
from modellake.harvest.files.portrait import fault_of, portrait_of, raised
from modellake.harvest.files.statements import describe_portrait
from modellake.harvest.files.window import damaged
from modellake.harvest.fingerprints import files_below, fingerprint_files
from modellake.harvest.licenses import resolve_license
from modellake.harvest.paths import absolute, text_of_name


class ModelFiles:
    """Reads the headers of model files from disk and never loads, runs or unpickles any of them.

    One file is one source. It belongs to a version of a model: the model is called like the file or, where the
    file is called as many are (``model.onnx``, ``pytorch_model.bin``), like its folder; the version is called by the
    first 16 digits of the file's SHA-256. So equal files of equal names are one version with several sources, and
    different files never are one version, whatever version they claim; what they claim is kept as it stands.
    """

    name = "files"
    summary = "Model files (ONNX, safetensors, GGUF, PyTorch, pickle, …), by their headers, without loading them"
    mapping = mapping_table()
    # The files beside a card are described with the card.
    defers = True

    def accepts(self, place: str) -> bool:
        """True for a model file, and for a folder with model files in it."""
        path = Path(place)
        try:
            if path.is_dir():
                return next(self.find(place), None) is not None
        except (OSError, ValueError):
            return False
        return looks_like_model(path)

    def find(self, place: str) -> Iterator[str]:
        """The model files at a file or below a folder, in sorted order; links to folders are not followed."""
        return find_model_files(place)

    def source(self, document: str) -> Source:
        """A file is called by the ``file:`` IRI of its absolute path."""
        return Source(NamedNode(absolute(document).as_uri()), document, "application/octet-stream", self.name)

    def folder(self, document: str) -> str:
        """The folder that the names of a model's files begin in."""
        path = absolute(document)
        return str(bundle_of(path) or path.parent)

    def fingerprint(self, document: str) -> bytes | None:
        """Whether the file, or what is one model with it, has changed; None where that cannot be told."""
        path = absolute(document)
        bundle = bundle_of(path)
        return fingerprint_files([path, *(files_below(bundle) if bundle else ())])

    def read(self, document: str) -> bytes:
        """The portrait of a file: its size, its checksum and what its header says, but not its weights.

        Raises:
            ParseError: it is no regular file (``parse.not-a-file``), a link out of its folder
                (``parse.link-outside``), unreadable (``parse.unreadable``), or changes while it is read
                (``parse.changed``).
        """
        return read_portrait(document).to_bytes()

    def describe(self, document: str, content: bytes, iris: LakeIRIs) -> Description:
        """What a model file says.

        Args:
            document: where it is.
            content: its portrait or, for a small file that came another way, its bytes.
            iris: how the lake names things.

        Raises:
            ParseError: it is not what it claims to be, with one of the codes ``parse.header``,
                ``parse.truncated``, ``parse.overlap``, ``parse.bomb``, ``parse.too-large``, ``parse.too-deep``,
                ``parse.empty``.
        """
        try:
            portrait = portrait_of(content, text_of_name(absolute(document).name))
        except ParseError as error:
            raise raised(fault_of(error), document) from error
        if portrait.facts is None:
            raise raised(portrait.fault or fault_of(damaged("The portrait is blank")), document)
        return Description(
            self.source(document),
            describe_portrait(portrait, model_name(document), iris),
            complete=True,
            findings=(
                *_findings(portrait.facts, document),
                *_license_findings(portrait.facts, document, iris),
                *_name_findings(document),
            ),
            original=content,
        )


def _findings(facts: Facts, document: str) -> list[Finding]:
    return [
        Finding(
            note.code,
            Severity(note.severity),
            note.message,
            remedy=note.remedy,
            place=Place(document, path=note.path or None),
        )
        for note in facts.notes
    ]


def _license_findings(facts: Facts, document: str, iris: LakeIRIs) -> tuple[Finding, ...]:
    return resolve_license(facts.license, iris).at(Place(document)) if facts.license.strip() else ()


def _name_findings(document: str) -> list[Finding]:
    """A name may hold characters that nobody sees, some of which turn its end into its beginning."""
    name = text_of_name(absolute(document).name)
    hidden = [character for character in name if unicodedata.category(character) in ("Cf", "Cc", "Co", "Cn")]
    if not hidden:
        return []
    listed = ", ".join(f"U+{ord(character):04X}" for character in dict.fromkeys(hidden))
    message = f"The name of the file holds characters that cannot be seen: {listed}"
    remedy = "Look at the name with care, and rename the file."
    return [Finding("file.name-misleading", Severity.WARNING, message, remedy=remedy, place=Place(document))]
