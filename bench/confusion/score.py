"""Each fault held against the outages that were found: right cause, right edges, nothing invented, nobody wronged."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from analysis.outage.outage import Cause, Edge, Imputable, Outage
from analysis.report import State
from bench.confusion.expected import EXPECTED, Expected
from bench.confusion.trial import Trial
from tests.lab.fault import Broken, Fault, Moment

_SLACK = timedelta(seconds=8)  # a fault is felt a round later, and its end until neighbours and routes are known again


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One fault. `called`: the cause given, "nothing" where no outage was found. `edges` None where none are due."""

    fault: Fault
    called: str
    right: bool
    edges: bool | None
    wronged: bool
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """`invented`: outages of the line, and of its parts, that touch no fault."""

    marks: tuple[Mark, ...]
    invented: tuple[str, ...]
    quiet_s: float


def score(trial: Trial) -> Score:
    """The marks of one household, in the order of its faults."""
    left = list(trial.account.outages)
    marks = []
    for broken in trial.broken:
        felt = [one for one in left if _touches(one, broken)]
        left = [one for one in left if one not in felt]
        marks.append(_mark(broken, felt, trial))
    faulty_s = sum((_ended(one) - one.began[0].at).total_seconds() for one in trial.broken)
    return Score(
        marks=tuple(marks),
        invented=tuple(_told(one) for one in left),
        quiet_s=trial.watched.duration.total_seconds() - faulty_s,
    )


def _mark(broken: Broken, felt: list[Outage], trial: Trial) -> Mark:
    expected = EXPECTED[broken.fault]
    main = _main(felt, expected)
    called = "nothing" if main is None else main.verdict.cause.value
    if expected.concern is None:
        right = not felt and _is_not_down(broken, trial)
    else:
        right = main is not None and main.concern is expected.concern and main.verdict.cause in expected.causes
    wronged = any(_wrongs(one, expected) for one in felt)
    return Mark(
        fault=broken.fault,
        called=called,
        right=right,
        edges=None if main is None or expected.concern is None else _edges_hold(main, broken),
        wronged=wronged,
        detail="; ".join([*(_told(one) for one in felt), *([_edges_told(main, broken)] if main else [])]),
    )


def _main(felt: list[Outage], expected: Expected) -> Outage | None:
    """The outage of the concern that is expected, else the longest of any."""
    fitting = [one for one in felt if one.concern is expected.concern] or felt
    return max(fitting, key=lambda one: one.down_s_lower, default=None)


def _wrongs(outage: Outage, expected: Expected) -> bool:
    """Whether it blames the operator for what was the customer's, the probe's or nobody's."""
    return expected.not_imputable_to is Imputable.OPERATOR and outage.verdict.imputable_to is Imputable.OPERATOR


def _is_not_down(broken: Broken, trial: Trial) -> bool:
    began_at, ended_at = broken.began[0].at, _ended(broken)
    return not any(
        span.state is State.DOWN and span.period.start_at < ended_at and began_at < span.period.end_at
        for span in trial.account.ledger.spans
    )


def _edges_hold(outage: Outage, broken: Broken) -> bool:
    """Both edges contain the true instant, to what breaking and mending took, and a recovery needs."""
    (first, last), (mending, mended) = broken.began, _end(broken)
    return _holds(outage.start, first.at, last.at) and _holds(outage.end, mending.at, mended.at + _SLACK)


def _holds(edge: Edge, first_at: datetime, last_at: datetime) -> bool:
    if edge.earlier_at is None or edge.later_at is None:
        return False
    return edge.earlier_at <= last_at and first_at <= edge.later_at


def _edges_told(outage: Outage, broken: Broken) -> str:
    """Both edges in seconds after the truth."""
    told = []
    for edge, true_at in ((outage.start, broken.began[0].at), (outage.end, _end(broken)[1].at)):
        ends = (edge.earlier_at, edge.later_at)
        told.append("..".join("?" if at is None else f"{(at - true_at).total_seconds():+.1f}" for at in ends))
    return f"edges {', '.join(told)} s"


def _touches(outage: Outage, broken: Broken) -> bool:
    return outage.down[0].start_at <= _ended(broken) + _SLACK and broken.began[0].at <= outage.down[-1].end_at + _SLACK


def _end(broken: Broken) -> tuple[Moment, Moment]:
    assert broken.ended is not None
    return broken.ended


def _ended(broken: Broken) -> datetime:
    return _end(broken)[1].at


def _told(outage: Outage) -> str:
    name = outage.concern.value if outage.concerns_name is None else f"{outage.concern.value} {outage.concerns_name}"
    verdict = outage.verdict
    at = outage.down[0].start_at
    return (
        f"{name} {at:%H:%M:%S} {outage.down_s_lower:.0f} s {verdict.cause} {verdict.confidence} {verdict.imputable_to}"
    )


def table(marks: list[Mark]) -> Iterator[str]:
    """Fault by fault: how often it was called what."""
    columns = [*(cause.value for cause in Cause), "nothing"]
    used = [name for name in columns if any(mark.called == name for mark in marks)]
    yield f"| fault | n | right | {' | '.join(used)} | edges hold |"
    yield "|---|---|---|" + "---|" * (len(used) + 1)
    for fault in Fault:
        ours = [mark for mark in marks if mark.fault is fault]
        if ours:
            counts = " | ".join(str(sum(mark.called == name for mark in ours) or "") for name in used)
            due = [mark for mark in ours if mark.edges is not None]
            edges = f"{sum(bool(mark.edges) for mark in due)} of {len(due)}" if due else ""
            yield f"| {fault} | {len(ours)} | {sum(mark.right for mark in ours)} | {counts} | {edges} |"
