"""A probe's signing key changes under one name: planned, lost, stolen, forged, and broken off at every step."""

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiomqtt

from collector.enrolment import enrol, replace_key
from collector.envelope import Enrolled
from collector.home import CollectorHome
from collector.identity.keyring import keys_of
from collector.journal import Journal
from collector.proof.audit.check import Question, check
from collector.proof.audit.defect import DefectKind
from probe import key, keyfile, wire
from probe.body.key_change import KeyChange
from probe.body.key_proof import Place, announcement
from probe.identity import ProbeHome
from probe.record import Record
from probe.uplink.rotation import Rotation
from probe.wire import Kind, Outcome
from tests.integration.collector_rig import (
    AT,
    TWO_PROBES,
    Broker,
    Collector,
    a_broker,
    a_key,
    a_notice,
    a_probe,
    enrol_probe,
    needs_mosquitto,
    sealed,
    until,
)
from tests.integration.rotation_rig import LINE, PROBE, a_draft, public_jwk, rotating, spool_of

pytestmark = needs_mosquitto
EVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


@asynccontextmanager
async def _both(folder: Path) -> AsyncIterator[tuple[ProbeHome, Broker, Collector]]:
    """A broker, a collector, and the home of a probe that it knows."""
    home, root = ProbeHome(root=folder / "probe"), folder / "collector"
    keyfile.load_or_make(home.key)
    enrol(root, probe=PROBE, line=LINE, public_jwk=public_jwk(home), at=AT)
    async with a_broker(root, TWO_PROBES) as broker, Collector(root, broker.settings) as collector:
        yield home, broker, collector


def _known(collector: Collector) -> Enrolled:
    return collector.store.enrolled([LINE])[0]


def _kept(collector: Collector) -> list[int]:
    return sorted(one.record.sequence for one in collector.store.records([LINE], *EVER))


def _defects(collector: Collector) -> tuple[object, ...]:
    return check(CollectorHome(collector.home), Question(), say=lambda _: None).defects


def _change(sequence: int, *, old: key.Key, new: key.Ed25519Key, probe: str = PROBE, at: int | None = None) -> Record:
    """The record that announces `new`; `at` is the number that the new key signed for."""
    previous = key.from_jwk(key.public_jwk(old)).thumbprint()
    place = Place(line=LINE, probe=probe, sequence=at or sequence, previous=previous)
    a_record = a_notice(sequence)
    return Record(
        line=LINE,
        probe=PROBE,
        sequence=sequence,
        started=a_record.started,
        ended=a_record.ended,
        software="t",
        body=announcement(place, next_key=new),
    )


def _private(own: key.Key) -> str:
    return json.dumps(dict(own.as_dict(private=True)))


def _forged(*, old: key.Key, new: key.Ed25519Key, by: key.Ed25519Key) -> Record:
    """It names `new`, and `by` gave the proof."""
    honest, theirs = _change(1, old=old, new=new), _change(1, old=old, new=by)
    assert isinstance(honest.body, KeyChange)
    assert isinstance(theirs.body, KeyChange)
    return replace(honest, body=replace(honest.body, proof=theirs.body.proof))


async def test_a_planned_change_keeps_name_sequence_and_chain(tmp_path: Path) -> None:
    async with _both(tmp_path) as (home, broker, collector):
        old = keyfile.load_or_make(home.key).thumbprint()
        async with rotating(home, broker, collector) as one:
            for _ in range(3):
                one.append()
            new = one.rotate()
            for _ in range(3):
                one.append()
            await until(lambda: one.waiting == 0 and one.signs_with == new.thumbprint())
            assert not home.next_key.exists()
            one.append()
            await until(lambda: one.waiting == 0)
        newest, former = keys_of(_known(collector))
        assert (newest.allowed_by, newest.until_at) == ("p1/4", None)
        assert (keyfile.load_or_make(home.key).thumbprint(), former.last_sequence) == (new.thumbprint(), 4)
        assert key.from_jwk(former.public_jwk).thumbprint() == old
        assert _kept(collector) == list(range(1, 9))
        assert collector.store.counts().rejected == {}
        assert _defects(collector) == ()


async def test_a_former_key_is_good_for_what_comes_late_and_for_nothing_more(tmp_path: Path) -> None:
    old, new = a_key(), key.generate()
    enrol_probe(tmp_path, old)
    async with (
        a_broker(tmp_path) as broker,
        Collector(tmp_path, broker.settings) as collector,
        a_probe(broker) as probe,
    ):
        first = sealed([a_notice(1)], by=old)
        last = sealed([_change(2, old=old, new=new)], by=old, previous=wire.sha256(first))
        beyond = sealed([a_notice(3)], by=old, previous=wire.sha256(last))
        assert (await _sent(collector, probe, last)).key == new.thumbprint()
        assert (await _sent(collector, probe, first)).outcome is Outcome.ACCEPTED
        assert (await _sent(collector, probe, last)).outcome is Outcome.DUPLICATE
        refused = await _sent(collector, probe, beyond)
        assert (refused.outcome, refused.reason) == (Outcome.REJECTED, "key_ended")
        assert refused.head_sha256 == wire.sha256(first), "from there it goes on with the new key"
        by_new = sealed([a_notice(3)], by=new, previous=wire.sha256(last))
        assert (await _sent(collector, probe, by_new)).outcome is Outcome.ACCEPTED
        assert collector.sequences() == [1, 2, 3]
        assert _defects(collector) == ()


async def test_a_revoked_key_is_refused_at_once_and_what_it_signed_before_stays(tmp_path: Path) -> None:
    old = a_key()
    enrol_probe(tmp_path, old)
    async with (
        a_broker(tmp_path) as broker,
        Collector(tmp_path, broker.settings) as collector,
        a_probe(broker) as probe,
    ):
        first, second = sealed([a_notice(1)], by=old), sealed([a_notice(2)], by=old)
        assert (await _sent(collector, probe, first)).outcome is Outcome.ACCEPTED
        with closing(Journal(CollectorHome(tmp_path).journal)) as journal:
            assert journal.revoke_key(PROBE, key.from_jwk(key.public_jwk(old)).thumbprint(), at=AT) == 1
        assert (await _sent(collector, probe, second)).reason == "key_revoked"
        assert (await _sent(collector, probe, sealed([_change(2, old=old, new=key.generate())], by=old))).reason == (
            "key_revoked"
        ), "nor can whoever holds it name the next"
        assert collector.sequences() == [1]
        assert _defects(collector) == ()


async def test_a_change_that_does_not_hold_changes_nothing(tmp_path: Path) -> None:
    old, new, thief = a_key(), key.generate(), key.generate()
    enrol_probe(tmp_path, old)
    told = {
        "another key": [_change(1, old=thief, new=thief)],
        "another probe": [_change(1, old=old, new=new, probe="p2")],
        "another place": [_change(1, old=old, new=new, at=7)],
        "no proof": [_forged(old=old, new=new, by=thief)],
        "in the middle": [_change(1, old=old, new=new), a_notice(2)],
        "known": [_change(1, old=old, new=key.from_jwk(_private(old)))],
    }
    async with (
        a_broker(tmp_path) as broker,
        Collector(tmp_path, broker.settings) as collector,
        a_probe(broker) as probe,
    ):
        for of, records in told.items():
            receipt = await _sent(collector, probe, sealed(records, by=thief if of == "another key" else old))
            assert receipt.reason == ("signature" if of == "another key" else "key_change"), of
            assert receipt.key is None
        assert _known(collector).keys == ()
        assert (await _sent(collector, probe, sealed([a_notice(1)], by=old))).outcome is Outcome.ACCEPTED


async def test_a_change_said_again_changes_nothing_more(tmp_path: Path) -> None:
    first, second, third = a_key(), key.generate(), key.generate()
    enrol_probe(tmp_path, first)
    async with (
        a_broker(tmp_path) as broker,
        Collector(tmp_path, broker.settings) as collector,
        a_probe(broker) as probe,
    ):
        one = sealed([_change(1, old=first, new=second)], by=first)
        two = sealed([_change(2, old=second, new=third)], by=second, previous=wire.sha256(one))
        for message in (one, two, one, two):
            await _sent(collector, probe, message)
        replayed = sealed([_change(3, old=first, new=second)], by=third, previous=wire.sha256(two))
        assert (await _sent(collector, probe, replayed)).key is None, "another key signed it: it is history"
        again = sealed([_change(4, old=third, new=second)], by=third, previous=wire.sha256(replayed))
        assert (await _sent(collector, probe, again)).reason == "key_change", "a key that ended comes back no more"
        assert key.from_jwk(_known(collector).public_jwk).thumbprint() == third.thumbprint()
        assert _defects(collector) == ()


async def test_a_lost_key_is_replaced_by_a_ticket_and_what_waits_is_signed_anew(tmp_path: Path) -> None:
    async with _both(tmp_path) as (home, broker, collector):
        async with rotating(home, broker, collector) as one:
            one.append()
            await until(lambda: one.waiting == 0)
        with spool_of(home) as spool:
            spool.append(a_draft())
            assert spool.next_batch() is not None, "signed with the key that is lost now"
        home.key.unlink()
        new = keyfile.load_or_make(home.next_key)
        replace_key(collector.home, probe=PROBE, line=LINE, public_jwk=key.public_jwk(new), at=AT + timedelta(days=1))
        async with rotating(home, broker, collector) as one:
            one.append()
            await until(lambda: one.waiting == 0 and one.spool.state().rejected_batches == 0)
            assert one.signs_with == new.thumbprint()
        assert _kept(collector) == [1, 2, 3]
        assert [one.allowed_by for one in keys_of(_known(collector))] == ["ticket", "enrolment"]
        assert _defects(collector) == ()


async def test_a_stolen_key_is_revoked_and_its_probe_goes_on_with_another(tmp_path: Path) -> None:
    """While it is at work: it finds out by the next receipt."""
    async with _both(tmp_path) as (home, broker, collector), rotating(home, broker, collector) as one:
        one.append()
        await until(lambda: one.waiting == 0)
        with closing(Journal(CollectorHome(collector.home).journal)) as journal:
            journal.revoke_key(PROBE, None, at=AT + timedelta(days=1))
        one.append()
        await until(lambda: one.spool.state().rejected_batches == 1)
        assert any("prova probe rotate-key --ticket" in words for words in one.said)
        new = keyfile.load_or_make(home.next_key)
        replace_key(collector.home, probe=PROBE, line=LINE, public_jwk=key.public_jwk(new), at=AT + timedelta(days=1))
        one.append()
        await until(lambda: one.waiting == 0 and one.spool.state().rejected_batches == 0)
        assert one.signs_with == new.thumbprint()
        assert _kept(collector) == [1, 2, 3]
        assert _defects(collector) == ()


async def test_a_key_that_no_record_announced_is_found(tmp_path: Path) -> None:
    """Somebody who can write the journal lets a key of his own in, and says that the probe's own record did."""
    async with _both(tmp_path) as (home, broker, collector):
        async with rotating(home, broker, collector) as one:
            one.append()
            await until(lambda: one.waiting == 0)
        journal = CollectorHome(collector.home).journal
        with closing(Journal(journal)) as writer:
            writer.replace_key(PROBE, key.public_jwk(key.generate()), at=AT)
        assert _defects(collector) == (), "a ticket is noted, and no defect"
        with closing(sqlite3.connect(journal)) as db, db:
            db.execute("UPDATE probe SET key_allowed_by = 'p1/1'")
        (found,) = check(CollectorHome(collector.home), Question(), say=lambda _: None).defects
        assert (found.kind, found.probe) == (DefectKind.SIGNATURE, PROBE)


async def test_a_collector_that_does_not_know_of_changes_leaves_the_probe_its_key(tmp_path: Path) -> None:
    """Its receipt for the announcement names no key."""
    home = ProbeHome(root=tmp_path)
    old, new = keyfile.load_or_make(home.key), keyfile.load_or_make(home.next_key)
    with spool_of(home) as spool:
        assert spool.announce(new, at=a_draft().started, software="t")
        batch, said = spool.next_batch(), list[str]()
        assert batch is not None
        spool.append(a_draft())
        assert spool.next_batch(after=batch.last) is None, "nothing is sealed before the change is settled"
        one = Rotation(spool, home, key=old, software="t", say=said.append, wake=lambda: None)
        answered = wire.Receipt(
            line=LINE, probe=PROBE, batch_sha256=batch.sha256, outcome=Outcome.ACCEPTED, received_at=AT
        )
        assert not one.heed(answered)
        spool.receipted(batch.sha256)
        following = spool.next_batch()
        assert following is not None
        assert wire.open_batch(following.signed, key=old).first == 2
        assert (home.next_key.exists(), len(said)) == (False, 1)


async def _sent(collector: Collector, probe: aiomqtt.Client, message: bytes) -> wire.Receipt:
    await probe.publish(wire.topic(Kind.RECORDS, LINE, PROBE), message, qos=1)
    return await collector.next_receipt(probe)
