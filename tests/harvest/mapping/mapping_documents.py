"""Mappings for tests: written to a folder with the files that they read, and carried out."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from modellake.core.description import Description
from modellake.core.iris import LakeIRIs
from modellake.harvest.mapping import Rml

BASE = "https://lake.example.org/"
IRIS = LakeIRIs(BASE)
HARVESTER = Rml()
XSD = "http://www.w3.org/2001/XMLSchema#"

PREFIXES = """\
prefixes:
  ex: https://example.org/
  xsd: http://www.w3.org/2001/XMLSchema#
"""


def carried_out(folder: Path, mapping: str, name: str = "mapping.yml", **files: str | bytes) -> Description:
    """What a mapping says of files; ``models_csv`` is the file ``models.csv``."""
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in files.items():
        stem, _, suffix = file.rpartition("_")
        (folder / f"{stem}.{suffix}").write_bytes(content.encode() if isinstance(content, str) else content)
    document = folder / name
    document.write_text(mapping, encoding="utf-8")
    return HARVESTER.describe(str(document), HARVESTER.read(str(document)), IRIS)


def rules(source: str, *lines: str, subject: str = "ex:$(id)", more: str = "") -> str:
    """A YARRRML mapping with one map of these rules."""
    body = "\n".join(f"      - {line}" for line in lines)
    return f"{PREFIXES}mappings:\n  one:\n    sources:\n      - {source}\n    s: {subject}\n{more}    po:\n{body}\n"


def objects(description: Description, predicate: str) -> list[NamedNode | Literal]:
    """The values of a property (by its IRI, or its name below https://example.org/), in order."""
    iri = predicate if ":" in predicate else f"https://example.org/{predicate}"
    return [item.object for item in description.statements if item.predicate.value == iri]  # type: ignore[misc]


def typed(text: str, datatype: str) -> Literal:
    """A literal of an XML Schema datatype."""
    return Literal(text, datatype=NamedNode(XSD + datatype))


def spelled(statements: list[Triple] | tuple[Triple, ...]) -> set[str]:
    """Statements as N-Triples."""
    return {str(item) for item in statements}


def codes(description: Description) -> list[str]:
    """The codes of its findings."""
    return [finding.code for finding in description.findings]
