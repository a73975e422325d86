"""What it costs to tell which resources are one: records without identifiers, with, and copies of each other."""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from pyoxigraph import NamedNode

import modellake
from measure import median_seconds, report
from modellake.core.description import Description, Source
from modellake.lake.identity.identification import Identification, Outcome
from modellake.rdf.codec import read_statements
from modellake.rdf.formats import syntax_named
from records import BASE

PREFIXES = """
@prefix lake: <https://w3id.org/model-lake#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix spdx: <http://spdx.org/rdf/terms#> .
"""
LINE = '<model/{0}> a lake:Model ; dct:title "{0}" ; dct:description "A model of many." ; dcat:keyword "a", "b", "c" .'
VERSION = """
<model/{0}/version/{2}> a lake:ModelVersion ; lake:versionOf <model/{0}> ; dcat:version "{2}" ; dct:title "{0}" ;
    lake:hasDistribution <model/{0}/version/{2}#file> .
<model/{0}/version/{2}#file> a lake:ModelDistribution ; lake:fileName "{0}.safetensors" ;
    spdx:checksum [ spdx:algorithm spdx:checksumAlgorithm_sha256 ; spdx:checksumValue "{1}" ] .
"""


def described(count: int, copies: int) -> list[Description]:
    """Descriptions of models: without files if ``copies`` is 0, else each file under so many names."""
    return [
        Description(
            Source(NamedNode(f"urn:bench:{number}"), f"{number}"), read_statements(text.encode(), TURTLE, base=BASE)
        )
        for number, text in enumerate(texts(count, copies))
    ]


TURTLE = syntax_named("turtle")


def texts(count: int, copies: int) -> Iterator[str]:
    for number in range(count):
        text = PREFIXES + LINE.format(f"m{number}")
        if copies:
            digest = hashlib.sha256(str(number // copies).encode()).hexdigest()
            text += VERSION.format(f"m{number}", digest, digest[:16])
        yield text


def seconds_to_commit(items: list[Description], place: Path) -> float:
    def work() -> None:
        with modellake.open(place, base_iri=BASE) as lake:
            assert not lake.commit_each(items).refused

    return median_seconds(work, prepare=lambda: shutil.rmtree(place, ignore_errors=True), runs=3)


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "lake"
        plain = described(count, 0)
        looked = seconds_to_commit(plain, place)
        with patch.object(Identification, "outcome", lambda *_: Outcome()):
            blind = seconds_to_commit(plain, place)
        unlike, alike = described(count, 1), described(count, 2)
        apart, merged = seconds_to_commit(unlike, place), seconds_to_commit(alike, place)
        with modellake.open(place) as lake:
            compared = median_seconds(lambda: lake.duplicates(50), runs=3)
    report(
        "identity",
        {
            "models": count,
            "ms a model without identifiers": 1000 * looked / count,
            "the same, as a multiple of not looking": looked / blind,
            "ms a model with a checksum of its own": 1000 * apart / count,
            "ms a model of which each second is a copy": 1000 * merged / count,
            "merging, as a multiple of not having to": merged / apart,
            "ms a model to list what may be duplicates": 1000 * compared / count,
        },
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
