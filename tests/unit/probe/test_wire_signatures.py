"""What this house signs by itself, joserfc verifies, and the other way round."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwa import EdDSAAlgorithm
from joserfc.jwk import OKPKey
from joserfc.jws import JWSRegistry

from probe import key, wire
from probe.key import Key, public_jwk
from probe.wire import Outcome, Receipt, SignatureError, WireError
from tests.build import AT

OURS = key.generate()
THEIRS = OKPKey.import_key(dict(json.loads(json.dumps(OURS.as_dict(private=True)))))
RECEIPT = Receipt(line="casa", probe="p1", batch_sha256="0" * 64, outcome=Outcome.ACCEPTED, received_at=AT)


def _registry() -> JWSRegistry:
    """EdDSA and no other; the library warns of the name that RFC 9864 replaced."""
    registry = JWSRegistry(algorithms=["EdDSA"])
    registry.max_payload_length = wire.MAX_BATCH_BYTES
    algorithm = EdDSAAlgorithm()
    algorithm.security_warning = ""
    registry.algorithms = {algorithm.name: algorithm}
    return registry


def verified_by_the_library(signed: bytes, *, typ: str, key: Key) -> bytes:
    """What joserfc makes of it, with the errors of this house."""
    try:
        opened = jws.deserialize_compact(signed, OKPKey.import_key(json.loads(public_jwk(key))), registry=_registry())
    except (JoseError, ValueError, TypeError) as error:
        raise SignatureError(str(error)) from error
    if opened.headers().get("typ") != typ:
        raise WireError("another kind of message")
    return opened.payload


def by_the_library(payload: bytes, header: dict[str, object]) -> bytes:
    return jws.serialize_compact(header, payload, THEIRS, registry=_registry()).encode()


@given(st.binary(max_size=300))
def test_a_signature_is_the_librarys_byte_for_byte(payload: bytes) -> None:
    assert wire.seal_paper(payload, typ="prova-calibration", key=OURS) == by_the_library(
        payload, {"alg": "EdDSA", "typ": "prova-calibration"}
    )


@given(st.binary(max_size=300))
def test_either_opens_what_either_signed(payload: bytes) -> None:
    header: dict[str, object] = {"alg": "EdDSA", "typ": "t"}
    for signed in (wire._sign(payload, typ="t", key=OURS), by_the_library(payload, header)):
        assert wire._verified(signed, typ="t", key=OURS) == payload
        assert verified_by_the_library(signed, typ="t", key=OURS) == payload


@given(st.data())
def test_what_was_changed_anywhere_is_refused_by_both(data: st.DataObject) -> None:
    signed = bytearray(wire.seal_receipt(RECEIPT, key=OURS))
    place = data.draw(st.integers(0, len(signed) - 1))
    signed[place] = data.draw(st.integers(0, 255).filter(lambda byte: byte != signed[place]))
    for verify in (wire._verified, verified_by_the_library):
        with pytest.raises(WireError):
            verify(bytes(signed), typ="prova-receipt", key=OURS)


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none", "typ": "prova-receipt"},
        {"alg": "Ed25519", "typ": "prova-receipt"},
        {"alg": "EdDSA", "typ": "prova-receipt", "crit": ["exp"], "exp": 1},
        {"alg": "EdDSA", "typ": "prova-receipt", "b64": False},
        ["EdDSA"],
        "EdDSA",
    ],
)
def test_a_header_that_is_not_the_wires_is_refused_though_the_signature_holds(header: object) -> None:
    assert OURS.private_key is not None
    signing_input = f"{key.base64url(json.dumps(header).encode())}.{key.base64url(b'{}')}".encode()
    signed = signing_input + b"." + key.base64url(OURS.private_key.sign(signing_input)).encode()
    with pytest.raises(SignatureError):
        wire.open_receipt(signed, key=OURS)


@pytest.mark.parametrize("signed", [b"", b".", b"..", b"a.b", b"a.b.c.d", b"\xff.\xff.\xff", b"e30.e30.AA=="])
def test_what_is_no_jws_is_refused_by_both(signed: bytes) -> None:
    for verify in (wire._verified, verified_by_the_library):
        with pytest.raises(SignatureError):
            verify(signed, typ="t", key=OURS)


def test_a_public_key_signs_nothing() -> None:
    with pytest.raises(TypeError, match="private"):
        wire.seal_paper(b"", typ="prova-calibration", key=key.from_jwk(key.public_jwk(OURS)))


def test_a_key_is_the_librarys_in_every_form() -> None:
    assert OURS.as_dict(private=True) == THEIRS.as_dict(private=True)
    assert key.public_jwk(OURS) == key.public_jwk(THEIRS)
    assert OURS.thumbprint() == THEIRS.thumbprint()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"kty": "OKP", "crv": "Ed448", "x": "AA"}',
        '{"kty": "OKP", "crv": "Ed25519", "x": "AA"}',
        '{"kty": "OKP", "crv": "Ed25519", "x": 7}',
        json.dumps({**OURS.as_dict(private=True), "d": key.generate().as_dict(private=True)["d"]}),
    ],
)
def test_what_is_no_key_of_ours_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(key.KeyFileError, match="JWK form"):
        key.from_jwk(text)
