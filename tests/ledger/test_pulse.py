"""A number that tells cheaply whether anybody has committed."""

from __future__ import annotations

from pathlib import Path

import modellake

NAMES = "PREFIX lake: <https://w3id.org/model-lake#> PREFIX dct: <http://purl.org/dc/terms/>"
MODEL = f'{NAMES} <https://lake.example.org/model/acme/m%d> a lake:Model ; dct:title "x" .'


def test_every_commit_is_noticed_whoever_makes_it(tmp_path: Path) -> None:
    with modellake.open(tmp_path / "lake", base_iri="https://lake.example.org/") as lake:
        ledger = lake.ledger
        quiet = ledger._database.pulse()
        assert quiet is not None
        assert ledger._database.pulse() == quiet
        lake.commit(MODEL % 1, format="turtle")
        assert ledger._database.pulse() != quiet
        assert ledger.head().sequence == 1
        with type(ledger).open(tmp_path / "lake" / "ledger.sqlite") as other:
            assert other.head() == ledger.head()
            lake.commit(MODEL % 2, format="turtle")
            assert other.head().sequence == 2
