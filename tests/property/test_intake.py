"""Whatever bytes come on whatever topic, the collector decides; and the order of arrival does not matter."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.envelope import Accepted, Arrival, Enrolled, Rejected, StatusSeen
from collector.intake import judge, judge_status
from collector.journal import Journal
from collector.store import Store
from probe import key, wire
from probe.wire import Kind, Outcome
from tests.integration.collector_rig import AT, a_key, a_notice, sealed

BY = a_key()
P1 = Enrolled(probe="p1", line="casa", public_jwk=key.public_jwk(BY), enrolled_at=AT)
RECORDS = wire.topic(Kind.RECORDS, "casa", "p1")
GOOD = sealed([a_notice(1), a_notice(2)], by=BY)
TOPICS = st.sampled_from([RECORDS, wire.topic(Kind.STATUS, "casa", "p1")]) | st.text(max_size=40)


@given(topic=TOPICS, payload=st.binary(max_size=400), known=st.booleans())
def test_any_message_is_decided_without_an_error(topic: str, payload: bytes, known: bool) -> None:
    arrival = Arrival(topic=topic, payload=payload, received_at=AT)
    assert isinstance(judge(arrival, P1 if known else None), Rejected)
    assert isinstance(judge_status(arrival, P1 if known else None), Rejected | StatusSeen)


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_a_batch_with_any_byte_changed_is_refused(place: int, byte: int) -> None:
    changed = GOOD[:place] + bytes([byte]) + GOOD[place + 1 :]
    one = judge(Arrival(topic=RECORDS, payload=changed, received_at=AT), P1)
    assert isinstance(one, Accepted) == (changed == GOOD)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "sequence": _JSON,
            "started": st.fixed_dictionaries({}, optional={"at": _JSON, "monotonic_ns": _JSON, "boot_id": _JSON})
            | _JSON,
            "ended": _JSON,
            "software": _JSON,
            "kind": st.sampled_from(["notice", "speed_test", "tomorrow"]) | _JSON,
            "body": _JSON,
        },
    )
)
def test_any_well_signed_content_is_decided_without_an_error(record: dict[str, object]) -> None:
    signed = wire.seal_batch("casa", "p1", [msgspec.json.encode(record)], previous_sha256=None, key=BY)
    judge(Arrival(topic=RECORDS, payload=signed, received_at=AT), P1)


RANGES = st.lists(st.tuples(st.integers(1, 12), st.integers(0, 5)), min_size=1, max_size=12)


@settings(max_examples=30, deadline=None)
@given(ranges=RANGES, groups=st.integers(1, 5))
def test_each_record_is_stored_once_whatever_arrives_in_whatever_order(
    ranges: Sequence[tuple[int, int]], groups: int
) -> None:
    arriving = [_accepted(first, first + more) for first, more in ranges]
    wanted = {number for first, more in ranges for number in range(first, first + more + 1)}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "journal.sqlite3"
        journal = Journal(path)
        journal.enrol(P1)
        settled = [
            one for start in range(0, len(arriving), groups) for one in journal.store(arriving[start : start + groups])
        ]
        journal.close()
        found = [one.record.sequence for one in Store(path).records(["casa"], AT, AT + timedelta(days=1))]
        (state,) = Store(path).probes()
    assert found == sorted(wanted)
    assert (state.record_count, state.last_sequence) == (len(wanted), max(wanted))
    assert Outcome.REJECTED not in {one.outcome for one in settled}


def _accepted(first: int, last: int) -> Accepted:
    signed = sealed([a_notice(number) for number in range(first, last + 1)], by=BY)
    one = judge(Arrival(topic=RECORDS, payload=signed, received_at=AT), P1)
    assert isinstance(one, Accepted)
    return one
