"""Messages of every version that was ever sent, kept as they were: they must be readable for ever."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from probe import wire
from probe.body.key_change import KeyChange
from probe.body.key_proof import Place, proven
from probe.body.notice import Notice, Unrecognised
from probe.body.reachability import Reachability
from probe.body.speed_test import SpeedTest
from probe.key import from_jwk

V1 = Path(__file__).parent / "v1"
BATCHES = ("batch_first", "batch_second", "batch_with_unknowns")
RECEIPTS = ("receipt_accepted", "receipt_duplicate", "receipt_rejected")
PROBE = from_jwk((V1 / "probe.jwk").read_text())
COLLECTOR = from_jwk((V1 / "collector.jwk").read_text())


def signed(name: str) -> bytes:
    return (V1 / f"{name}.jws").read_bytes()


def expected(name: str) -> Any:
    return json.loads((V1 / f"{name}.json").read_text())


def plain(value: Any) -> Any:
    """As JSON would have it."""
    return json.loads(msgspec.json.encode(value))


def differences(old: Any, new: Any, where: str = "") -> Iterator[str]:
    """Where `new` no longer says what `old` said. What `new` says beyond it is no difference."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old:
            yield from differences(old[key], new.get(key), f"{where}.{key}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from differences(one, other, f"{where}[{number}]")
    elif old != new or type(old) is not type(new):
        yield f"{where}: {old!r} became {new!r}"


@pytest.mark.parametrize("name", BATCHES)
def test_a_batch_of_version_1_still_says_what_it_said(name: str) -> None:
    batch = wire.open_batch(signed(name), key=PROBE)
    now = [{"id": one.id, "kind": type(one.body).__name__, "record": one} for one in batch.records]
    assert list(differences(expected(name), plain(now))) == []


@pytest.mark.parametrize("name", RECEIPTS)
def test_a_receipt_of_version_1_still_says_what_it_said(name: str) -> None:
    receipt = wire.open_receipt(signed(name), key=COLLECTOR)
    assert list(differences(expected(name), plain(receipt))) == []
    assert receipt.batch_sha256 == wire.sha256(signed("batch_first"))


def test_the_chain_of_version_1_holds() -> None:
    previous = None
    for name in BATCHES:
        assert wire.open_batch(signed(name), key=PROBE).previous_sha256 == previous
        previous = wire.sha256(signed(name))


def test_every_kind_of_record_is_among_the_kept_messages() -> None:
    kept = {type(one.body) for name in BATCHES for one in wire.open_batch(signed(name), key=PROBE).records}
    assert kept == {SpeedTest, Reachability, Notice, Unrecognised}


def test_a_change_of_key_of_version_1_still_says_what_it_said() -> None:
    """The last batch of one key, the first of the next, and the receipt between them."""
    old, new, collector = (from_jwk((V1 / f"key_change_{of}.jwk").read_text()) for of in ("old", "new", "collector"))
    last = wire.open_batch(signed("key_change_last"), key=old)
    following = wire.open_batch(signed("key_change_next"), key=new)
    for name, batch in (("key_change_last", last), ("key_change_next", following)):
        now = [{"id": one.id, "kind": type(one.body).__name__, "record": one} for one in batch.records]
        assert list(differences(expected(name), plain(now))) == []
    change = last.records[-1].body
    assert isinstance(change, KeyChange)
    place = Place(line=last.line, probe=last.probe, sequence=last.last, previous=old.thumbprint())
    assert proven(change, place).thumbprint() == new.thumbprint()
    assert following.previous_sha256 == wire.sha256(signed("key_change_last"))
    receipt = wire.open_receipt(signed("key_change_receipt"), key=collector)
    assert list(differences(expected("key_change_receipt"), plain(receipt))) == []
    assert receipt.key == new.thumbprint()


def test_what_a_reader_does_not_know_is_passed_over_and_its_bytes_kept() -> None:
    batch = wire.open_batch(signed("batch_with_unknowns"), key=PROBE)
    known, unknown = batch.records
    assert isinstance(known.body, Notice)
    assert unknown.body == Unrecognised("not_yet_known")
    assert all(b"not_yet_known" in raw for raw in batch.raw)


def test_a_message_signed_by_another_is_refused() -> None:
    with pytest.raises(wire.SignatureError):
        wire.open_batch(signed("batch_first"), key=COLLECTOR)
    with pytest.raises(wire.WireError, match="expected a prova-batch"):
        wire.open_batch(signed("receipt_accepted"), key=COLLECTOR)
