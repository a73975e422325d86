"""Names of resources and records, and the way back."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from modellake.core.errors import UsageError
from modellake.core.iris import LakeIRIs, home_of

IRIS = LakeIRIs("https://lake.example.org/")


def test_kinds_of_names() -> None:
    model = IRIS.resource("model", "acme/churn")
    version = IRIS.version(model, "1.2")
    assert version.value == "https://lake.example.org/model/acme/churn/version/1.2"
    assert IRIS.fragment(version, "file-model.safetensors").value == version.value + "#file-model.safetensors"
    assert IRIS.record(version).value == "https://lake.example.org/record/model/acme/churn/version/1.2"


def test_a_resource_of_others_has_its_iri_in_the_name_of_its_record() -> None:
    record = IRIS.record(NamedNode("https://example.org/a b#c".replace(" ", "%20")))
    assert record.value == "https://lake.example.org/record/https%3A%2F%2Fexample.org%2Fa%2520b%23c"


@pytest.mark.parametrize("base", ["lake/", "https://example.org", "https://example.org/#", "https://e.org/?a=/", ""])
def test_a_base_iri_is_absolute_and_ends_in_a_slash(base: str) -> None:
    with pytest.raises(UsageError) as caught:
        LakeIRIs(base)
    assert caught.value.remedy


PATH = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30)


@given(name=PATH)
def test_any_name_makes_an_iri_that_survives_rdf(name: str) -> None:
    node = IRIS.version(IRIS.resource("model", name), name)
    written = serialize([Triple(node, node, IRIS.fragment(node, name))], format=RdfFormat.N_TRIPLES)
    assert written is not None
    assert next(parse(written, format=RdfFormat.N_TRIPLES)).subject == node


INSIDE = st.from_regex(r"[a-z]{1,6}(/([A-Za-z0-9.~_:-]|%[0-9A-F]{2}){1,10}){0,4}", fullmatch=True).map(
    lambda tail: IRIS.base + tail
)
OUTSIDE = st.from_regex(r"(https?://[a-z]{1,9}/|urn:[a-z]{2,5}:)([A-Za-z0-9/:.-]|%[0-9A-F]{2}){0,20}", fullmatch=True)


@given(iri=INSIDE | OUTSIDE)
def test_the_record_of_a_resource_leads_back_to_it(iri: str) -> None:
    home = NamedNode(iri)
    assert IRIS.topic(IRIS.record(home)) == home


@given(first=INSIDE | OUTSIDE, second=INSIDE | OUTSIDE)
def test_two_resources_never_share_a_record(first: str, second: str) -> None:
    assume(first != second)
    assert IRIS.record(NamedNode(first)) != IRIS.record(NamedNode(second))


def test_fragments_go_home() -> None:
    assert home_of(NamedNode("https://e.org/a#b")) == NamedNode("https://e.org/a")
