"""Each message of the wire is read back as it was meant, and another message is told apart from it."""

import json
from dataclasses import replace

import pytest

from probe import key, wire
from probe.key import base64url, from_base64url
from probe.wire import Enrolment, Kind, Outcome, Receipt, SignatureError, Turn, WireError
from tests.build import AT
from tests.integration.collector_rig import a_notice

OURS, OTHER = key.generate(), key.generate()
RECEIPT = Receipt(line="casa", probe="p1", batch_sha256="0" * 64, outcome=Outcome.ACCEPTED, received_at=AT)
ASKED = Enrolment(probe="p1", public_jwk=key.public_jwk(OURS), request_pem="-----BEGIN", code="c-1")


def told(signed: bytes) -> tuple[dict[str, object], dict[str, object]]:
    """(header, payload) as anybody can read them."""
    header, payload, _ = signed.split(b".")
    return json.loads(from_base64url(header)), json.loads(from_base64url(payload))


def again(signed: bytes, by: key.Ed25519Key = OURS, **changed: object) -> bytes:
    """The same message with other members, signed anew."""
    header, payload = told(signed)
    return wire.seal_paper(json.dumps({**payload, **changed}).encode(), typ=str(header["typ"]), key=by)


def test_a_topic_names_what_cannot_be_one_of_its_levels() -> None:
    assert wire.topic(Kind.STATUS, "casa", "p1") == "prova/1/casa/p1/status"
    with pytest.raises(ValueError, match=r"^line "):
        wire.topic(Kind.STATUS, "ca/sa", "p1")
    with pytest.raises(ValueError, match=r"^probe "):
        wire.topic(Kind.STATUS, "casa", "#")


def test_a_topic_that_is_none_says_which_and_why() -> None:
    for name, why in (
        ("prova/1/casa/p1/other", "is not a topic of version 1: 'other'"),
        ("prova/1/CASA/p1/status", "is not a topic of version 1: line "),
        ("prova/1/casa/P1/status", "is not a topic of version 1: probe "),
        ("prova/2/casa/p1/status", "is not a topic of version 1"),
        ("prova/1/casa/p1/status/x", "is not a topic of version 1"),
    ):
        with pytest.raises(WireError, match=f"{name!r} {why}"):
            wire.parse_topic(name)


def test_a_receipt_is_signed_as_one_and_read_back_whole() -> None:
    full = replace(
        RECEIPT, reason="r", head_sha256="f" * 64, batch_count=3, turn=Turn(granted=True, until=AT), key="thumb"
    )
    signed = wire.seal_receipt(full, key=OURS)
    assert wire.open_receipt(signed, key=OURS) == full
    header, payload = told(signed)
    assert (header, payload["v"]) == ({"alg": "EdDSA", "typ": "prova-receipt"}, 1)
    with pytest.raises(SignatureError):
        wire.open_receipt(signed, key=OTHER)
    with pytest.raises(WireError, match=r"^version 2 is not known here; this is version 1$"):
        wire.open_receipt(again(signed, v=2), key=OURS)


def test_a_request_for_enrolment_is_signed_by_the_key_that_it_names() -> None:
    signed = wire.seal_enrolment(ASKED, key=OURS)
    assert wire.open_enrolment(signed) == ASKED
    header, payload = told(signed)
    assert (header, payload["v"]) == ({"alg": "EdDSA", "typ": "prova-enrolment"}, 1)
    with pytest.raises(SignatureError):
        wire.open_enrolment(wire.seal_enrolment(ASKED, key=OTHER))
    with pytest.raises(WireError, match=r"^version 2 is not known here"):
        wire.open_enrolment(again(signed, v=2))
    payload_bytes = from_base64url(signed.split(b".")[1])
    with pytest.raises(WireError, match=r"^expected a prova-enrolment, but the header says 'prova-receipt'$"):
        wire.open_enrolment(wire.seal_paper(payload_bytes, typ="prova-receipt", key=OURS))


@pytest.mark.parametrize(
    "signed", [b"", b"abc", b"a.b", b"." + base64url(b"{}").encode() + b".", wire.seal_paper(b"1", typ="t", key=OURS)]
)
def test_what_is_no_request_for_enrolment_says_so(signed: bytes) -> None:
    with pytest.raises(WireError, match=r"^not a request for enrolment: "):
        wire.open_enrolment(signed)


def test_a_request_that_is_too_long_is_not_read() -> None:
    with pytest.raises(WireError, match="bytes are more than the"):
        wire.open_enrolment(b"." * (wire.MAX_BATCH_BYTES + 1))


def test_a_request_that_names_no_key_says_so() -> None:
    signed = wire.seal_enrolment(replace(ASKED, public_jwk="{}"), key=OURS)
    with pytest.raises(WireError, match=r"^not a request for enrolment: "):
        wire.open_enrolment(signed)


def test_a_probe_reads_its_own_batch_whoever_signed_it() -> None:
    raw = wire.encode_record(a_notice(7))
    signed = wire.seal_batch("casa", "p1", [raw], previous_sha256="e" * 64, key=OURS)
    own = wire.own_batch(signed)
    assert own == wire.open_batch(signed, key=OURS)
    assert (own.records, own.raw, own.previous_sha256) == ((a_notice(7),), (raw,), "e" * 64)
    with pytest.raises(WireError, match=r"^version 9 is not known here"):
        wire.own_batch(again(signed, v=9))


def test_only_a_private_key_signs_and_only_this_wires_header_is_read() -> None:
    with pytest.raises(TypeError, match=r"^only a private Ed25519 key signs$"):
        wire.seal_paper(b"x", typ="t", key=key.from_jwk(key.public_jwk(OURS)))
    signed = wire.seal_paper(b"x", typ="t", key=OURS)
    with pytest.raises(WireError, match=r"^expected a u, but the header says 't'$"):
        wire.open_paper(signed, typ="u", key=OURS)


def test_a_body_that_is_not_known_here_keeps_its_name_and_is_not_written_anew() -> None:
    raw = wire.encode_record(a_notice(1)).replace(b'"kind":"notice"', b'"kind":"tomorrow"')
    record = wire.decode_record(raw, line="casa", probe="p1")
    assert wire.kind_of(record.body) == "tomorrow"
    with pytest.raises(TypeError, match=r"^a body of kind 'tomorrow' can only be passed on as the bytes it came in$"):
        wire.encode_record(record)


def test_a_record_that_cannot_be_says_what_is_wrong_with_it() -> None:
    raw = wire.encode_record(a_notice(1)).replace(b'"sequence":1', b'"sequence":0')
    with pytest.raises(WireError, match="sequence"):
        wire.decode_record(raw, line="casa", probe="p1")
