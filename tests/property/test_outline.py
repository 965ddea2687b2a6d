"""A batch read at sight says what the codec says of it, and is refused in the codec's words."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from collector.envelope import Outline
from collector.judging.outline import _at_sight, open_outline, outline_of
from probe import wire
from probe.body.draw import TurnWish
from probe.record import Record
from probe.wire import WireError
from tests.build import a_record
from tests.integration.collector_rig import a_key, a_notice, sealed
from tests.strategies import trial_records

BY = a_key()
_NUMBERS = st.sampled_from([-1, 0, 1, 2, 2**53, 2**63 - 1, 2**63, 2**64, 2**80, 0.5, -0.5, 1e300])
_TIMES = st.sampled_from(
    [
        "x",
        "2026-11-21T12:00:00Z",
        "2026-11-21T12:00:00+00:00",
        "2026-11-21T12:00:00+01:00",
        "2026-11-21T12:00:00",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999Z",
        "2026-11-21T12:00:00.1234567Z",
        "2026-11-21T12:00:00-00:00",
    ]
)
_ODD: st.SearchStrategy[object] = (
    st.none() | st.booleans() | _NUMBERS | _TIMES | st.text(max_size=4) | st.just([]) | st.just({})
)
_PLACES = st.sampled_from(
    [("sequence",), ("software",), ("kind",), ("body",), ("body", "kind"), ("body", "seconds"), ("more",)]
    + [(when, what) for when in ("started", "ended") for what in ("at", "monotonic_ns", "boot_id", "error_ms", "more")]
    + [("started",), ("started", "synchronised")]
)


def _decided(signed: bytes) -> tuple[object, object]:
    """What is said at sight and what by the codec, of which a refusal is one."""
    return _said(open_outline, signed), _said(
        lambda *given, **more: outline_of(wire.open_batch(*given, **more)), signed
    )


def _said(how: Callable[..., Outline], signed: bytes) -> object:
    try:
        return how(signed, key=BY)
    except WireError as error:
        return type(error), str(error)


def _changed(place: tuple[str, ...], to: object) -> list[bytes]:
    record: dict[str, Any] = msgspec.json.decode(wire.encode_record(a_notice(1)))
    inner = record
    for level in place[:-1]:
        inner = inner[level]
    inner[place[-1]] = to
    return [msgspec.json.encode(record), wire.encode_record(a_notice(2))]


@given(place=_PLACES, to=_ODD, line=st.sampled_from(["casa", "", "CASA", "a" * 64]))
def test_at_sight_a_batch_is_what_the_codec_says_or_refused_in_its_words(
    place: tuple[str, ...], to: object, line: str
) -> None:
    signed = wire.seal_batch(line, "p1", _changed(place, to), previous_sha256=None, key=BY)
    at_sight, by_the_codec = _decided(signed)
    assert at_sight == by_the_codec


@given(trial_records())
def test_what_probes_send_is_read_at_sight_as_the_codec_reads_it(records: list[Record]) -> None:
    encoded = [wire.encode_record(one) for one in _numbered(records)]
    if not encoded:
        return
    signed = wire.seal_batch("casa", "p1", encoded, previous_sha256="d" * 64, key=BY)
    assert _at_sight(wire.open_payload(signed, key=BY)) == outline_of(wire.open_batch(signed, key=BY))


@given(st.lists(st.sampled_from([None, 10.0, 20.0]), min_size=1, max_size=5))
def test_of_several_wishes_for_the_line_the_last_is_told(wishes: list[float | None]) -> None:
    records = [
        a_notice(number) if for_s is None else a_record(body=TurnWish(for_s=for_s), sequence=number)
        for number, for_s in enumerate(wishes, 1)
    ]
    signed = sealed(records, by=BY)
    outline = open_outline(signed, key=BY)
    assert outline == outline_of(wire.open_batch(signed, key=BY))
    last = next((for_s for for_s in reversed(wishes) if for_s is not None), None)
    assert (outline.wish and outline.wish.for_s) == last


def _numbered(records: list[Record]) -> list[Record]:
    return [replace(one, sequence=number) for number, one in enumerate(records, 1)]
