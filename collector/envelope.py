"""Vocabulary. What arrived, from whom, when, and what the collector made of its form.

Knows nothing of what the numbers mean.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from probe.body.conditions import Path
from probe.body.key_change import KeyChange
from probe.body.speed_test import Direction, Failure
from probe.record import Record
from probe.wire import Outcome, Status

IMPORTED = "imported"  # stands as probe in records that no probe of ours made; none can be enrolled by this name


class Rejection(StrEnum):
    """Why a batch is not evidence. Its bytes are kept in quarantine all the same."""

    NOT_A_TOPIC = "not_a_topic"
    TOO_LARGE = "too_large"
    UNKNOWN_PROBE = "unknown_probe"
    REVOKED = "revoked"  # its probe is let in no longer
    SIGNATURE = "signature"
    KEY_ENDED = "key_ended"  # signed with a key that another has followed since
    KEY_REVOKED = "key_revoked"  # signed with a key that is taken no longer
    KEY_CHANGE = "key_change"  # it names a next key, and not as it should
    MALFORMED = "malformed"
    WRONG_IDENTITY = "wrong_identity"  # the signed line or probe is not the topic's
    CONFLICT = "conflict"  # a record of this number is here already with other content


class Remark(StrEnum):
    """What is odd about a batch that has the form of evidence, and is kept."""

    CHAIN_GAP = "chain_gap"
    CHAIN_RESTART = "chain_restart"
    CLOCK_AHEAD = "clock_ahead"
    CLOCK_AHEAD_UNSYNCHRONISED = "clock_ahead_unsynchronised"
    CLOCK_BEHIND = "clock_behind"


OF_A_KEY = frozenset({Rejection.SIGNATURE, Rejection.KEY_ENDED, Rejection.KEY_REVOKED})  # of the key, not the batch
BY_ENROLMENT, BY_TICKET = "enrolment", "ticket"  # who allowed a key that no record announced
REMARKED = "remarked"  # beside the outcomes of the wire, what messages are counted under
PASSED_OVER = "passed_over"
ODD = {
    Remark.CHAIN_GAP: "the batch before it, which it names, is not here",
    Remark.CHAIN_RESTART: "it says that it is its probe's first, and others came before",
    Remark.CLOCK_AHEAD: "a record of it begins after it came, though the probe's clock was held for synchronised",
    Remark.CLOCK_AHEAD_UNSYNCHRONISED: "a record of it begins after it came; the probe's clock was not synchronised",
    Remark.CLOCK_BEHIND: "a record of it begins more than 400 days before it came",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeKey:
    """One of the Ed25519 keys that a probe signs or signed with (RFC 7517 JSON).

    `allowed_by`: `enrolment`, `ticket`, or the record that announced it, as in `p1/42`. Of a former key `until_at` is
    when another followed, and `last_sequence` the last number that it may sign, however late; both are None of the
    present one. Of a revoked one nothing is taken since `revoked_at`. `from_batch`, `revoked_batch`: the newest batch
    of the log at that time; it was let in after the one, and signed none after the other.
    """

    public_jwk: str
    from_at: datetime
    from_batch: int = 0
    allowed_by: str = BY_ENROLMENT
    until_at: datetime | None = None
    last_sequence: int | None = None
    revoked_at: datetime | None = None
    revoked_batch: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """A probe that the collector knows. `public_jwk` is its present key.

    `keys`: all of them, newest first; empty where it never had another and that one holds.
    """

    probe: str
    line: str
    public_jwk: str
    enrolled_at: datetime
    keys: tuple[ProbeKey, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One MQTT message as it came. `topic` names the sender only as far as the broker lets probes write."""

    topic: str
    payload: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Wish:
    """A probe's wish for the line, `probe.body.draw.TurnWish`, and when it was made, in microseconds since 1970 UTC."""

    started_us: int
    for_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A batch as far as keeping it asks: its records follow one another from `first`, and each tuple has one of each.

    `started_us`: microseconds since 1970 UTC; `synchronised` and `error_ms`: what the probe held of its clock then, as
    in `probe.record.Stamp`. `wish`: the last one in the batch, None where there is none. `key_changes`: each with its
    sequence.
    """

    line: str
    probe: str
    previous_sha256: str | None
    first: int
    started_us: tuple[int, ...]
    synchronised: tuple[bool | None, ...]
    error_ms: tuple[float | None, ...]
    raw: tuple[bytes, ...]
    wish: Wish | None = None
    key_changes: tuple[tuple[int, KeyChange], ...] = ()

    @property
    def last(self) -> int:
        """Sequence of the last record."""
        return self.first + len(self.raw) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A batch of good form, to be stored if it is not there yet. `remarks`: what is odd about its times.

    `signer`: the key that signed it, to be held once more against what holds when it is stored; None: the present one,
    as whoever made this vouches. `next_jwk`: the key that is to follow that one; None where it names none.
    """

    batch: Outline
    batch_sha256: str
    signed: bytes
    received_at: datetime
    remarks: tuple[Remark, ...] = ()
    signer: ProbeKey | None = None
    next_jwk: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A message that is no evidence, and why: `reason` for counting, `detail` for people."""

    arrival: Arrival
    reason: Rejection
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusSeen:
    """What a probe, or the broker in its name, last said of it."""

    line: str
    probe: str
    status: Status
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """[start_at, end_at): the collector had no word from a probe, and what it had last been told why.

    `status` is `sleeping` where silence was announced, else `lost`. Both ends are when the collector heard of it: the
    probe may have fallen silent some time before. `end_at` is None where it goes on. It says nothing of the line.
    """

    line: str
    probe: str
    status: Status
    start_at: datetime
    end_at: datetime | None


@dataclass(frozen=True, slots=True)
class CollectorDown:
    """[start_at, end_at): this collector was not at work; at most 15 s of its beginning it was. No record is lost."""

    start_at: datetime
    end_at: datetime

    @property
    def seconds(self) -> float:
        """How long that is."""
        return (self.end_at - self.start_at).total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectorUptime:
    """When the collector itself was at work in [start_at, end_at): up, down and unknown add up to the period.

    `down` in order of time. `unknown_s`: before anything was noted, or while its clock was set. `at_work`: at the end.
    """

    start_at: datetime
    end_at: datetime
    up_s: float
    down_s: float
    unknown_s: float
    down: tuple[CollectorDown, ...]
    at_work: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnessed:
    """[started_at, ended_at): what a machine elsewhere got to hear when it asked for the line's address.

    `method`: `icmp` or `tcp`. `answered_count` of `asked_count` questions. It was asked from one place only, and the
    line's router may not answer strangers: no answer is no outage.
    """

    line: str
    started_at: datetime
    ended_at: datetime
    method: str
    asked_count: int
    answered_count: int


@dataclass(frozen=True, slots=True)
class Head:
    """Where a probe's chain of batches ends at this collector: the newest one's digest, and how many there are."""

    sha256: str
    batch_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of one message, once it is on the disk.

    `reason` and `detail` are set where it was rejected. `head` is set where it was not, or for its key alone: from
    there its probe goes on with another. `remarks` stand where it was accepted.
    """

    outcome: Outcome
    reason: Rejection | None = None
    detail: str = ""
    head: Head | None = None
    remarks: tuple[Remark, ...] = ()


class TimeFrom(StrEnum):
    """How the time of an imported test is known."""

    LOG = "log"  # it stands in the file
    ROW_ORDER = "row_order"  # the file leaves two readings open, and its neighbours decide
    NEIGHBOURS = "neighbours"  # it has none: evenly between the rows before and after


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedTest:
    """One direction of one speed test out of another tool's file. Exactly one of `rate_bps` and `failure` is set.

    `rate_bps` is the rate as that tool tells it, of the payload. `place` is the row or document in the file, from 1.
    `server` as the tool names it, empty where it does not; `tunnel` None where it does not say; `path` as far as the
    server's name tells. `told` is what tells tests of one time apart, such as the tool's own words of a failure; empty
    where nothing has to.
    """

    direction: Direction
    started_at: datetime
    ended_at: datetime
    place: int
    method: str
    software: str
    time_from: TimeFrom = TimeFrom.LOG
    rate_bps: int | None = None
    failure: Failure | None = None
    bytes: int | None = None
    duration_s: float | None = None
    idle_rtt_ms: float | None = None
    loaded_rtt_ms: float | None = None
    server: str = ""
    address: str | None = None
    tunnel: bool | None = None
    path: Path | None = None
    told: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedRoundTrips:
    """Small questions to one target at one time, out of another tool's file; `lost_count` of them had no answer.

    `median_ms` of those that did, None where none did. Kept and counted; no rule hears of them.
    """

    at: datetime
    target: str
    sent_count: int
    lost_count: int
    median_ms: float | None
    place: int
    time_from: TimeFrom = TimeFrom.LOG


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSource:
    """A file as it was imported. `mapping_sha256` and `timezone` are how its columns and its times were read.

    `timezone` is None where the file itself says it. `importer`: the version that read it.
    """

    sha256: str
    name: str
    format: str
    importer: str
    mapping_sha256: str
    timezone: str | None
    imported_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """Where an imported record comes from. Nobody signed it, and nobody vouches for its time."""

    source: ImportSource
    place: int
    time_from: TimeFrom


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecord:
    """A record as the store gives it back, with the batch that proves it.

    `imported` is None for what a probe of ours signed; else the record's probe is `IMPORTED`, and `batch_sha256` empty.
    """

    record: Record
    received_at: datetime
    batch_sha256: str
    imported: Imported | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inclusion:
    """What proves that a batch is in the log that the collector signed for (RFC 9162, section 2.1.3).

    The leaf is the hash over the batch's digest and its arrival (`collector.proof.log`), number `index`, from 0, of
    `size`. `checkpoint`: the signed note of that size; `time_stamp`: an authority's answer to it, None where there is
    none.
    """

    batch_sha256: str
    received_at: datetime
    index: int
    size: int
    path: tuple[bytes, ...]
    checkpoint: bytes
    time_stamp: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeState:
    """What the store knows of one probe. `last_record_at` is None where nothing has arrived yet.

    Where `last_sequence` is above `record_count`, records are missing: on their way, condensed (another record names
    their numbers), or lost by the probe.
    `status_at` is when the collector first heard of `status`; both are None where it never did.
    """

    probe: str
    line: str
    enrolled_at: datetime
    record_count: int
    last_sequence: int
    last_record_at: datetime | None
    last_received_at: datetime | None
    status: Status | None = None
    status_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Messages settled since the store was made. `rejected` has no reason that never occurred, nor `remarked` a remark.

    `passed_over`: messages left to a probe that had too many unanswered; it gets no receipt until it sends them again.
    """

    accepted: int
    duplicate: int
    rejected: Mapping[Rejection, int]
    remarked: Mapping[Remark, int] = field(default_factory=dict)
    passed_over: int = 0
