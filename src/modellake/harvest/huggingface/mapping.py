"""The mapping table: what becomes of each key of a card, of its sections, and of the files beside it.

It is put together from the tables that the code itself works with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import NamedNode

from modellake.core.plugins import MappedField
from modellake.core.prefixes import PREFIXES
from modellake.core.vocab import DCAT, DCT, FOAF, LAKE, PROV, RDF, SPDX
from modellake.harvest.huggingface import evaluations, impact, sections, tables, weights
from modellake.harvest.huggingface.claims import CLAIM_TERMS
from modellake.harvest.huggingface.datasets import DATASET_KEYS
from modellake.harvest.huggingface.keys import Key
from modellake.harvest.huggingface.models import MODEL_KEYS, RELATIONS
from modellake.harvest.huggingface.repository import COMMON_KEYS
from modellake.harvest.huggingface.side_files import DATASET_FILES, INDEX_FILE, MODEL_FILES, SideFile
from modellake.harvest.huggingface.terms import CURRENT_VERSION, POSITION, card_key

# Stands for every property that is made of a key (``…huggingface#hidden_size``).
OWN_KEYS = NamedNode(PREFIXES["hf"])
_KEPT = (OWN_KEYS, POSITION, RDF.value)
_CHECKSUM = (SPDX.checksum, SPDX.Checksum, SPDX.algorithm, SPDX.checksumValue)


def _rows() -> Iterator[MappedField]:
    yield from _version_rows()
    yield from _key_rows(COMMON_KEYS)
    yield MappedField("license_name", (LAKE.License, DCT.title), "where the license is ``other``")
    yield MappedField("license_link", (FOAF.page,), "where the license is ``other``")
    yield from _key_rows(MODEL_KEYS)
    for relation, term in RELATIONS.items():
        yield MappedField("base_model", (term,), f"where base_model_relation is ``{relation}``")
    yield from _prefixed("co2_eq_emissions.", impact.EMISSION_FIELDS)
    yield from _prefixed("model-index.", evaluations.FIELDS)
    yield from _key_rows(DATASET_KEYS)
    yield MappedField("pretty_name", (DCT.title,), "else the name in the model-index, else that of the repository")
    yield MappedField("any other key", _KEPT, "kept under the key itself, with its structure; lists keep their order")
    yield from _prose_rows()
    yield from _file_rows()


def _version_rows() -> Iterator[MappedField]:
    yield MappedField("repository: name", (LAKE.Model, LAKE.Dataset, DCT.title), "``organization/name``")
    yield MappedField("repository: organization", (DCT.publisher, PROV.Agent, FOAF.name))
    yield MappedField(
        "repository: revision",
        (LAKE.ModelVersion, LAKE.DatasetVersion, LAKE.versionOf, DCAT.version, LAKE.commitIdentifier),
        "a commit in the Hub's cache, elsewhere ``main``",
    )
    yield MappedField("Hub cache: refs", (card_key("ref"), CURRENT_VERSION), "``main`` leads to the current version")


def _prose_rows() -> Iterator[MappedField]:
    document = (LAKE.hasDocument, LAKE.Document, DCT.title, LAKE.text)
    yield MappedField("prose", document, "with a checksum of the whole where it is too long to be kept")
    yield MappedField("prose: first paragraph", (DCT.description,))
    for kind in sections.KINDS:
        thing = sections.THINGS.get(kind)
        said = (*thing, DCT.description) if thing else (LAKE.Document, LAKE.text)
        note = "headings: " + ", ".join(sections.spellings(kind))
        yield MappedField(f"section: {kind}", (DCT.hasPart, sections.SECTION, DCT.title, *said), note)
    mixed = ", ".join(sections.MIXED)
    yield MappedField("section: several things", CLAIM_TERMS, f"claimed and not stated; headings: {mixed}")
    yield MappedField("table of results", tables.TERMS, "claimed and not stated, where there is no model-index")
    for line, key in impact.LINES.items():
        terms = impact.LINE_TERMS.get(line, ())
        note = "in the section on environmental impact; figures need a unit" if terms else ""
        yield MappedField(f"line: {line}", (*terms, card_key("environmental_impact"), card_key(key)), note)


def _file_rows() -> Iterator[MappedField]:
    kinds = (LAKE.hasDistribution, LAKE.hasDatasetDistribution, LAKE.ModelDistribution, LAKE.DatasetDistribution)
    yield MappedField("any file: name", (*kinds, LAKE.fileName, DCAT.mediaType))
    yield MappedField("any file: size", (DCAT.byteSize,), "in bytes")
    yield MappedField("any file: content", _CHECKSUM, "SHA-256, compared with the name of its blob in the Hub's cache")
    yield from weights.FIELDS
    yield MappedField("LICENSE: text", (LAKE.declaredLicense,), "where the card names no license")
    for name, file in {**MODEL_FILES, "*.index.json": INDEX_FILE, **DATASET_FILES}.items():
        yield from _side_file_rows(name, file)


def _side_file_rows(name: str, file: SideFile) -> Iterator[MappedField]:
    yield from _prefixed(f"{name}: ", file.fields)
    yield MappedField(f"{name}: any key", _KEPT, "kept on the file")


def _key_rows(keys: dict[str, Key]) -> Iterator[MappedField]:
    return (MappedField(name, key.terms, key.note) for name, key in keys.items())


def _prefixed(prefix: str, rows: Iterable[MappedField]) -> Iterator[MappedField]:
    return (MappedField(prefix + row.field, row.terms, row.note) for row in rows)


MAPPING: Sequence[MappedField] = tuple(_rows())
