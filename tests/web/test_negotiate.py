"""Which form a client gets, for what it says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modellake.web.forms import GRAPHS, SOLUTIONS
from modellake.web.negotiate import choose, choose_encoding
from modellake.web.problems import HTTPError


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "application/sparql-results+json"),
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("text/csv", "text/csv"),
        ("TEXT/CSV", "text/csv"),
        ("text/*", "text/xml"),
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.6", "application/sparql-results+xml"),
        ("text/csv;q=0.5, */*;q=0.1", "text/csv"),
        ("*/*, application/sparql-results+json;q=0", "application/json"),
        ("*/*, application/sparql-results+json;q=0, application/json;q=0", "application/sparql-results+xml"),
        ("application/*;q=0.2, application/sparql-results+xml;q=0.3", "application/sparql-results+xml"),
        ("text/html, application/xml;q=0.9, */*;q=0.8", "application/xml"),
        ('text/csv;header="present";q=0.9', "text/csv"),
        ("text/csv;q=nonsense, text/tab-separated-values;q=0.001", "text/tab-separated-values"),
        (", ,text/csv,,", "text/csv"),
        (" , ,", "application/sparql-results+json"),
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "application/sparql-results+json"),
        ("text/csv;q=.25, text/xml;q=.3", "text/xml"),
    ],
)
def test_choice(accept: str | None, expected: str) -> None:
    assert choose(accept, SOLUTIONS).media_type == expected


@pytest.mark.parametrize("accept", ["image/png", "text/csv;q=0", "*/*;q=0", "text/csv;q=2", "nonsense", "/", ";q=1"])
def test_no_choice(accept: str) -> None:
    with pytest.raises(HTTPError, match="no such form") as raised:
        choose(accept, SOLUTIONS)
    assert raised.value.status == 406
    assert "text/csv" in str(raised.value.remedy)


@pytest.mark.parametrize("offer", GRAPHS, ids=lambda offer: offer.name)
def test_each_graph_form_can_be_had(offer: object) -> None:
    for media_type in offer.media_types:  # type: ignore[attr-defined]
        assert choose(f"{media_type}, */*;q=0.5", GRAPHS).offer is offer


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("identity", None),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=1, zstd;q=0.5", "gzip"),
        ("gzip;q=0.5, identity;q=0.8", None),
        ("*", "zstd"),
        ("*;q=0", None),
        ("zstd;q=0, *", "gzip"),
        ("br", None),
    ],
)
def test_encoding(header: str | None, expected: str | None) -> None:
    assert choose_encoding(header, ("zstd", "gzip")) == expected


@given(st.text(max_size=200))
def test_any_header_is_answered(accept: str) -> None:
    try:
        assert choose(accept, SOLUTIONS).offer in SOLUTIONS
    except HTTPError as error:
        assert error.status == 406
