"""Pure. The account of names: records in, judgement out. Same records, same account, in whatever order they come.

Knows nothing of contracts: nobody promised a name.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import TypeVar

from analysis.clause import Parameter
from analysis.finding import Figure
from analysis.names.account import Answering, Checking, NamesAccount, NamesFinding, Part, State, ZoneServer
from analysis.names.minute import part
from analysis.names.tell import told
from analysis.outage.aim import NOT_ASKED
from analysis.period import Period
from collector.envelope import StoredRecord
from probe.body.names import NamesSeen, ResolverSeen, ZoneServerSeen
from probe.body.reachability import NoAnswer, Reachability, Role, TargetMinute

_MOST_WITNESSES = 20
_Told = TypeVar("_Told")
_ROLES = frozenset({Role.RESOLVER, Role.NAME_SERVER})


def account(line: str, records: Iterable[StoredRecord], period: Period, rules: Mapping[str, Parameter]) -> NamesAccount:
    """Of the line's records that began within `period`. `rules`: `least_questions` and `least_minutes`."""
    ours = sorted(
        {one.record.id: one for one in records if _is_ours(one, line, period)}.values(),
        key=lambda one: (one.record.started.at, one.record.id),
    )
    minutes = [(one.record.id, one.record.body) for one in ours if isinstance(one.record.body, Reachability)]
    looks = [(one.record.id, one.record.body) for one in ours if isinstance(one.record.body, NamesSeen)]
    least_questions, least_minutes = (int(str(rules[name].value)) for name in ("least_questions", "least_minutes"))
    parts = [(name, part(body, least_questions), _lasts(body)) for name, body in minutes]
    counts: Counter[Part] = Counter(dict.fromkeys(Part, 0))
    for _, which, lasts in parts:
        counts[which] += lasts
    checking, servers = _checking(looks), _zone_servers(looks)
    resolved = _resolution(parts, counts, least_minutes)
    return NamesAccount(
        line=line,
        period=period,
        minutes={which: counts[which] for which in Part},
        answering=tuple(_answering([body for _, body in minutes])),
        checking=checking,
        zone_servers=servers,
        findings=(*resolved, *_validation(checking, looks), *_agreement(servers, looks)),
    )


def _is_ours(one: StoredRecord, line: str, period: Period) -> bool:
    return one.record.line == line and one.record.started.at in period


def _lasts(body: Reachability) -> int:
    return 1 if body.condensed is None else body.condensed.minutes


def _resolution(
    parts: Sequence[tuple[str, Part, int]], counts: Mapping[Part, int], least_minutes: int
) -> list[NamesFinding]:
    """`names.resolution`: of the minutes in which the line worked. `names.zone`: of those in which names were found."""
    found = []
    for rule, bad, good in (
        ("names.resolution", Part.NAMES, (Part.WELL, Part.ZONE)),
        ("names.zone", Part.ZONE, (Part.WELL,)),
    ):
        watched = counts[bad] + sum(counts[one] for one in good)
        state = State.DISTURBED if counts[bad] else State.WELL
        if not counts[bad] and watched < least_minutes:
            state = State.INSUFFICIENT
        found.append(
            _finding(
                rule,
                None,
                state,
                {"minutes": counts[bad], "watched_minutes": watched, "line_minutes": counts[Part.LINE]},
                [name for name, which, _ in parts if which is bad],
            )
        )
    return found


def _answering(minutes: Iterable[Reachability]) -> Iterable[Answering]:
    asked: defaultdict[tuple[str, Role], list[TargetMinute]] = defaultdict(list)
    more: Counter[tuple[str, Role]] = Counter()
    for minute in minutes:
        for number, target in enumerate(minute.targets):
            if target.role in _ROLES and not target.loopback:
                asked[target.target, target.role].append(target)
                if minute.condensed is not None:
                    more[target.target, target.role] += minute.condensed.answers[number].count - len(target.samples)
    for (name, role), targets in sorted(asked.items()):
        samples = [one for target in targets for one in target.samples if one.no_answer not in NOT_ASKED]
        rtts = sorted(one.rtt_ms for one in samples if one.rtt_ms is not None)
        yield Answering(
            name=name,
            role=role,
            asked_count=len(samples) + more[name, role],
            answered_count=len(rtts) + more[name, role],
            failed_count=sum(one.no_answer is NoAnswer.DNS_FAILED for one in samples),
            rtt_median_ms=median(rtts) if rtts else None,
            rtt_p95_ms=rtts[-(-len(rtts) * 95 // 100) - 1] if rtts else None,
        )


def _checking(looks: Sequence[tuple[str, NamesSeen]]) -> tuple[Checking, ...]:
    seen: defaultdict[str, list[ResolverSeen]] = defaultdict(list)
    for _, look in looks:
        for one in look.resolvers:
            seen[one.resolver].append(one)
    return tuple(
        Checking(
            resolver=name,
            looks_count=len(own),
            authenticates=_newest([one.authenticated for one in own]),
            refuses_broken=_newest([one.refused_broken for one in own]),
        )
        for name, own in sorted(seen.items())
    )


def _zone_servers(looks: Sequence[tuple[str, NamesSeen]]) -> tuple[ZoneServer, ...]:
    seen: defaultdict[tuple[str, str, str], list[ZoneServerSeen]] = defaultdict(list)
    for _, look in looks:
        for one in look.zone_servers:
            seen[one.zone, one.name_server, one.address].append(one)
    found = []
    for (zone, name, address), own in sorted(seen.items()):
        rtts = [one.rtt_ms for one in own if one.rtt_ms is not None]
        found.append(
            ZoneServer(
                zone=zone,
                name_server=name,
                address=address,
                looks_count=len(own),
                answered_count=len(rtts),
                authoritative=_newest([one.authoritative for one in own]),
                serial=_newest([one.serial for one in own]),
                signed=_newest([one.signed for one in own]),
                rtt_median_ms=median(rtts) if rtts else None,
            )
        )
    return tuple(found)


def _newest(told: Sequence[_Told | None]) -> _Told | None:
    return next((one for one in reversed(told) if one is not None), None)


def _validation(checking: Sequence[Checking], looks: Sequence[tuple[str, NamesSeen]]) -> list[NamesFinding]:
    """`names.dnssec`, one a resolver: it checks signatures if it says so of a good one, and refuses a bad one."""
    found = []
    for one in checking:
        known = [told for told in (one.authenticates, one.refuses_broken) if told is not None]
        state = State.INSUFFICIENT if not known else State.WELL if all(known) else State.DISTURBED
        measured = {"authenticates": one.authenticates, "refuses_broken": one.refuses_broken}
        records = [name for name, look in looks if any(own.resolver == one.resolver for own in look.resolvers)]
        found.append(_finding("names.dnssec", one.resolver, state, dict(measured), records))
    return found


def _agreement(servers: Sequence[ZoneServer], looks: Sequence[tuple[str, NamesSeen]]) -> list[NamesFinding]:
    """`names.authority`, one a zone: whether its own servers answer, as its own, and signed."""
    found = []
    for zone in sorted({one.zone for one in servers}):
        own = [one for one in servers if one.zone == zone]
        answering = [one for one in own if one.answered_count]
        odd = [one for one in answering if one.authoritative is False or one.signed is False]
        state = State.WELL if len(answering) == len(own) and not odd else State.DISTURBED
        if not answering:
            state = State.INSUFFICIENT  # the line itself may have been down: `names.zone` tells
        measured = {
            "servers": len(own),
            "answering": len(answering),
            "unsigned": sum(one.signed is False for one in answering),
            "not_authoritative": sum(one.authoritative is False for one in answering),
        }
        records = [name for name, look in looks if any(each.zone == zone for each in look.zone_servers)]
        found.append(_finding("names.authority", zone, state, dict(measured), records))
    return found


def _finding(
    rule: str, subject: str | None, state: State, measured: dict[str, Figure], witnesses: Sequence[str]
) -> NamesFinding:
    return NamesFinding(
        id=rule if subject is None else f"{rule}/{subject}",
        rule=rule,
        subject=subject,
        state=state,
        measured=measured,
        witnesses=tuple(witnesses[:_MOST_WITNESSES]),
        sentence=told(rule, subject, state, measured),
    )
