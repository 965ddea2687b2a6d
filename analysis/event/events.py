"""Pure. Events from all that tells of them: the change log, contracts, places, keys, probes' notices and silences.

Knows nothing of files or stores.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

from analysis.contract import Contract
from analysis.event.event import Event, EventKind, EventSource, Noted
from analysis.finding import Sentence
from analysis.fleet.placement import Placed
from analysis.fleet.topology import placed_json
from analysis.period import Period, local_day
from analysis.wording import Said, say, sentence
from collector.envelope import Enrolled, Silence
from probe.body.notice import NoticeKind
from probe.key import from_jwk

_TOLD = 3  # changed names in a sentence


def of_log(entries: Iterable[Noted]) -> Iterator[Event]:
    """Each entry against the one of its kind and subject before it, in the order of the log."""
    known: dict[tuple[EventKind, str], Mapping[str, str]] = {}
    for one in entries:
        earlier = known.get((one.kind, one.subject))
        known[one.kind, one.subject] = one.state
        if earlier != one.state:
            yield changed(
                at=one.at,
                kind=one.kind,
                source=EventSource.LOG,
                line=one.line,
                subject=one.subject,
                earlier=earlier,
                later=one.state,
            )


def of_contract(contract: Contract) -> Iterator[Event]:
    """The days on which the contract's terms change, as its file names them."""
    for one, other in pairwise(contract.terms):
        earlier, later = flat(one), flat(other)
        yield changed(
            at=local_day(other.from_on, contract.line.zone).start_at,
            kind=EventKind.CONTRACT,
            source=EventSource.DECLARED,
            line=contract.line.id,
            subject=contract.line.id,
            earlier=earlier,
            later=later,
        )


def of_places(placed: Sequence[Placed]) -> Iterator[Event]:
    """The days, in UTC, on which a line came to hang elsewhere. `placed` is of one line, in order."""
    for number, one in enumerate(placed):
        if one.from_on is None:
            continue
        before = placed[number - 1] if number else None
        yield changed(
            at=datetime.combine(one.from_on, time(), tzinfo=UTC),
            kind=EventKind.PLACE,
            source=EventSource.DECLARED,
            line=one.placement.line,
            subject=one.placement.line,
            earlier=None if before is None else _names(before),
            later=_names(one),
        )


def of_keys(enrolled: Iterable[Enrolled]) -> Iterator[Event]:
    """When each probe's key became known to the collector."""
    for one in enrolled:
        yield changed(
            at=one.enrolled_at,
            kind=EventKind.KEY,
            source=EventSource.COLLECTOR,
            line=one.line,
            probe=one.probe,
            subject=one.probe,
            earlier=None,
            later={"thumbprint": from_jwk(one.public_jwk).thumbprint()},
        )


def of_silences(silences: Iterable[Silence]) -> Iterator[Event]:
    """Each time without word from a probe."""
    for one in silences:
        yield Event(
            at=one.start_at,
            end_at=one.end_at,
            kind=EventKind.SILENCE,
            source=EventSource.COLLECTOR,
            line=one.line,
            probe=one.probe,
            subject=one.probe,
            after={"status": one.status.value},
            sentence=sentence("event.silence", subject=one.probe, what=say(f"event.status.{one.status.value}")),
        )


def of_notice(
    line: str, probe: str, at: datetime, *, kind: str, detail: str | None, seconds: float | None
) -> Event | None:
    """What a probe said of itself; None for what this version does not know."""
    if kind not in set(NoticeKind):
        return None
    lasted = timedelta(seconds=seconds) if kind == NoticeKind.SUSPENDED and seconds else None
    told = {"notice": kind} | ({"detail": detail} if detail else {}) | ({"seconds": f"{seconds:g}"} if seconds else {})
    return Event(
        at=at,
        end_at=None if lasted is None else at + lasted,
        kind=EventKind.NOTICE,
        source=EventSource.RECORD,
        line=line,
        probe=probe,
        subject=probe,
        after=told,
        sentence=sentence("event.notice", subject=probe, what=say(f"event.notice_kind.{kind}")),
    )


def of_software(line: str, probe: str, seen: Sequence[tuple[datetime, str]]) -> Iterator[Event]:
    """Where a probe's records, in order, begin to name another software."""
    for (_, one), (at, other) in pairwise(seen):
        if one != other:
            yield changed(
                at=at,
                kind=EventKind.SOFTWARE,
                source=EventSource.RECORD,
                line=line,
                probe=probe,
                subject=probe,
                earlier={"software": one},
                later={"software": other},
            )


def changed(  # noqa: PLR0913  what an event is of
    *,
    at: datetime,
    kind: EventKind,
    source: EventSource,
    line: str | None,
    subject: str,
    earlier: Mapping[str, str] | None,
    later: Mapping[str, str],
    probe: str | None = None,
) -> Event:
    """What became other between two states; `earlier` None: nothing was known before."""
    old = earlier or {}
    names = sorted(name for name in {*old, *later} if old.get(name) != later.get(name))
    before = {name: old[name] for name in names if name in old}
    after = {name: later[name] for name in names if name in later}
    return Event(
        at=at,
        kind=kind,
        source=source,
        line=line,
        probe=probe,
        subject=subject,
        before=before,
        after=after,
        is_first=earlier is None,
        sentence=_sentence(kind, subject, None if earlier is None else names, before, after),
    )


def within(events: Iterable[Event], period: Period, lines: frozenset[str] | None) -> tuple[Event, ...]:
    """Those that touch the period, of these lines or of the whole machine; sorted by time, kind and subject."""
    found = (
        one
        for one in events
        if one.at < period.end_at
        and (one.at >= period.start_at or (one.end_at is not None and one.end_at > period.start_at))
        and (lines is None or one.line is None or one.line in lines)
    )
    return tuple(sorted(found, key=lambda one: (one.at, one.kind.value, one.line or "", one.subject)))


def flat(noun: object, prefix: str = "") -> dict[str, str]:
    """The fields of a noun and of the nouns in it as dotted names and words; None is not told."""
    found: dict[str, str] = {}
    for one in fields(noun) if is_dataclass(noun) else ():
        value = getattr(noun, one.name)
        if is_dataclass(value):
            found |= flat(value, f"{prefix}{one.name}.")
        elif value is not None:
            found[f"{prefix}{one.name}"] = str(value)
    return found


def _sentence(
    kind: EventKind, subject: str, names: Sequence[str] | None, before: Mapping[str, str], after: Mapping[str, str]
) -> Sentence:
    if names is None:
        return sentence(f"event.{kind.value}", subject=subject, what=say("event.what.first"))
    nothing = say("event.what.nothing")
    parts = [
        say("event.what.was", name=name, before=before.get(name, nothing), after=after.get(name, nothing))
        for name in names[:_TOLD]
    ]
    what = Said(pt="; ".join(one.pt for one in parts), en="; ".join(one.en for one in parts))
    if len(names) > _TOLD:
        what = say("event.what.more", listed=what, count=str(len(names) - _TOLD))
    return sentence(f"event.{kind.value}", subject=subject, what=what)


def _names(one: Placed) -> dict[str, str]:
    told = placed_json(one)
    return {name: word for name, word in told.items() if word is not None and not name.endswith("_on")}
