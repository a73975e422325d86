"""The texts of tokens: told by their form, whole or not."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from modellake.core.tokens import PATTERN, make_token, token_digest, token_id
from modellake.lake.recording.secrets import masked_text


def test_tokens_differ_and_are_whole() -> None:
    made = {make_token() for _ in range(1000)}
    assert len(made) == len({token_id(text) for text in made}) == 1000
    assert all(PATTERN.fullmatch(text) for text in made)


@given(st.integers(0, 60), st.characters(codec="ascii"))
def test_a_mistyped_token_is_told(place: int, letter: str) -> None:
    text = make_token()
    changed = text[:place] + letter + text[place + 1 :]
    assert (token_id(changed) is not None) == (changed == text)


@given(st.integers(0, 60))
def test_a_shortened_token_is_told(length: int) -> None:
    assert token_id(make_token()[:length]) is None


@given(st.text())
def test_other_texts_are_no_tokens(text: str) -> None:
    assert token_id(text) is None


def test_its_digest_is_that_of_sha_256() -> None:
    text = make_token()
    assert token_digest(text) == hashlib.sha256(text.encode()).digest()


def test_no_log_and_no_run_shows_one() -> None:
    text = make_token()
    assert text not in masked_text(f"GET /sparql?x={text} failed")
    assert text not in masked_text(f"the value {text}, and more")
