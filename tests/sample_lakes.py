"""A small lake with a model, its version, two datasets, and two resources of one name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import modellake
from modellake.lake.lake import Lake

BASE = "https://lake.example.org/"
PREFIXES = f"""@base <{BASE}> .
@prefix lake: <https://w3id.org/model-lake#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
"""
CHURN = """
<model/acme/churn> a lake:Model ; dct:title "Churn" .
<model/acme/churn/version/1> a lake:ModelVersion ; lake:versionOf <model/acme/churn> ; dcat:version "1" ;
  lake:trainedOn <dataset/acme/orders> .
<dataset/acme/orders> a lake:Dataset ; dct:title "Orders" .
"""
TWINS = """
<model/acme/twin> a lake:Model ; dct:title "Twin" .
<dataset/acme/twin> a lake:Dataset ; dct:title "Twin" .
"""


@contextmanager
def sample_lake(place: Path) -> Iterator[Lake]:
    """The lake, open, after two commits."""
    with modellake.open(place, base_iri=BASE) as lake:
        lake.commit(PREFIXES + CHURN, format="turtle", message="Describe churn", agent="ada")
        lake.commit(PREFIXES + TWINS, format="turtle", message="Describe twins", agent="bob")
        yield lake
