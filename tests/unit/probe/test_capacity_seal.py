"""Authentication of the control units."""

import hmac
from hashlib import sha256

import pytest

from probe.capacity import codec, seal
from probe.capacity.pdu import Activation, Auth, Null, Setup

AUTH = Auth(mode=1, unix_time=1_764_000_000, key_id=3)
UNITS = [
    codec.encode_setup(Setup(is_request=True, auth=AUTH)),
    codec.encode_null(Null(auth=AUTH)),
    codec.encode_activation(Activation(upstream=False, auth=AUTH)),
]
KEYS = seal.derive(b"a shared secret", 1_764_000_000)


def test_keys_are_derived_as_sp_800_108_says() -> None:
    """Counter, label, zero, context, length in bits: two blocks of HMAC-SHA-256, written out."""
    fixed = b"UDPSTP" + b"\0" + b"1764000000" + (512).to_bytes(4, "big")
    blocks = [hmac.new(b"a shared secret", bytes([0, 0, 0, counter]) + fixed, sha256).digest() for counter in (1, 2)]
    assert [KEYS.client, KEYS.server] == blocks


def test_keys_are_not_printed() -> None:
    assert KEYS.client.hex() not in repr(KEYS)
    assert repr(KEYS.client) not in repr(KEYS)


@pytest.mark.parametrize("unit", UNITS)
def test_the_digest_covers_the_unit_with_digest_and_checksum_zeroed(unit: bytes) -> None:
    signed = seal.sealed(unit, KEYS.client)
    assert signed[-36:-4] == hmac.new(KEYS.client, unit, sha256).digest()
    assert signed[:-36] + bytes(32) + signed[-4:] == unit
    assert seal.is_genuine(signed, KEYS.client)
    assert seal.is_genuine(signed[:-2] + b"\x12\x34", KEYS.client), "a checksum comes after the digest"


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_is_not_genuine_under_another_key_or_with_another_byte(unit: bytes) -> None:
    signed = seal.sealed(unit, KEYS.client)
    assert not seal.is_genuine(signed, KEYS.server)
    assert not seal.is_genuine(unit, KEYS.client)
    assert not seal.is_genuine(signed[:8] + bytes([signed[8] ^ 1]) + signed[9:], KEYS.client)


@pytest.mark.parametrize(("apart_s", "recent"), [(0, True), (150, True), (-150, True), (151, False), (-151, False)])
def test_a_time_is_recent_within_the_window(apart_s: int, recent: bool) -> None:
    assert seal.is_recent(1_764_000_000 + apart_s, 1_764_000_000) is recent
