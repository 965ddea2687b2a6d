"""Histories of a household line, from what each target answered when: the evidence that one fault leaves behind."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from collector.envelope import StoredRecord
from probe.body.reachability import NoAnswer, ProbeMethod, Reachability, Role, Sample, TargetMinute
from probe.body.rung import LinkSeen, RouterSeen
from probe.record import Body
from tests.build import AT, MINUTE, a_record, stored

Outcome = NoAnswer | None  # None: answered
SILENT, NO_ROUTE = NoAnswer.TIMED_OUT, NoAnswer.UNREACHABLE
FAULT_AT_S, HEALED_AT_S = 600, 1200  # from AT, in most histories


@dataclass(frozen=True, slots=True)
class Watched:
    """One target of the household."""

    target: str
    role: Role
    network: str | None = None
    method: ProbeMethod = ProbeMethod.ICMP
    family: int = 4


GATEWAY = Watched("192.168.1.1", Role.GATEWAY)
HOP = Watched("10.90.2.1", Role.FIRST_HOP)
ANCHORS = tuple(Watched(f"198.51.{n}.1", Role.INTERNET, f"as{n}") for n in (100, 101, 102))
ANCHORS_V6 = tuple(Watched(f"2001:db8:{n}::1", Role.INTERNET, f"as{n}", family=6) for n in (100, 101, 102))
RESOLVER = Watched("10.90.2.53", Role.RESOLVER, method=ProbeMethod.DNS)
SECOND = Watched("203.0.113.53", Role.RESOLVER, method=ProbeMethod.DNS)
AUTHORITY = Watched("203.0.113.99", Role.NAME_SERVER, "zone", method=ProbeMethod.DNS)
HOUSEHOLD = (GATEWAY, HOP, *ANCHORS, RESOLVER, SECOND, AUTHORITY)

Answers = Callable[[Watched, float], Outcome]  # what a target does so many seconds after AT


def always(_: Watched, __: float) -> Outcome:
    return None


def dark(*roles: Role, start_s: float = FAULT_AT_S, end_s: float = HEALED_AT_S, why: NoAnswer = SILENT) -> Answers:
    """The targets of these roles give no answer for a while."""
    return lambda one, at_s: why if one.role in roles and start_s <= at_s < end_s else None


def these_dark(*targets: Watched, why: NoAnswer = SILENT) -> Answers:
    return lambda one, at_s: why if one in targets and FAULT_AT_S <= at_s < HEALED_AT_S else None


BEYOND = (Role.INTERNET, Role.NAME_SERVER, Role.SERVER)
EVERYTHING = (Role.GATEWAY, Role.FIRST_HOP, Role.RESOLVER, *BEYOND)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """`seconds` of watching from `at`; `looks` are other records at their seconds; `away`: stretches without records.

    `clock_error_s`: how wrong the wall clock is at a time; `boot`: which boot a time belongs to.
    """

    answers: Answers = always
    targets: Sequence[Watched] = HOUSEHOLD
    looks: Sequence[tuple[float, Body]] = ()
    seconds: int = 1800
    away: Sequence[tuple[float, float]] = ()
    clock_error_s: Callable[[float], float] = field(default=lambda _: 0.0)
    synchronised: Callable[[float], bool | None] = field(default=lambda _: True)
    boot: Callable[[float], str] = field(default=lambda _: "one")
    asleep_s: Callable[[float], float] = field(default=lambda _: 0.0)
    at: datetime = AT
    probe: str = "p1"

    def records(self) -> list[StoredRecord]:
        """As the store gives them."""
        minutes = [(float(start), _minute(self, start)) for start in range(0, self.seconds, 60)]
        kept = [(start, body) for start, body in minutes if not any(a <= start < b for a, b in self.away)]
        looks = [(at_s, body) for at_s, body in self.looks if not any(a <= at_s < b for a, b in self.away)]
        ordered = sorted([*kept, *looks], key=lambda one: one[0])
        return [self._stored(number, at_s, body) for number, (at_s, body) in enumerate(ordered, 1)]

    def _stored(self, number: int, at_s: float, body: Body) -> StoredRecord:
        true_at = self.at + timedelta(seconds=at_s)
        record = a_record(
            body=body,
            at=true_at + timedelta(seconds=self.clock_error_s(at_s)),
            lasts=MINUTE if isinstance(body, Reachability) else timedelta(milliseconds=1),
            sequence=number,
            boot_id=self.boot(at_s),
            synchronised=self.synchronised(at_s),
            monotonic_ns=round((at_s - self.asleep_s(at_s) + 1_000) * 1_000_000_000),
            probe=self.probe,
        )
        return stored(record)


def _minute(history: History, start_s: int) -> Reachability:
    return Reachability(interval_s=5.0, targets=tuple(_target(one, start_s, history) for one in history.targets))


def _target(one: Watched, start_s: int, history: History) -> TargetMinute:
    outcomes = [(offset_s, history.answers(one, start_s + offset_s)) for offset_s in range(0, 60, 5)]
    return TargetMinute(
        target=one.target,
        role=one.role,
        method=one.method,
        loopback=False,
        address=one.target,
        address_family=one.family,
        network=one.network,
        samples=tuple(
            Sample(offset_s * 1000, 9.0) if outcome is None else Sample(offset_s * 1000, None, outcome)
            for offset_s, outcome in outcomes
        ),
    )


def both(*answers: Answers) -> Answers:
    """The first that has something to say."""
    return lambda one, at_s: next((said for answer in answers if (said := answer(one, at_s)) is not None), None)


def link(*, carrier: bool = True, down_count: int = 1, **fields: object) -> LinkSeen:
    return LinkSeen(interface="eth0", carrier=carrier, carrier_down_count=down_count, **fields)  # type: ignore[arg-type]  # a builder passes on


def router(**fields: object) -> RouterSeen:
    return RouterSeen(source="upnp_igd", **fields)  # type: ignore[arg-type]  # a builder passes on
