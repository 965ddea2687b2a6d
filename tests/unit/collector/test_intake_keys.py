"""Which of a probe's keys may sign what, as the intake decides it from the message alone."""

from dataclasses import replace

import pytest

from collector.envelope import Accepted, Arrival, Enrolled, ProbeKey, Rejected, Rejection, StatusSeen
from collector.identity import keyring
from collector.intake import decide
from probe import key, wire
from probe.body.key_change import KeyChange
from probe.body.key_proof import Place, announcement
from probe.record import Body, Record
from probe.wire import Batch, Kind, SignatureError, Status
from tests.build import a_record
from tests.integration.collector_rig import AT, a_notice

FORMER, CURRENT, NEXT = key.generate(), key.generate(), key.generate()
RECORDS, STATUS = wire.topic(Kind.RECORDS, "casa", "p1"), wire.topic(Kind.STATUS, "casa", "p1")


def a_key_of_its_own(own: key.Ed25519Key, **told: object) -> ProbeKey:
    return replace(ProbeKey(public_jwk=key.public_jwk(own), from_at=AT), **told)  # type: ignore[arg-type]  # by name


def known(*keys: ProbeKey) -> Enrolled:
    return Enrolled(probe="p1", line="casa", public_jwk=keys[0].public_jwk, enrolled_at=AT, keys=keys)


P1 = known(a_key_of_its_own(CURRENT))
ENDED_AT_2 = a_key_of_its_own(FORMER, last_sequence=2, until_at=AT)


def a_body(sequence: int, body: Body) -> Record:
    return replace(a_record(body=body, sequence=sequence), line="casa", probe="p1")


def a_change(
    sequence: int, *, after: key.Ed25519Key = CURRENT, to: key.Ed25519Key = NEXT, claimed: int | None = None
) -> Record:
    """The record that says which key follows; `claimed` is the place that the next key signed for, its own else."""
    place = Place(line="casa", probe="p1", sequence=claimed or sequence, previous=after.thumbprint())
    return a_body(sequence, announcement(place, next_key=to))


def arrived(*records: Record, by: key.Ed25519Key = CURRENT) -> Arrival:
    encoded = [wire.encode_record(one) for one in records]
    signed = wire.seal_batch("casa", "p1", encoded, previous_sha256=None, key=by)
    return Arrival(topic=RECORDS, payload=signed, received_at=AT)


def said(arrival: Arrival, enrolled: Enrolled | None, *, revoked: frozenset[str] = frozenset()) -> object:
    return decide(arrival, {"p1": enrolled}.get, revoked)


def refusal(
    arrival: Arrival, enrolled: Enrolled | None, *, revoked: frozenset[str] = frozenset()
) -> tuple[Rejection, str]:
    one = said(arrival, enrolled, revoked=revoked)
    assert isinstance(one, Rejected)
    assert one.arrival is arrival
    return one.reason, one.detail


def accepted(arrival: Arrival, enrolled: Enrolled) -> Accepted:
    one = said(arrival, enrolled)
    assert isinstance(one, Accepted)
    return one


def test_each_kind_of_topic_is_decided_by_its_own_rules() -> None:
    good = arrived(a_notice(1))
    assert accepted(good, P1).batch.last == 1
    assert said(replace(good, topic=STATUS, payload=b"online"), P1) == StatusSeen(
        line="casa", probe="p1", status=Status.ONLINE, at=AT
    )
    assert refusal(replace(good, topic=STATUS), P1) == (Rejection.MALFORMED, "not a status of a probe")
    assert refusal(replace(good, topic="x"), P1) == (Rejection.NOT_A_TOPIC, "'x' is not a topic of records")


def test_a_revoked_probe_is_refused_by_name_and_a_stranger_as_a_stranger() -> None:
    good, gone = arrived(a_notice(1)), frozenset({"p1"})
    assert refusal(good, P1, revoked=gone) == (Rejection.REVOKED, "the probe p1 was revoked")
    assert refusal(replace(good, topic=STATUS), P1, revoked=gone)[0] is Rejection.REVOKED
    assert accepted(good, P1) == said(good, P1, revoked=frozenset({"p2"}))
    stranger = (Rejection.UNKNOWN_PROBE, "no probe p1 is enrolled for the line casa")
    assert refusal(good, None) == refusal(good, None, revoked=gone) == stranger


def test_a_refusal_says_what_was_wrong_and_with_whom() -> None:
    other = replace(P1, probe="p2")
    foreign = replace(arrived(a_notice(1)), topic=wire.topic(Kind.RECORDS, "casa", "p2"))
    assert decide(foreign, {"p2": other}.get, frozenset()) == Rejected(
        arrival=foreign,
        reason=Rejection.WRONG_IDENTITY,
        detail="signed as probe p1 of line casa, sent as probe p2 of casa",
    )
    large = replace(arrived(a_notice(1)), payload=b"x" * (wire.MAX_BATCH_BYTES + 1))
    assert refusal(large, P1)[1] == f"{wire.MAX_BATCH_BYTES + 1} bytes are more than the {wire.MAX_BATCH_BYTES} allowed"
    assert refusal(arrived(a_notice(1), by=NEXT), P1)[1].startswith("not signed with the expected key: ")
    assert refusal(arrived(a_notice(1), a_notice(3)), P1) == (
        Rejection.MALFORMED,
        "the sequence numbers of a batch must follow one another",
    )
    assert refusal(arrived(), P1) == (Rejection.MALFORMED, "a batch without records")


def test_the_last_number_that_can_be_counted_is_taken_and_the_next_is_not() -> None:
    last, notice = 2**63 - 1, a_notice(1)
    assert accepted(arrived(replace(notice, sequence=last)), P1).batch.last == last
    beyond = arrived(replace(notice, sequence=last), replace(notice, sequence=last + 1))
    assert refusal(beyond, P1) == (Rejection.MALFORMED, f"sequence {last + 1} is more than can be counted")


def test_what_is_accepted_names_the_key_that_signed_it() -> None:
    both = known(a_key_of_its_own(CURRENT), ENDED_AT_2)
    assert accepted(arrived(a_notice(3)), both).signer == both.keys[0]
    late = accepted(arrived(a_notice(2), by=FORMER), both)
    assert (late.signer, late.next_jwk) == (both.keys[1], None)


def test_a_former_key_signs_nothing_beyond_its_last_record() -> None:
    both = known(a_key_of_its_own(CURRENT), ENDED_AT_2)
    assert refusal(arrived(a_notice(2), a_notice(3), by=FORMER), both) == (
        Rejection.KEY_ENDED,
        "the key of p1 that signed it ended with record 2",
    )


def test_a_revoked_key_signs_nothing() -> None:
    revoked = known(a_key_of_its_own(CURRENT), replace(ENDED_AT_2, revoked_at=AT))
    assert refusal(arrived(a_notice(1), by=FORMER), revoked) == (
        Rejection.KEY_REVOKED,
        "the key of p1 that signed it was revoked",
    )


def test_the_key_that_is_to_follow_is_named_by_the_last_record() -> None:
    one = accepted(arrived(a_notice(1), a_change(2)), P1)
    assert one.next_jwk == key.public_jwk(NEXT)
    assert accepted(arrived(a_notice(1)), P1).next_jwk is None


def test_a_change_that_another_key_made_is_history() -> None:
    assert accepted(arrived(a_change(1, after=FORMER, to=CURRENT)), P1).next_jwk is None


@pytest.mark.parametrize(
    ("records", "enrolled", "why"),
    [
        ((a_change(1), a_notice(2)), P1, "it comes before the end of its batch"),
        ((a_change(1, claimed=9),), P1, "the next key signed for another place"),
        ((a_change(1, to=CURRENT),), P1, "it names a key that the probe has or had"),
        ((a_change(1),), known(a_key_of_its_own(CURRENT, until_at=AT)), "another key follows that one already"),
    ],
)
def test_a_change_of_key_that_does_not_hold_is_refused(
    records: tuple[Record, ...], enrolled: Enrolled, why: str
) -> None:
    assert refusal(arrived(*records), enrolled) == (Rejection.KEY_CHANGE, f"its change of key does not hold: {why}")


def test_a_change_said_again_is_the_same_change() -> None:
    followed = known(a_key_of_its_own(NEXT, allowed_by="p1/2"), a_key_of_its_own(CURRENT, last_sequence=2, until_at=AT))
    assert accepted(arrived(a_notice(1), a_change(2)), followed).next_jwk == key.public_jwk(NEXT)


def test_only_a_probes_newest_eight_keys_are_tried() -> None:
    olden = [key.generate() for _ in range(8)]
    keys = (a_key_of_its_own(CURRENT), *(a_key_of_its_own(one) for one in olden))
    assert accepted(arrived(a_notice(1), by=olden[6]), known(*keys)).signer == keys[7]
    assert refusal(arrived(a_notice(1), by=olden[7]), known(*keys))[0] is Rejection.SIGNATURE


def a_batch(*records: Record) -> Batch:
    return Batch(line="casa", probe="p1", previous_sha256=None, records=records)


def test_the_next_key_is_announced_by_record_and_thumbprint() -> None:
    signer = a_key_of_its_own(CURRENT)
    assert keyring.announced(a_batch(a_change(4)), signer) == ("p1/4", NEXT.thumbprint())
    assert keyring.announced(a_batch(a_notice(4)), signer) is None
    unreadable = KeyChange(previous=CURRENT.thumbprint(), next_jwk="{}", proof="x")
    assert keyring.announced(a_batch(a_body(4, unreadable)), signer) is None


def test_a_kept_batch_holds_by_the_keys_of_its_time_alone() -> None:
    signed = arrived(a_notice(1), a_notice(2)).payload
    since_5 = a_key_of_its_own(CURRENT, from_batch=5)
    assert keyring.held(signed, 6, [since_5])[1] is since_5
    assert keyring.held(signed, 6, [replace(since_5, from_batch=9), since_5])[1] is since_5
    revoked_at_6 = replace(since_5, revoked_batch=6)
    assert keyring.held(signed, 6, [a_key_of_its_own(NEXT), revoked_at_6])[1] is revoked_at_6
    assert keyring.held(signed, 6, [replace(since_5, last_sequence=2)])[0].last == 2
    for number, one, why in (
        (5, since_5, "^no key of this probe is known for its time$"),
        (7, revoked_at_6, "no key of this probe is known for its time"),
        (6, replace(since_5, last_sequence=1), "the key that signed it ended with record 1"),
        (6, a_key_of_its_own(NEXT), "not signed with the expected key"),
    ):
        with pytest.raises(SignatureError, match=why):
            keyring.held(signed, number, [one])
