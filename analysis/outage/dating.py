"""Pure. When the records of one boot began, by UTC: clocks that were wrong, set, or stepped are seen through.

Within one boot the monotonic clock tells how much time passed, apart from sleep, which it does not count. Wall and
monotonic clock run side by side; where their difference jumps, the machine slept (time that passed) or its wall clock
was set (time that did not). Records of a wall clock that nobody vouches for are dated from the nearest one that
somebody does. Where nobody ever did, the longest steady stretch is believed. Knows nothing of what the records say.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from probe.body.notice import Notice
from probe.body.rung import ClockSeen
from probe.record import Record
from probe.units import epoch_us

_JUMP_US = 1_000_000
_DRIFT_SHARE = 0.001  # a clock that is being put right by little steps goes at most half as wrong
_BEFORE, _NEAR = 2, 5  # records before and after a jump among which the probe says what it was
_KEPT_WITHIN_NS = 60_000_000_000  # of its end; a minute of small probes waits for its last answers
_SLEPT, _STEPPED = "suspended", "clock_stepped"  # notices of a probe that tells


@dataclass(frozen=True, slots=True)
class Steady:
    """Records [first, after) between which no clock jumped. `jump_us`: of the wall clock, against the stretch before.

    `vouched_us`: what to add to its wall clock so that it is right; None where nobody vouches for it.
    """

    first: int
    after: int
    jump_us: int
    vouched_us: int | None


def dated_us(boot: Sequence[Record]) -> list[int]:
    """The start of each record, in microseconds since 1970. `boot`: one boot's, in the order of its monotonic clock."""
    walls = [epoch_us(record.started.at) for record in boot]
    steadies = _steadies(boot, walls)
    if len(steadies) < 2 and all(steady.vouched_us is None or not steady.vouched_us for steady in steadies):
        return walls
    return [
        walls[number] + correction_us
        for steady, correction_us in zip(steadies, _corrections(boot, steadies), strict=True)
        for number in range(steady.first, steady.after)
    ]


def _steadies(boot: Sequence[Record], walls: Sequence[int]) -> list[Steady]:
    steadies: list[Steady] = []
    first, jump_us = 0, 0
    monotonics = [record.started.monotonic_ns // 1000 for record in boot]
    for number in range(1, len(boot)):
        passed_us = monotonics[number] - monotonics[number - 1]
        jumped_us = walls[number] - walls[number - 1] - passed_us
        if abs(jumped_us) > _JUMP_US + _DRIFT_SHARE * max(passed_us, 0):
            steadies.append(Steady(first, number, jump_us, _vouched_us(boot[first:number])))
            first, jump_us = number, jumped_us
    if boot:
        steadies.append(Steady(first, len(boot), jump_us, _vouched_us(boot[first:])))
    return steadies


def _vouched_us(records: Sequence[Record]) -> int | None:
    """Zero where the kernel held the clock for right, else what a time server said."""
    if any(record.started.synchronised for record in records):
        return 0
    offsets = [record.body.offset_ms for record in records if isinstance(record.body, ClockSeen)]
    return next((round(offset_ms * 1000) for offset_ms in offsets if offset_ms is not None), None)


def _corrections(boot: Sequence[Record], steadies: Sequence[Steady]) -> list[int]:
    """What to add to the wall clock of each steady stretch."""
    errors = [0]  # of each wall clock, beyond the first one's
    for number in range(1, len(steadies)):
        errors.append(errors[-1] + steadies[number].jump_us - _slept_us(boot, steadies, number))
    vouched = [number for number, steady in enumerate(steadies) if steady.vouched_us is not None]
    longest = max(range(len(steadies)), key=lambda number: (_lasted_ns(boot, steadies[number]), -number))
    corrections = []
    for number in range(len(steadies)):
        # The one before is asked first: a clock that was set went wrong there.
        by = min(vouched, key=lambda other: (abs(number - other), other), default=longest)
        corrections.append((steadies[by].vouched_us or 0) + errors[by] - errors[number])
    return corrections


def _slept_us(boot: Sequence[Record], steadies: Sequence[Steady], number: int) -> int:
    """How much of the jump before stretch `number` was time that passed."""
    before, after = steadies[number - 1], steadies[number]
    known = _sleep_counted_us(boot[before.first : before.after], boot[after.first : after.after])
    if known is not None:
        return known
    nearby = boot[max(after.first - _BEFORE, before.first) : after.first + _NEAR]
    told = [str(one.body.kind) for one in nearby if isinstance(one.body, Notice)]
    if _STEPPED in told and _SLEPT not in told:
        return 0
    if _SLEPT in told and _STEPPED not in told:
        return max(after.jump_us, 0)
    # Nobody tells. A clock that is right only afterwards was set; what another jump undoes, or goes back, was no sleep.
    was_set = before.vouched_us is None and after.vouched_us is not None
    undone = any(abs(other.jump_us + after.jump_us) < 2 * _JUMP_US for other in steadies[1:])
    return 0 if was_set or undone or after.jump_us < 0 else after.jump_us


def _sleep_counted_us(before: Sequence[Record], after: Sequence[Record]) -> int | None:
    """By the kernel's own count, where it was read on both sides."""
    counts = [
        [one.body.suspended_s for one in side if isinstance(one.body, ClockSeen) and one.body.suspended_s is not None]
        for side in (before, after)
    ]
    if not all(counts):
        return None
    return max(round((counts[1][0] - counts[0][-1]) * 1_000_000), 0)


def _lasted_ns(boot: Sequence[Record], steady: Steady) -> int:
    return boot[steady.after - 1].ended.monotonic_ns - boot[steady.first].started.monotonic_ns


def split_where_monotonic_turns(numbered: Sequence[Record]) -> list[Sequence[Record]]:
    """One boot's records, in the order of their numbers, as runs of one monotonic clock, each in that clock's order.

    A record is numbered when it is kept, so a long one comes after shorter ones that began later: that is no turn.
    Where one was over well before another began that was kept earlier, two boots share a boot id.
    """
    runs: list[list[Record]] = []
    newest_ns = 0
    for record in numbered:
        if not runs or record.ended.monotonic_ns + _KEPT_WITHIN_NS < newest_ns:
            runs.append([])
            newest_ns = 0
        runs[-1].append(record)
        newest_ns = max(newest_ns, record.started.monotonic_ns)
    return [sorted(run, key=lambda one: (one.started.monotonic_ns, one.sequence)) for run in runs]
