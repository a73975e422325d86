"""The harvester of mappings that people write: a mapping and the files beside it become one description."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from pyoxigraph import NamedNode

from modellake.core.description import Description, Source
from modellake.core.encoding import decoded
from modellake.core.errors import ModelLakeError, ParseError
from modellake.core.iris import LakeIRIs
from modellake.core.plugins import MappedField
from modellake.core.report import Place
from modellake.harvest.fingerprints import fingerprint_files
from modellake.harvest.mapping.draft import Draft
from modellake.harvest.mapping.engine import Engine
from modellake.harvest.mapping.places import MAX_NAMES, files_below, read_bounded, read_head
from modellake.harvest.mapping.readers import columns
from modellake.harvest.mapping.rml import parse_rml
from modellake.harvest.mapping.rules import Mapping, TriplesMap, references, term_maps
from modellake.harvest.mapping.sources import Folder
from modellake.harvest.mapping.yarrrml import parse_yarrrml
from modellake.harvest.paths import absolute

MAX_MAPPING = 4 * 1024 * 1024
_NAMED = re.compile(r"\.(?:rml\.ttl|rml|yarrrml|yarrrml\.ya?ml|rml\.ya?ml)$", re.IGNORECASE)
_TURTLE = re.compile(r"\.(?:ttl|rml)$", re.IGNORECASE)
_YAML = re.compile(r"\.(?:ya?ml|yarrrml)$", re.IGNORECASE)
_YARRRML_KEYS = (
    re.compile(rb"^(?:mappings|mapping|m)\s*:", re.MULTILINE),
    re.compile(rb"\b(?:po|predicateobjects?)\s*:"),
)
_RML_KEYS = (re.compile(rb"\blogicalSource\s"),)


class Rml:
    """Reads tables and JSON by a mapping in RML or YARRRML that lies beside them.

    The mapping is the document. It may read files in its own folder and below, and nothing else: no address, no
    database, no code. Sources: https://w3id.org/rml/core/spec, https://rml.io/yarrrml/spec/.
    """

    name = "rml"
    summary = "CSV, JSON, YAML and Parquet by a mapping in RML (.rml.ttl) or YARRRML (.yml) beside them"
    # What becomes of a field is what the mapping of the user says.
    mapping: Sequence[MappedField] = ()

    def accepts(self, place: str) -> bool:
        """True for a mapping, by its first lines, and for a folder with a file that is named like one."""
        path = Path(place)
        if path.is_dir():
            return any(_NAMED.search(one) for one in islice(files_below(place), MAX_NAMES))
        if not (_TURTLE.search(path.name) or _YAML.search(path.name)) or not path.is_file():
            return False
        head = read_head(path)
        return all(pattern.search(head) for pattern in (_RML_KEYS if _TURTLE.search(path.name) else _YARRRML_KEYS))

    def find(self, place: str) -> Iterator[str]:
        """The mapping itself, or those below a folder that are named like one, in sorted order."""
        path = Path(place)
        if path.is_dir():
            yield from (one for one in files_below(place) if _NAMED.search(one))
        elif path.exists():
            yield place

    def source(self, document: str) -> Source:
        """A mapping is called by the ``file:`` IRI of its absolute path."""
        media_type = "text/turtle" if _TURTLE.search(document) else "application/yaml"
        return Source(NamedNode(absolute(document).as_uri()), document, media_type, self.name)

    def read(self, document: str) -> bytes:
        """The bytes of the mapping, at most 4 MiB.

        Raises:
            ParseError: it is too large (``parse.too-large``), no regular file (``parse.not-a-file``) or cannot be
                read (``parse.unreadable``).
        """
        return read_bounded(absolute(document), Place(document), MAX_MAPPING)

    def fingerprint(self, document: str) -> bytes | None:
        """Whether the mapping or a file that it reads has changed; None where that cannot be told."""
        path = absolute(document)
        try:
            mapping = parse_mapping(document, self.read(document))
        except ModelLakeError:
            return None
        named = {source.access for one in mapping.maps.values() for source in one.sources}
        return fingerprint_files([path, *(path.parent / access for access in sorted(named))])

    def describe(self, document: str, content: bytes, iris: LakeIRIs) -> Description:
        """What the mapping says of the files beside it.

        Raises:
            ParseError: the mapping or one of its files is not what it should be.
            UnavailableError: the extra ``mapping`` is not installed.
        """
        mapping = parse_mapping(document, content)
        draft = Draft(document)
        folder = Folder(document, mapping.keeps_rest)
        engine = Engine(mapping, folder.items, iris, draft)
        engine.run()
        for triples_map in mapping.maps.values():
            _note_absent(triples_map, engine, folder)
        findings = tuple(draft.findings)
        return Description(
            self.source(document), tuple(draft.statements), findings=findings, original=content, places=draft.places
        )


def parse_mapping(document: str, content: bytes) -> Mapping:
    """A mapping in RML or YARRRML, by the ending of its name.

    Raises:
        ParseError: it is neither; the error names the line.
        UnavailableError: the extra ``mapping`` is not installed.
    """
    text = decoded(content, document)
    if _TURTLE.search(document):
        return parse_rml(text, document)
    if _YAML.search(document):
        return parse_yarrrml(text, document)
    raise ParseError(
        "A mapping is RML in Turtle (.rml.ttl) or YARRRML (.yml)",
        code="mapping.unsupported",
        place=Place(document),
        remedy="Name the file by one of these endings.",
    )


def _note_absent(triples_map: TriplesMap, engine: Engine, folder: Folder) -> None:
    """A finding for each reference that no item of its sources had a value for."""
    for source in triples_map.sources:
        header = columns(source, folder.content(source), folder.document(source))
        for term in term_maps(triples_map):
            for path in references(term.expression):
                absent = path.text not in (header or ()) and not path.about
                if absent and path.text not in engine.seen:
                    where = f"column of {source.access}" if header is not None else f"value in {source.access}"
                    engine.draft.note(
                        "mapping.reference-absent",
                        f"{path.text!r} is no {where}",
                        f"Columns: {', '.join(header[:20])}" if header else "Correct the reference, or the file.",
                        Place(engine.draft.document, term.line),
                        once=f"{source.access} {path.text}",
                    )
