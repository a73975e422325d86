"""Writes the ledger of this version for `test_old_ledgers.py`: ``python tests/ledger/old/write.py``.

To be run once for each new version of the tables, before it is released; what is there is never written again.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

import modellake
from modellake.core.errors import RefusedError
from modellake.ledger.schema import VERSION

CHURN = """
@prefix lake: <https://w3id.org/model-lake#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .

<model/acme/churn> a lake:Model ; dct:title "Churn" .
<model/acme/churn/version/1.0> a lake:ModelVersion ; lake:versionOf <model/acme/churn> ; dcat:version "1.0" ;
    lake:parameterCount 0042 ; lake:trainedOn <dataset/acme/customers> .
"""
MODEL = NamedNode("https://lake.example.org/model/acme/churn")
TITLE = NamedNode("http://purl.org/dc/terms/title")
KEYWORD = NamedNode("http://www.w3.org/ns/dcat#keyword")


def write(target: Path) -> None:
    """Two sources, a curated record with a retraction, a withdrawal and a refusal."""
    with (
        tempfile.TemporaryDirectory() as folder,
        modellake.open(folder, base_iri="https://lake.example.org/", create=True) as lake,
    ):
        lake.commit(CHURN, format="turtle", source="urn:a", message="First", agent="ada")
        second = CHURN.replace('"Churn"', '"Churn model"')
        lake.commit(second, format="turtle", source="urn:b", message="Second source", agent="bob")
        lake.curate(
            add=[Triple(MODEL, KEYWORD, Literal("curated"))],
            remove=[Triple(MODEL, TITLE, Literal("Churn model"))],
            reason="One title is enough",
            agent="cleo",
        )
        lake.withdraw("urn:a", message="Gone", agent="ada")
        try:
            lake.commit(CHURN.replace("versionOf", "verzionOf"), format="turtle", source="urn:c")
        except RefusedError:
            lake.ledger.backup(target)


if __name__ == "__main__":
    write(Path(__file__).parent / f"version-{VERSION}.sqlite")
