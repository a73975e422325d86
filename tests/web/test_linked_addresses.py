"""Every IRI that a lake may hold has an address, from which it is found again, whatever clients make of it."""

from __future__ import annotations

from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from modellake.core.errors import UsageError
from modellake.core.iris import LakeIRIs, home_of, named_node
from modellake.web.linked.addresses import Address, Links, address_of, encoded, resources_at, topics_at
from modellake.web.messages import Request
from modellake.web.problems import HTTPError

BASES = ["https://lake.example.org/", "https://lake.example.org/lakes/main/", "http://127.0.0.1:8000/"]
TAILS = st.text("xyzÄ€é漢😀/-._~%2Fé!$&'()*+,;=:@?0", max_size=20)


def request(target: str, root: str = "") -> Request:
    """A request as a server hands it on (https://asgi.readthedocs.io/en/latest/specs/www.html)."""
    path, _, query = target.partition("?")
    scope = {
        "type": "http",
        "method": "GET",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [],
        "root_path": root,
    }
    return Request(scope, None)  # type: ignore[arg-type]


def iris_below(base: str) -> st.SearchStrategy[str]:
    """IRIs that differ on the wire: HTTP does not tell an empty query string from none."""
    return TAILS.map(lambda tail: base + tail).filter(is_iri).filter(lambda iri: not iri.endswith("?"))


def is_iri(iri: str) -> bool:
    try:
        named_node(iri)
    except UsageError:
        return False
    return True


@pytest.mark.parametrize("base", BASES)
@given(data=st.data())
def test_resources_are_found_by_their_address(base: str, data: st.DataObject) -> None:
    iri = data.draw(iris_below(base))
    target = "/" + encoded(iri.removeprefix(base))
    assert NamedNode(iri) in list(resources_at(address_of(request(target)), LakeIRIs(base)))


@pytest.mark.parametrize("base", BASES)
@given(data=st.data())
def test_resources_are_found_by_their_records(base: str, data: st.DataObject) -> None:
    """Also those elsewhere, and below what a proxy leaves of the path."""
    iris = LakeIRIs(base)
    elsewhere = st.sampled_from(["https://elsewhere.example.org/", "urn:uuid:", "ftp://x/"])
    iri = data.draw(st.one_of(iris_below(base), elsewhere.flatmap(iris_below)))
    home = home_of(NamedNode(iri))
    record = iris.record(home)
    target = "/" + encoded(record.value.removeprefix(base))
    assert home in list(topics_at(address_of(request(target)), iris))
    root = urlsplit(base).path.rstrip("/")
    assert home in list(topics_at(address_of(request(root + target, root)), iris))


@given(st.text(max_size=30))
def test_no_address_is_too_strange(tail: str) -> None:
    iris = LakeIRIs(BASES[0])
    for target in ("/" + quote(tail, safe="/?%&=:"), "/record/" + quote(tail, safe="/?%&=:")):
        address = address_of(request(target))
        for node in (*resources_at(address, iris), *topics_at(address, iris)):
            assert is_iri(node.value)


@pytest.mark.parametrize("base", BASES)
@given(data=st.data())
def test_links_lead_where_they_say_from_anywhere(base: str, data: st.DataObject) -> None:
    here, there = data.draw(iris_below(base)), data.draw(iris_below(base))
    links = Links(LakeIRIs(base), Address(encoded(here.removeprefix(base).partition("?")[0])))
    reference = links.to(NamedNode(there))
    assert reference.isascii()
    assert not urlsplit(reference).scheme
    assert not urlsplit(reference).netloc
    found = urljoin(base + encoded(here.removeprefix(base)).partition("?")[0], reference)
    assert urlsplit(found).netloc == urlsplit(base).netloc
    # Python reads semicolons, dots and empty segments otherwise than RFC 3986 does.
    if not any(mark in iri.partition("://")[2] for mark in ("/.", "//", ";") for iri in (here, there)):
        assert found == encoded(there)


def test_addresses_have_an_end() -> None:
    with pytest.raises(HTTPError) as raised:
        address_of(request("/" + "a" * 20_000))
    assert raised.value.status == 414


@pytest.mark.parametrize("iri", ["javascript:alert(1)", "data:text/html,x", "urn:x:y", "mailto:a@b", "http:x", "//x/y"])
def test_what_no_browser_is_led_to(iri: str) -> None:
    assert Links(LakeIRIs(BASES[0]), Address("model/x")).page(iri) is None
