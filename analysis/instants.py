"""Pure. From minutes of small probes to instants: at each, the line answered (good) or nobody did (bad).

Instants come in chains: one probe, one boot, a clock that runs forwards. Across chains nothing is consecutive. Times
are whole microseconds since 1970, so that sums are exact. Knows nothing of what is up or down.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from analysis.clause import LedgerRules
from collector.envelope import StoredRecord
from probe.body.reachability import NoAnswer, Reachability, Role, Sample, TargetMinute
from probe.record import Record
from probe.units import epoch_us

# What stands for the line: a measuring server as much as any host beyond it.
_LINE = frozenset({Role.INTERNET, Role.SERVER})
# The probe could not ask, so nothing was missed.
_NOT_ASKED = frozenset({NoAnswer.NOT_SENT, NoAnswer.NAME_NOT_RESOLVED})


@dataclass(frozen=True, slots=True)
class Instant:
    """One round of questions. `interval_us` is the distance to the next one that was meant."""

    at_us: int
    good: bool
    interval_us: int


Chain = tuple[Instant, ...]


def chains(records: Iterable[StoredRecord], of: Role, rules: LedgerRules) -> tuple[Chain, ...]:
    """Every chain of the records' instants, each sorted by time, in no order among themselves.

    `of` INTERNET takes measuring servers and other hosts together, any other role itself alone. Records of other kinds,
    doubles and targets on this very machine are passed over.
    """
    roles = _LINE if of is Role.INTERNET else frozenset({of})
    minutes = {one.record.id: one.record for one in records if isinstance(one.record.body, Reachability)}
    by_boot: dict[tuple[str, str], list[Record]] = {}
    for record in sorted(minutes.values(), key=lambda one: (one.probe, one.sequence)):
        by_boot.setdefault((record.probe, record.started.boot_id), []).append(record)
    return tuple(chain for boot in by_boot.values() for chain in _forwards(boot, roles, rules))


def _forwards(boot: Sequence[Record], roles: frozenset[Role], rules: LedgerRules) -> Iterator[Chain]:
    """The instants of one boot, a new chain wherever the clock went backwards."""
    chain: list[Instant] = []
    for record, start_us in zip(boot, _dated(boot), strict=True):
        instants = _instants(record, start_us, roles, rules)
        if chain and instants and instants[0].at_us <= chain[-1].at_us:
            yield tuple(chain)
            chain = []
        chain.extend(instants)
    if chain:
        yield tuple(chain)


def _dated(boot: Sequence[Record]) -> Iterator[int]:
    """When each record began.

    A machine without a battery-backed clock boots with a wrong time and sets it later. The records before the boot's
    first synchronised stamp are dated from that stamp by the monotonic clock; every other record by its own wall clock.
    """
    anchor = next((record.started for record in boot if record.started.synchronised), None)
    anchored = anchor is None
    for record in boot:
        anchored = anchored or record.started.synchronised is True
        at_us = epoch_us(record.started.at)
        if not anchored and anchor is not None:
            at_us = epoch_us(anchor.at) - (anchor.monotonic_ns - record.started.monotonic_ns) // 1000
        yield at_us


def _instants(record: Record, start_us: int, roles: frozenset[Role], rules: LedgerRules) -> list[Instant]:
    body = record.body
    assert isinstance(body, Reachability)
    targets = [target for target in body.targets if target.role in roles and not target.loopback]
    interval_us = round(body.interval_s * 1_000_000)
    rounds = _rounds(targets, round(body.interval_s * 1000))
    judged = ((first, _good(answers, len(targets), rules)) for first, answers in rounds)
    return [Instant(start_us + first_ms * 1000, good, interval_us) for first_ms, good in judged if good is not None]


def _rounds(targets: Sequence[TargetMinute], interval_ms: int) -> Iterator[tuple[int, list[tuple[int, Sample]]]]:
    """The samples of all targets together, by rounds: those within half an interval of a round's first."""
    samples = [(sample.offset_ms, number, sample) for number, target in enumerate(targets) for sample in target.samples]
    first_ms, answers = -1, list[tuple[int, Sample]]()
    for offset_ms, number, sample in sorted(samples, key=lambda one: one[:2]):
        if answers and (offset_ms - first_ms) * 2 > interval_ms:
            yield first_ms, answers
            answers = []
        if not answers:
            first_ms = offset_ms
        answers.append((number, sample))
    if answers:
        yield first_ms, answers


def _good(answers: Sequence[tuple[int, Sample]], targets: int, rules: LedgerRules) -> bool | None:
    """Whether any target answered; None where none did but too few could be asked to blame the line."""
    if any(sample.rtt_ms is not None for _, sample in answers):
        return True
    asked = {number for number, sample in answers if sample.no_answer not in _NOT_ASKED}
    return False if asked and len(asked) >= min(targets, rules.asked_at_least) else None
