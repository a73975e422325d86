"""Clusters: the same knowledge gives the same groups, in whatever order it is told, and keeps apart what must be."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from lakes import BASE
from modellake.lake.identity.clusters import Knowledge, canonical, merges, pair_of, settled
from modellake.ledger.commits import Identifier

NAMES = [
    *(f"{BASE}model/{name}/version/{label}" for name in "ab" for label in ("1", "2")),
    "https://doi.org/10.1/x",
    "pkg:pypi/x@1",
]
OWN = [f"{BASE}model/{name}/version/0123456789abcdef" for name in "pqr"]
KINDS = ["ModelVersion in default", "DatasetVersion in default"]
KEYS = ["sha256:aa", "sha256:bb", "https://doi.org/10.1/x", f"{BASE}model/a/version/1"]

iris = st.sampled_from(NAMES + OWN)
pairs = st.tuples(iris, iris).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: pair_of(*pair))


@st.composite
def knowledge(draw: st.DrawFn) -> Knowledge:
    borne = {}
    for iri in draw(st.lists(iris, unique=True, min_size=1)):
        kind = draw(st.sampled_from(KINDS))
        keys = draw(st.sets(st.sampled_from(KEYS)))
        own = iri in OWN
        borne[iri] = frozenset(Identifier(key, kind, own and key.startswith("sha256")) for key in keys)
    decided = draw(st.dictionaries(pairs, st.booleans(), max_size=4))
    there = {pair: same for pair, same in decided.items() if pair[0] in borne and pair[1] in borne}
    accepted = frozenset(pair for pair, same in there.items() if same)
    return Knowledge(borne, accepted, frozenset(there) - accepted, frozenset(), BASE)


@given(knowledge(), st.randoms())
def test_the_order_in_which_things_are_known_does_not_matter(known: Knowledge, random) -> None:
    names = list(known.identifiers)
    random.shuffle(names)
    again = Knowledge(
        {name: known.identifiers[name] for name in names}, known.accepted, known.rejected, frozenset(), BASE
    )
    assert merges(again) == merges(known)
    assert set(settled(again)) == set(settled(known))


@given(knowledge())
def test_groups_do_not_overlap_and_names_do_not_chain(known: Knowledge) -> None:
    groups = settled(known)
    assert all(len(group) > 1 for group in groups)
    assert all(not one & other for one, other in combinations(groups, 2))
    names = merges(known)
    assert not set(names) & set(names.values())
    assert set(names) | set(names.values()) == set().union(*groups)


@given(knowledge())
def test_what_people_accept_is_one_and_what_they_reject_is_not(known: Knowledge) -> None:
    of = {iri: group for group in settled(known) for iri in group}
    for one, other in known.accepted:
        assert other in of[one]
    joined = {pair for group in settled(known) for pair in combinations(sorted(group), 2)}
    for pair in known.rejected & joined:
        # Only decisions of people can hold a rejected pair together, which the lake does not let happen.
        assert known.accepted, pair


@given(knowledge())
def test_without_decisions_equal_content_never_joins_two_names_of_one_scheme(known: Knowledge) -> None:
    only = {
        iri: frozenset(item for item in items if item.key.startswith("sha256"))
        for iri, items in known.identifiers.items()
    }
    alone = Knowledge(only, base=BASE)
    for group in settled(alone):
        given = [iri for iri in group if not alone.is_own(iri) and iri.startswith(BASE)]
        assert len(given) <= 1


@given(knowledge())
def test_resources_of_two_sorts_are_never_one_unless_accepted(known: Knowledge) -> None:
    undecided = Knowledge(known.identifiers, base=BASE)
    for group in settled(undecided):
        assert len({item.kind for iri in group for item in undecided.identifiers[iri]}) == 1


def test_a_given_name_is_kept_before_a_checksum_and_the_first_of_equals() -> None:
    kind = KINDS[0]
    known = Knowledge(
        {OWN[0]: frozenset({Identifier(KEYS[0], kind, True)}), NAMES[3]: frozenset({Identifier(KEYS[0], kind)})},
        base=BASE,
    )
    assert merges(known) == {OWN[0]: NAMES[3]}
    assert canonical(known, [NAMES[3], NAMES[1]]) == NAMES[1]
