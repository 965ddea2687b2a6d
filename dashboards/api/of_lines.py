"""Shell. Pages of what is said of whole lines: places, groups, probes, health, outages, coverage, findings, events.

Line by line: a page ends behind a whole line. Holds no judgement of its own. Knows nothing of HTTP.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from analysis import run
from analysis.event.event import Event, EventKind
from analysis.event.events_json import event_json
from analysis.event.gather import Beside, gather
from analysis.finding import Finding, Sentence
from analysis.finding_json import finding_json, probes_json
from analysis.fleet import burst_run
from analysis.fleet.burst import burst_json
from analysis.fleet.health_json import one_json
from analysis.fleet.health_run import judge_fleet
from analysis.fleet.placement import GroupKind, Placed, Placement
from analysis.fleet.record_json import bare
from analysis.fleet.topology import Topology, placed_json
from analysis.outage.outage_json import outages_json
from analysis.period import local_day, local_days
from analysis.report import State
from analysis.speed_test_json import at
from analysis.wording import Said, sentence
from dashboards.api.cursor import Key
from dashboards.api.page import Item, Page, by_name, start
from dashboards.api.question import Parameter, Question
from dashboards.api.reading import View

_DEFAULT_ZONE = ZoneInfo("Europe/Lisbon")  # until a contract says where the line is
_MOST_LINE_DAYS = 300  # read for one page: some tens of seconds where each was cut and has to be looked at
_OF_ALL = {EventKind.SOFTWARE}  # of what is of the whole machine, what a token of some lines sees
_WORDS_OF_SETTINGS = {EventKind.SETTINGS, EventKind.NOTICE, EventKind.ACCESS}


def lines(view: View, question: Question) -> Page:
    """Each line's place on the day; of one without, its name alone."""
    known = {one.placement.line: one for one in view.topology.placed if one.holds_on(question.on_day)}
    bare_ = {line: Placed(placement=Placement(line=line)) for line in view.lines}
    return by_name(((line, placed_json(known.get(line, bare_[line]))) for line in view.lines), question)


def groups(view: View, question: Question) -> Page:
    """The groups of a kind, of the lines that are seen."""
    kind = GroupKind(question.one.get(Parameter.BY, GroupKind.REGION))
    seen = Topology(tuple(one for one in view.topology.placed if one.placement.line in set(view.lines)))
    found = seen.groups(kind, question.on_day)
    return by_name(
        ((name, {"kind": kind.value, "name": name, "lines": list(own)}) for name, own in found.items()), question
    )


def probes(view: View, question: Question) -> Page:
    """Probes by line and name."""
    chosen = [one for one in view.source.probes() if one.line in set(view.lines)]
    told = probes_json(chosen)["probes"]
    return by_name(((f"{one.line} {one.probe}", item) for one, item in zip(chosen, told, strict=True)), question)


def health(view: View, question: Question) -> Page:
    """Probes as they are, of so many lines at a time; which software is the newest is asked of these."""
    behind = start(question, (str,))
    level = question.one.get(Parameter.LEVEL)
    left = [line for line in view.lines if behind is None or line > str(behind[0])]
    chosen = left[: question.limit]
    found = judge_fleet(view.source, view.now, lines=set(chosen)) if chosen else ()
    after: Key | None = (chosen[-1],) if len(chosen) < len(left) else None
    return Page(tuple(one_json(one) for one in found if level in {None, one.level.value}), after)


def outages(view: View, question: Question) -> Page:
    """Outages that touch the period."""

    def of(line: str) -> Iterable[Item]:
        told = outages_json(run.account(view.source, line, question.period))["outages"]
        return [_plain(one, personal=view.personal) for one in told]

    return _line_by_line(view, question, of)


def coverage(view: View, question: Question) -> Page:
    """How long each line was up, down and unobserved."""
    period = question.period

    def of(line: str) -> Iterable[Item]:
        ledger = run.ledger(view.source, line, period)
        spent = {f"{state.value}_s": ledger.seconds(state) for state in State}
        return [{"line": line, "period": {"start_at": at(period.start_at), "end_at": at(period.end_at)}, **spent}]

    return _line_by_line(view, question, of)


def findings(view: View, question: Question) -> Page:
    """Of the lines whose contract is known: every finding of the civil days that the period touches."""

    def of(line: str) -> Iterable[Item]:
        contract = view.contracts.get(line)
        if contract is None:
            return []
        report = run.check(view.source, contract, question.period, view.now)
        chosen = [one for one in report.findings if _wanted(one, question)]
        return [_plain({**finding_json(one), "line": line}, personal=view.personal) for one in chosen]

    return _line_by_line(view, question, of)


def events(view: View, question: Question) -> Page:
    """What changed, line by line; what is of the whole machine comes first, under no line."""
    beside = Beside(
        entries=view.entries,
        contracts=[one for line, one in view.contracts.items() if line in set(view.lines)],
        topology=view.topology,
    )

    def of(line: str) -> Iterable[Item]:
        found = gather(view.source, [line] if line else [], question.period, beside)
        seen = [one for one in found if (one.line or "") == line and (line or view.whole or one.kind in _OF_ALL)]
        return [event_json(_bare_event(one, view)) for one in seen]

    return _line_by_line(replace(view, lines=("", *view.lines)), question, of)


def congestion(view: View, question: Question) -> Page:
    """What of each line's hours is worse than its others, over the whole local days that the period touches."""
    from analysis.congestion.congestion_json import line_json
    from analysis.congestion.run import of_line

    def of(line: str) -> Iterable[Item]:
        contract = view.contracts.get(line)
        zone = _DEFAULT_ZONE if contract is None else contract.line.zone
        days = [day for day in local_days(question.period, zone) if local_day(day, zone).end_at <= view.now]
        return [_plain(line_json(of_line(view.source, line, days, zone)), personal=view.personal)] if days else []

    return _line_by_line(view, question, of)


def bursts(view: View, question: Question) -> Page:
    """Outages of many lines at once, by start."""
    places = {one.line: one for one in view.topology.on(question.period.start_at.date()) if one.line in set(view.lines)}
    found = burst_run.find(view.source, view.lines, question.period, places)
    return by_name(((f"{at(one.start_at)} {one.operator}", burst_json(one)) for one in found), question)


def _line_by_line(view: View, question: Question, of: Callable[[str], Iterable[Item]]) -> Page:
    """Whole lines until there are `limit` items, or much was read for fewer."""
    behind = start(question, (str,))
    days = -(-(question.period.end_at - question.period.start_at) // timedelta(days=1))
    most = min(question.limit, max(_MOST_LINE_DAYS // days, 1))
    items: list[Item] = []
    left = [line for line in view.lines if behind is None or line > str(behind[0])]
    for number, line in enumerate(left, 1):
        items.extend(of(line))
        if number < len(left) and (len(items) >= question.limit or number >= most):
            after: Key = (line,)
            return Page(tuple(items), after)
    return Page(tuple(items))


def _wanted(one: Finding, question: Question) -> bool:
    direction = None if one.direction is None else one.direction.value
    return (
        question.one.get(Parameter.RULE) in {None, one.rule}
        and question.one.get(Parameter.VERDICT) in {None, one.verdict.value}
        and question.one.get(Parameter.DIRECTION) in {None, direction}
    )


def _bare_event(one: Event, view: View) -> Event:
    """Without the words of settings and of probes, unless addresses may be seen: any may stand in them."""
    if view.personal or one.kind not in _WORDS_OF_SETTINGS:
        return one
    hidden = {name: "…" for name in {*one.before, *one.after} if name not in {"notice", "seconds"}}
    quiet = {name: word for name, word in one.after.items() if name in {"notice", "seconds"}}
    kept = one.sentence if one.kind is EventKind.NOTICE else _quiet_sentence(one)
    return replace(
        one, before={n: w for n, w in hidden.items() if n in one.before}, after=quiet | hidden, sentence=kept
    )


def _quiet_sentence(one: Event) -> Sentence:
    names = ", ".join(sorted({*one.before, *one.after}))
    return sentence(f"event.{one.kind.value}", subject=one.subject, what=Said(pt=names, en=names))


def _plain(item: dict[str, Any], *, personal: bool) -> Item:
    told: Item = item if personal else bare(item)
    return told
