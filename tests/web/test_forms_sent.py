"""Parameters as they stand in an address or a form, beside the standard library's own reading."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modellake.web.messages import MOST_PAIRS, form_pairs

PIECES = st.sampled_from([*"abé=&&+% ;?#", "%41", "%zz", "%C3%A9", "%", "%4", "%00", "%26", "%3D", "query="])


@given(st.lists(st.tuples(st.text(), st.text())))
def test_what_was_encoded_is_read(pairs: list[tuple[str, str]]) -> None:
    encodable = [pair for pair in pairs if "".join(pair).isprintable() and any(pair)]
    assert form_pairs(urlencode(encodable).encode()) == encodable


@given(st.lists(PIECES).map("".join))
def test_anything_is_read_as_the_standard_library_reads_it(text: str) -> None:
    sent = text.encode("latin-1")
    if not sent.isascii():
        with pytest.raises(UnicodeDecodeError):
            form_pairs(sent)
        return
    assert form_pairs(sent) == parse_qsl(text, keep_blank_values=True, errors="strict")


def test_what_is_not_in_utf8_is_refused() -> None:
    with pytest.raises(UnicodeDecodeError):
        form_pairs(b"query=%ff")


def test_pairs_have_a_bound() -> None:
    assert len(form_pairs(b"&".join([b"a=b"] * MOST_PAIRS))) == MOST_PAIRS
    for sent in (b"&".join([b"a=b"] * (MOST_PAIRS + 1)), b"&" * MOST_PAIRS):
        with pytest.raises(ValueError, match=str(MOST_PAIRS)):
            form_pairs(sent)
