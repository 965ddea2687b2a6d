"""The token of a form: genuine for its holder alone, and never written twice alike."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.web.access.token import PAD_BYTES, is_genuine, make

PADS = st.binary(min_size=PAD_BYTES, max_size=PAD_BYTES)


@given(st.binary(min_size=1), st.text(max_size=50), PADS)
def test_what_was_made_is_genuine_for_its_holder_alone(secret: bytes, holder: str, pad: bytes) -> None:
    token = make(secret, holder, pad)
    assert is_genuine(token, secret, holder)
    assert not is_genuine(token, secret, holder + "x")
    assert not is_genuine(token, secret + b"x", holder)


@given(PADS, PADS)
def test_another_pad_writes_another_token(one: bytes, other: bytes) -> None:
    assert (make(b"k", "w", one) == make(b"k", "w", other)) == (one == other)


@given(st.integers(min_value=0, max_value=2 * PAD_BYTES * 8 - 1))
def test_a_flipped_bit_is_noticed(bit: int) -> None:
    raw = bytearray(base64.urlsafe_b64decode(make(b"k", "w", bytes(PAD_BYTES))))
    raw[bit // 8] ^= 1 << bit % 8
    assert not is_genuine(base64.urlsafe_b64encode(raw).decode(), b"k", "w")


@pytest.mark.parametrize("nonsense", ["", "é", "A" * 87, "A" * 10_000, "=" * 88, "\x00" * 88, "not base64 at all"])
def test_nonsense_is_no_token(nonsense: str) -> None:
    assert not is_genuine(nonsense, b"k", "w")
