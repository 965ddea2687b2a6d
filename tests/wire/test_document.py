"""probe/WIRE.md names what the code sends, all of it."""

import dataclasses
import re
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from probe import record, wire
from probe.body import conditions, course, draw, key_change, names, notice, reachability, rung, speed_test, train
from probe.body.kind import KINDS
from probe.schedule import SkipReason

TEXT = (Path(__file__).parents[2] / "probe" / "WIRE.md").read_text()
HEADINGS: dict[type[Any], str] = {
    wire.Batch: "## Batch",
    wire.Receipt: "## Receipt",
    wire.Turn: "### Turn",
    record.Record: "## Record",
    record.Stamp: "### Stamp",
    speed_test.SpeedTest: "### SpeedTest",
    speed_test.Server: "### Server",
    speed_test.ServerSaid: "### ServerSaid",
    speed_test.RoundTrips: "### RoundTrips",
    speed_test.Progress: "### Progress",
    course.Burst: "### Burst",
    course.Prescribed: "### Prescribed",
    conditions.Conditions: "### Conditions",
    conditions.Source: "### Source",
    reachability.Reachability: "### Reachability",
    reachability.TargetMinute: "### TargetMinute",
    reachability.Sample: "### Sample",
    reachability.Condensed: "### Condensed",
    reachability.Answers: "### Answers",
    rung.LinkSeen: "### LinkSeen",
    rung.CarrierChange: "### CarrierChange",
    rung.RouterSeen: "### RouterSeen",
    rung.PathSeen: "### PathSeen",
    rung.Hop: "### Hop",
    rung.ClockSeen: "### ClockSeen",
    names.NamesSeen: "### NamesSeen",
    names.ResolverSeen: "### ResolverSeen",
    names.ZoneServerSeen: "### ZoneServerSeen",
    rung.CaptureKept: "### CaptureKept",
    notice.Notice: "### Notice",
    draw.Draw: "### Draw",
    draw.Decision: "### Decision",
    draw.Passed: "### Passed",
    draw.TurnWish: "### TurnWish",
    train.Train: "### Train",
    key_change.KeyChange: "### KeyChange",
}
# Told by the batch around a record, or known to the reader alone.
NOT_SENT = {(record.Record, "line"), (record.Record, "probe"), (wire.Batch, "raw")}
WORDS: tuple[type[StrEnum], ...] = (
    speed_test.Direction,
    speed_test.Failure,
    speed_test.Limit,
    course.EndedBy,
    conditions.Path,
    conditions.LinkType,
    reachability.Role,
    reachability.ProbeMethod,
    reachability.NoAnswer,
    notice.NoticeKind,
    draw.Origin,
    draw.Stratum,
    draw.Course,
    rung.Occasion,
    rung.Neighbour,
    rung.WanStatus,
    rung.LinkStatus,
    wire.Status,
    wire.Outcome,
)


def section(heading: str) -> str:
    """From a heading to the next one of its rank or above."""
    rank = heading.split(" ", maxsplit=1)[0]
    start = re.search(rf"^{re.escape(heading)}\b.*$", TEXT, re.MULTILINE)
    assert start, f"WIRE.md has no section {heading!r}"
    rest = TEXT[start.end() :]
    end = re.search(rf"^#{{1,{len(rank)}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def rows(heading: str) -> set[str]:
    """The names in the first column of the section's table."""
    first = [line.split("|")[1] for line in section(heading).splitlines() if line.startswith("| `")]
    return {name for cell in first for name in re.findall(r"`([^`]+)`", cell)}


@pytest.mark.parametrize("kind", HEADINGS, ids=lambda kind: kind.__name__)
def test_every_field_that_is_sent_has_its_row(kind: type[Any]) -> None:
    sent = {field.name for field in dataclasses.fields(kind) if (kind, field.name) not in NOT_SENT}
    assert sent <= rows(HEADINGS[kind]), f"WIRE.md does not tell of {sent - rows(HEADINGS[kind])}"


def test_no_kind_of_record_is_left_out() -> None:
    told = {kind for kind in HEADINGS if kind.__module__ not in {"probe.record", "probe.wire"}}
    bodies = (conditions, course, key_change, names, notice, reachability, draw, rung, speed_test, train)
    nouns = {kind for body in bodies for kind in vars(body).values() if dataclasses.is_dataclass(kind)}
    nouns -= {notice.Unrecognised}
    assert nouns == told
    assert all(f"`{kind}`" in section("## Record") for kind in KINDS)


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words.__name__)
def test_every_word_that_is_sent_is_told(words: type[StrEnum]) -> None:
    missing = [word.value for word in words if f"`{word.value}`" not in TEXT]
    assert not missing


def test_reasons_for_skipping_are_told() -> None:
    assert all(f"`{reason.value}:`" in TEXT for reason in SkipReason)


def test_numbers_and_topics_agree() -> None:
    assert f"{wire.MAX_BATCH_BYTES:,} bytes" in TEXT
    assert f"version {wire.VERSION}" in TEXT
    for kind in wire.Kind:
        assert f"`{wire.topic(kind, 'l', 'p').replace('/l/p/', '/<line>/<probe>/')}`" in TEXT
