"""The vocabularies of Croissant files, and what is written for each of their spellings.

Sources: https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html,
https://docs.mlcommons.org/croissant/docs/croissant-rai-spec.html. Version 0.8 had its terms under
``http://mlcommons.org/schema/``; contexts that leave a term out let it fall into schema.org.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote

from pyoxigraph import NamedNode

CROISSANT = "http://mlcommons.org/croissant/"
RAI = "http://mlcommons.org/croissant/RAI/"
SCHEMA = "https://schema.org/"
PROV = "http://www.w3.org/ns/prov#"
# Keys that no context gives a meaning.
MAX_IRI = 2_000
# What no IRI may hold.
NO_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`]')
KEPT = "https://w3id.org/model-lake/source/croissant#"

BUILT_IN_PREFIXES: Mapping[str, str] = {
    "bibo": "http://purl.org/ontology/bibo/",
    "cr": CROISSANT,
    "croissant": CROISSANT,
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "dcterms": "http://purl.org/dc/terms/",
    "duo": "http://purl.obolibrary.org/obo/DUO_",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geocr": "http://mlcommons.org/croissant/geo/",
    "ml": CROISSANT,
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "prov": PROV,
    "rai": RAI,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sc": SCHEMA,
    "schema": SCHEMA,
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "wd": "https://www.wikidata.org/wiki/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_DRIFTS = (
    ("http://mlcommons.org/schema/RAI/", RAI),
    ("http://mlcommons.org/schema/rai/", RAI),
    ("http://mlcommons.org/schema/", CROISSANT),
    ("http://mlcommons.org/croissant/rai/", RAI),
    ("http://mlcommons.org/croissant/", CROISSANT),
    ("http://schema.org/", SCHEMA),
    ("http://www.w3.org/ns/prov#", PROV),
    ("http://purl.org/dc/terms/", "http://purl.org/dc/terms/"),
    ("http://www.w3.org/ns/odrl/2/", "http://www.w3.org/ns/odrl/2/"),
    ("http://purl.obolibrary.org/obo/DUO_", "http://purl.obolibrary.org/obo/DUO_"),
)
_CROISSANT_NAMES = frozenset(
    [
        "annotation",
        "arrayShape",
        "BoundingBox",
        "citeAs",
        "column",
        "containedIn",
        "content",
        "data",
        "dataType",
        "equivalentProperty",
        "evaluatedSolution",
        "evaluation",
        "EvaluationResult",
        "EvaluationSpec",
        "evaluationResults",
        "EvaluationTask",
        "examples",
        "excludes",
        "execution",
        "ExecutionInfo",
        "ExecutionSpec",
        "extract",
        "field",
        "Field",
        "fileObject",
        "FileObject",
        "fileProperty",
        "fileSet",
        "FileSet",
        "format",
        "implementation",
        "ImplementationSpec",
        "includes",
        "InputSpec",
        "isArray",
        "isEnumeration",
        "isLiveDataset",
        "jsonPath",
        "key",
        "Label",
        "md5",
        "metric",
        "OutputSpec",
        "parentField",
        "path",
        "readLines",
        "recordSet",
        "RecordSet",
        "references",
        "regex",
        "repeated",
        "replace",
        "samplingRate",
        "sdLicense",
        "sdVersion",
        "SegmentationMask",
        "separator",
        "source",
        "Split",
        "subField",
        "subTask",
        "Task",
        "TaskProblem",
        "TaskSolution",
        "TestSplit",
        "TrainSplit",
        "transform",
        "unArchive",
        "ValidationSplit",
    ]
)
_RAI_NAMES = frozenset(
    [
        "annotationsPerItem",
        "annotatorDemographics",
        "dataAnnotationAnalysis",
        "dataAnnotationPlatform",
        "dataAnnotationProtocol",
        "dataBiases",
        "dataCollection",
        "dataCollectionMissingData",
        "dataCollectionRawData",
        "dataCollectionTimeframe",
        "dataCollectionType",
        "dataImputationProtocol",
        "dataLimitations",
        "dataManipulationProtocol",
        "dataPreprocessingProtocol",
        "dataReleaseMaintenancePlan",
        "dataSocialImpact",
        "dataUseCases",
        "hasSyntheticData",
        "machineAnnotationTools",
        "personalSensitiveInformation",
    ]
)
_SCHEMA_NAMES = frozenset(["Dataset", "name", "description", "distribution", "license", "url", "version"])
# What contexts with schema.org as vocabulary forget to define, and schema.org has not.
_MISPLACED = {
    SCHEMA + "conformsTo": "http://purl.org/dc/terms/conformsTo",
    **{
        SCHEMA + name: PROV + name
        for name in ("wasDerivedFrom", "wasGeneratedBy", "wasAttributedTo", "wasAssociatedWith", "wasRevisionOf")
    },
}
# Contexts that files name instead of writing them out; what they mean is known here and never fetched.
_KNOWN_CONTEXTS = ("schema.org", "mlcommons.org/croissant", "mlcommons.org/schema")


def canonical(iri: str) -> str:
    """The IRI that is written for an IRI that was read."""
    found = _without_drift(iri)
    if found.startswith((SCHEMA, CROISSANT)):
        namespace = SCHEMA if found.startswith(SCHEMA) else CROISSANT
        name = found[len(namespace) :]
        if name in _CROISSANT_NAMES:
            return CROISSANT + name
        if name in _RAI_NAMES:
            return RAI + name
        if name in _SCHEMA_NAMES:
            return SCHEMA + name
        return _MISPLACED.get(found, found)
    return found


def is_known_context(reference: str) -> bool:
    """True for the address of a context that is built in."""
    tail = reference.strip().partition("://")[2].removeprefix("www.").rstrip("/")
    return any(tail == known or tail.startswith(known + "/") for known in _KNOWN_CONTEXTS)


@lru_cache(maxsize=4096)
def node_of(iri: str) -> NamedNode | None:
    """An absolute IRI as a term; None for what is none (RFC 3987)."""
    if not iri or len(iri) > MAX_IRI or NO_IRI.search(iri):
        return None
    try:
        return NamedNode(iri)
    except ValueError:
        return None


def schema(name: str) -> NamedNode:
    """A term of schema.org."""
    return NamedNode(SCHEMA + name)


def cr(name: str) -> NamedNode:
    """A term of Croissant."""
    return NamedNode(CROISSANT + name)


def rai(name: str) -> NamedNode:
    """A term of the vocabulary of Croissant for responsible AI."""
    return NamedNode(RAI + name)


@lru_cache(maxsize=4096)
def kept(key: str) -> NamedNode:
    """The property under which a key is kept that no context gives a meaning."""
    return NamedNode(KEPT + quote(key, safe="-._~"))


def _without_drift(iri: str) -> str:
    plain = "http://" + iri[8:] if iri.startswith("https://") else iri
    plain = plain.replace("://www.schema.org/", "://schema.org/").replace("://www.mlcommons.org/", "://mlcommons.org/")
    for spelling, namespace in _DRIFTS:
        if plain.startswith(spelling):
            return namespace + plain[len(spelling) :]
    return iri
