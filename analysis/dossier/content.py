"""Pure. What a dossier says, in one language: findings, figures and tables as plain data for the template.

Nothing is judged here; every figure is the report's. Knows nothing of pages or fonts.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from analysis import wording
from analysis.case.case import NO_CASE, Case
from analysis.case.nearest import Near
from analysis.contract import Contract
from analysis.dossier import annex, figure
from analysis.dossier.figure import Drawn
from analysis.finding import Finding, Sentence, Verdict
from analysis.outage.outage import Concern, Outage
from analysis.outage.words import verdict_words
from analysis.report import JudgedTest, Report, State
from analysis.wording import Said
from probe.body.speed_test import Direction, SpeedTest

_MOST_TOLD = 6  # breaches named on the first page
_MOST_OUTAGES = 60
_MARKS = {Verdict.MET: "✓", Verdict.BREACHED: "✗", Verdict.INSUFFICIENT: "?", Verdict.NOT_APPLICABLE: "-"}
_WEIGHT = ("credit", "availability", "speed.discrepancy", "repair", "speed.minimum", "speed.normal", "speed.maximum")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What the dossier is of. `bundle_sha256` is of the evidence beside it, `collector` the key that signed that.

    `near`: own tests beside the case's official results. `bundle`: the evidence file's name.
    """

    report: Report
    tests: Sequence[JudgedTest]
    outages: Sequence[Outage]
    judged_at: datetime
    software: str
    bundle_sha256: str
    collector: str
    case: Case = NO_CASE
    near: Sequence[Near] = ()
    bundle: str = "evidence.zip"


def content(subject: Subject, lang: str) -> dict[str, Any]:
    """Everything, ready to be laid out. `lang` is `pt` or `en`."""
    report = subject.report
    contract, period, zone = report.contract, report.period, report.contract.line.zone

    def said(key: str, **parts: Said | str) -> str:
        return _in(wording.say(f"dossier.{key}", **parts), lang)

    last_on = (period.end_at - timedelta(seconds=1)).astimezone(zone).date()
    return {
        "lang": lang,
        "title": said("title", line=contract.line.id),
        "subtitle": said(
            "subtitle",
            operator=contract.operator,
            service=contract.terms[-1].service or "",
            start=wording.day(period.start_at.astimezone(zone).date()),
            end=wording.day(last_on),
        ),
        "words": {name: said(name) for name in _HEADINGS},
        "summary": _summary(subject, lang),
        "verdicts": _verdicts(report, lang),
        "contract": _contract(contract, lang),
        "clauses": _clauses(report, lang),
        "method": [said("method_speed"), said("method_day"), said("method_time"), *_method_version(subject, lang)],
        "findings": [*_findings(report, lang)],
        "figures": [_figure(one, lang) for one in _drawn(subject)],
        "outages": _outages(subject, lang),
        "excluded": _excluded(subject, lang),
        "credits": [*annex.credit_readings(_own(report), lang)],
        "official": [*annex.official(subject.case, subject.near, zone, lang)],
        "papers": [*annex.papers(subject.case)],
        "verification": _verification(subject, lang),
    }


_HEADINGS = (
    "not_certified", "summary", "which", "counter", "none", "rule", "met", "breached", "insufficient", "not_applicable",
    "contract", "promised", "direction", "maximum", "normal", "minimum", "from_on", "clauses", "clause", "method",
    "findings", "finding", "figures", "outages", "outages_none", "start", "lower", "upper", "said",
    "excluded", "excluded_none", "reason", "count", "limits", "limits_official", "counter_own", "unseen",
    "verification", "verification_how", "qr_alt", "software", "credits", "credits_how", "base", "since", "denominator",
    "rounding", "official", "papers", "papers_none", "digest_of", "title_of", "measured",
)  # fmt: skip


def _in(said: Said | Sentence, lang: str) -> str:
    return said.pt if lang == "pt" else said.en


def _own(report: Report) -> list[Finding]:
    return [one for one in report.findings if one.profile == report.contract.profile]


def _summary(subject: Subject, lang: str) -> dict[str, Any]:
    report = subject.report
    counts = Counter(one.verdict for one in _own(report))
    breached = sorted((one for one in _own(report) if one.verdict is Verdict.BREACHED), key=_weight)
    rules = {one.rule for one in breached}
    against = sum(1 for one in _own(report) if one.verdict is Verdict.MET and one.rule in rules)
    aside = sum(1 for one in subject.tests if one.reasons)
    whole_s = report.period.duration.total_seconds()
    seconds = {state: report.ledger.seconds(state) for state in State}
    lines = [
        wording.say(
            "dossier.breaches",
            n=str(counts[Verdict.BREACHED]),
            met=str(counts[Verdict.MET]),
            open=str(counts[Verdict.INSUFFICIENT]),
        ),
        wording.say(
            "dossier.seen",
            observed=wording.stretch(whole_s - seconds[State.UNOBSERVED]),
            whole=wording.stretch(whole_s),
            down=wording.stretch(seconds[State.DOWN]),
        ),
        wording.say("dossier.unseen"),
    ]
    counter = [
        *([wording.say("dossier.counter_met", n=str(against))] if against else []),
        *([wording.say("dossier.counter_excluded", n=str(aside))] if aside else []),
        wording.say("dossier.counter_own"),
    ]
    return {
        "lines": [_in(one, lang) for one in lines],
        "breached": [_in(one.sentence, lang) for one in breached[:_MOST_TOLD]],
        "counter": [_in(one, lang) for one in counter],
    }


def _weight(finding: Finding) -> tuple[int, str]:
    first = next((n for n, prefix in enumerate(_WEIGHT) if finding.rule.startswith(prefix)), len(_WEIGHT))
    return first, finding.id


def _verdicts(report: Report, lang: str) -> list[list[str]]:
    by_rule: dict[str, Counter[Verdict]] = {}
    for one in _own(report):
        by_rule.setdefault(one.rule, Counter())[one.verdict] += 1
    return [
        [_rule(rule, lang), *(str(counts[verdict]) for verdict in _MARKS)] for rule, counts in sorted(by_rule.items())
    ]


def _contract(contract: Contract, lang: str) -> dict[str, Any]:
    def mbps(bps: int | None) -> str:
        return "-" if bps is None else _in(wording.speed(bps), lang)

    rows = [
        [
            terms.from_on.isoformat(),
            _in(wording.say(f"dossier.on.{direction.value}"), lang),
            *(mbps(bps) for bps in (speeds.maximum_bps, speeds.normal_bps, speeds.minimum_bps)),
        ]
        for terms in contract.terms
        for direction in Direction
        for speeds in (terms.speeds(direction),)
    ]
    facts = (
        ("operator", contract.operator),
        ("service", contract.terms[-1].service or "-"),
        ("technology", contract.technology.value.upper()),
    )
    return {
        "facts": [[_in(wording.say(f"dossier.{key}"), lang), value] for key, value in facts],
        "speeds": rows,
        "notes": [note.pt if lang == "pt" else note.en for note in contract.notes],
    }


def _clauses(report: Report, lang: str) -> list[list[str]]:
    clauses = {one.rule: one.clause for one in _own(report)}
    return [[_rule(rule, lang), rule, clause] for rule, clause in sorted(clauses.items())]


def _rule(rule: str, lang: str) -> str:
    """A rule's name for people."""
    return _in(wording.say(f"dossier.rules.{rule.replace('.', '_')}"), lang)


def _method_version(subject: Subject, lang: str) -> Iterator[str]:
    bodies = [body for one in subject.tests if isinstance(body := one.stored.record.body, SpeedTest)]
    if bodies:
        methods = sorted({f"{body.method} {body.method_version}" for body in bodies})
        servers = sorted({body.server.url for body in bodies})
        yield _in(wording.say("dossier.method_version", methods=", ".join(methods), servers=", ".join(servers)), lang)


def _findings(report: Report, lang: str) -> Iterator[dict[str, Any]]:
    groups: dict[str, list[Finding]] = {}
    for one in report.findings:
        if one.local_day is not None:
            under = _in(wording.day(one.local_day), lang)
        elif one.profile != report.contract.profile:
            under = one.profile
        else:
            under = _in(wording.say("dossier.case_findings"), lang)
        groups.setdefault(under, []).append(one)
    for heading, findings in groups.items():
        yield {
            "heading": heading,
            "rows": [
                {
                    "mark": _MARKS[one.verdict],
                    "verdict": _in(wording.say(f"dossier.{one.verdict.value}"), lang),
                    "rule": one.rule if one.profile != report.contract.profile else _rule(one.rule, lang),
                    "clause": one.clause,
                    "sentence": _in(one.sentence, lang),
                    "basis": _basis(one, lang),
                }
                for one in findings
            ],
        }


def _basis(finding: Finding, lang: str) -> str:
    """How much a finding rests on; empty for what rests on no test."""
    if not finding.n_used:
        return ""
    aside = sum(finding.n_excluded.values())
    parts = {"n": str(finding.n_used), "aside": str(aside)}
    if finding.interval is None:
        return _in(wording.say("dossier.basis", **parts), lang)
    low, high = wording.percent(finding.interval.low), wording.percent(finding.interval.high, up=True)
    return _in(wording.say("dossier.basis_interval", low=low, high=high, **parts), lang)


def _drawn(subject: Subject) -> Iterator[Drawn]:
    contract, period = subject.report.contract, subject.report.period
    for direction in Direction:
        yield figure.tests(subject.tests, contract, period, direction)
    yield figure.ribbon(subject.report.ledger, contract.line.zone)
    for direction in Direction:
        heat = figure.heat(subject.tests, contract, direction)
        if heat is not None:
            yield heat


def _figure(drawn: Drawn, lang: str) -> dict[str, Any]:
    data = {key: [_in(one, lang) for one in value] if key == "weekdays" else value for key, value in drawn.data.items()}
    return {
        "kind": drawn.kind,
        "title": _in(drawn.title, lang),
        "alt": _in(drawn.alt, lang),
        "legend": _in(drawn.legend, lang),
        **data,
    }


def _outages(subject: Subject, lang: str) -> dict[str, Any]:
    zone = subject.report.contract.line.zone
    line = [one for one in subject.outages if one.concern is Concern.LINE]
    longest = sorted(line, key=lambda one: -one.down_s_lower)[:_MOST_OUTAGES]
    return {
        "rows": [
            [
                _in(wording.instant(one.down[0].start_at, zone), lang),
                wording.stretch(one.down_s_lower),
                wording.stretch(one.down_s_upper, up=True),
                _in(verdict_words(one), lang),
            ]
            for one in sorted(longest, key=lambda one: one.down[0].start_at)
        ],
        "more": _in(wording.say("dossier.more_outages", n=str(len(line) - len(longest))), lang)
        if len(line) > len(longest)
        else "",
    }


def _excluded(subject: Subject, lang: str) -> list[list[str]]:
    counts = Counter(reason.value for one in subject.tests for reason in one.reasons)
    return [[_in(wording.reason(reason), lang), str(count)] for reason, count in counts.most_common()]


def _verification(subject: Subject, lang: str) -> dict[str, Any]:
    zone = subject.report.contract.line.zone
    facts = (
        ("thumbprint", subject.collector),
        ("digest", subject.bundle_sha256),
        ("judged_at", _in(wording.instant(subject.judged_at, zone), lang)),
        ("software", subject.software),
    )
    return {
        "facts": [[_in(wording.say(f"dossier.{key}"), lang), value] for key, value in facts],
        "command": f"prova verify {subject.bundle} --collector {subject.collector}",
    }
