"""Facts: which versions of what are at work, for people and for reports of faults."""

from __future__ import annotations

import platform
import sqlite3
from importlib.metadata import PackageNotFoundError, version

from modellake.lake.doctor.patient import Patient
from modellake.rdf.assets import ontology_dir
from modellake.rdf.changes import version_of
from modellake.rdf.ontology import read_ontology

_ABSENT = "not installed"


def facts_about(patient: Patient) -> dict[str, str]:
    """What there is, by name."""
    ledger = patient.ledger
    head = ledger.head()
    return {
        "lake": str(patient.directory),
        "base IRI": ledger.base_iri,
        "head": f"commit {head.sequence} {head.hash[:12]}",
        "modellake": _version("modellake"),
        "Python": platform.python_version(),
        "pyoxigraph": _version("pyoxigraph"),
        "shacl": _version("shacl"),
        "pyshacl": _version("pyshacl"),
        "SQLite": sqlite3.sqlite_version,
        "ledger schema": str(ledger.schema_version),
        "ontology": version_of(read_ontology(ontology_dir())) or "without a version",
        "engine": _engine(patient),
    }


def _engine(patient: Patient) -> str:
    if patient.lake is None:
        return "in use by another process"
    engine = patient.lake.view.engine
    told = [type(engine).__name__.removesuffix("Engine").lower()]
    if not engine.capabilities.cancels:
        told.append("a query that runs in it cannot be cancelled")
    if not getattr(engine, "secluded", True):
        told.append("every user of this machine can reach its port")
    return "; ".join(told)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return _ABSENT
