"""The mapping table of the harvester, made from the rules that it follows."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode

from modellake.core.plugins import MappedField
from modellake.core.vocab import DCT, LAKE, PROV, RDF
from modellake.harvest.croissant.agents import AGENT_RULES
from modellake.harvest.croissant.datasets import DATASET_RULES
from modellake.harvest.croissant.draft import POSITION
from modellake.harvest.croissant.files import FILE_RULES
from modellake.harvest.croissant.namespaces import KEPT, cr, schema
from modellake.harvest.croissant.records import FIELD_RULES, RECORD_SET_RULES
from modellake.harvest.croissant.rules import Rules
from modellake.harvest.croissant.tasks import TASK_RULES

_IDENTIFIED = "It also names the part in the lake."
TABLES: tuple[tuple[str, Rules], ...] = (
    ("", DATASET_RULES),
    ("distribution.", FILE_RULES),
    ("recordSet.", RECORD_SET_RULES),
    ("recordSet.field.", FIELD_RULES),
    ("creator.", AGENT_RULES),
    ("author.", AGENT_RULES),
    ("publisher.", AGENT_RULES),
    ("task.", TASK_RULES),
)
_TYPES: dict[str, tuple[NamedNode, ...]] = {
    "": (LAKE.Dataset, LAKE.DatasetVersion, LAKE.versionOf, RDF.type),
    "distribution.": (LAKE.DatasetDistribution, RDF.type, cr("FileObject"), cr("FileSet")),
    "recordSet.": (cr("RecordSet"), RDF.type),
    "recordSet.field.": (LAKE.Field, cr("Field"), RDF.type),
    "creator.": (PROV.Agent, PROV.Person, PROV.Organization, RDF.type),
    "author.": (PROV.Agent, PROV.Person, PROV.Organization, RDF.type),
    "publisher.": (PROV.Agent, PROV.Person, PROV.Organization, RDF.type),
    "task.": (RDF.type,),
}


def _rows() -> Iterator[MappedField]:
    yield MappedField("@context", (), "Read, so that each key means what the document says; never fetched.")
    for prefix, rules in TABLES:
        yield MappedField(f"{prefix}@type", _TYPES[prefix])
        yield MappedField(f"{prefix}@id", (DCT.identifier,), _IDENTIFIED)
        for rule in rules.values():
            yield MappedField(f"{prefix}{rule.key}", rule.terms, rule.note)
    yield MappedField(
        "*",
        (POSITION, RDF.value, schema("additionalType")),
        "All other properties, at any depth, are kept under their own terms, and keys without a term under "
        f"`{KEPT}`; the order of lists of structures and numbers is told by `schema:position`.",
    )


MAPPING: tuple[MappedField, ...] = tuple(_rows())
