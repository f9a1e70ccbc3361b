"""Sealing: what is sealed opens under its key, in its place, whole; otherwise not at all."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.sealing import KEY, NONCE, CannotOpen, seal, unseal, unwrap, wrap

KEYS = st.binary(min_size=KEY, max_size=KEY)
NONCES = st.binary(min_size=NONCE, max_size=NONCE)


@given(KEYS, NONCES, st.text(), st.binary(max_size=20))
def test_what_is_sealed_opens_again(key: bytes, nonce: bytes, text: str, context: bytes) -> None:
    sealed = seal(key, nonce, text, context)
    assert unseal(key, sealed, context) == text
    assert len(sealed) == NONCE + len(text.encode()) + 16


@given(KEYS, NONCES, st.text(min_size=1, max_size=20), st.data())
def test_one_changed_bit_a_cut_another_place_or_another_key_opens_nothing(
    key: bytes, nonce: bytes, text: str, data: st.DataObject
) -> None:
    sealed = seal(key, nonce, text, b"entry 1/1")
    at = data.draw(st.integers(0, len(sealed) * 8 - 1))
    flipped = bytearray(sealed)
    flipped[at // 8] ^= 1 << at % 8
    cut = sealed[: data.draw(st.integers(0, len(sealed) - 1))]
    for broken, where, under in (
        (bytes(flipped), b"entry 1/1", key),
        (cut, b"entry 1/1", key),
        (sealed, b"entry 1/2", key),
        (sealed, b"entry 1/1", bytes([key[0] ^ 1, *key[1:]])),
    ):
        with pytest.raises(CannotOpen):
            unseal(under, broken, where)


def test_a_wrapped_key_opens_under_the_key_that_wrapped_it_for_its_owner_alone() -> None:
    kek, key = os.urandom(KEY), os.urandom(KEY)
    wrapped = wrap(kek, os.urandom(NONCE), key, b"key ana/1")
    assert unwrap(kek, wrapped, b"key ana/1") == key
    assert key not in wrapped
    for broken, where, under in (
        (wrapped, b"key bo/1", kek),
        (wrapped, b"key ana/1", key),
        (wrapped[:5], b"key ana/1", kek),
        (b"", b"key ana/1", kek),
    ):
        with pytest.raises(CannotOpen):
            unwrap(under, broken, where)
