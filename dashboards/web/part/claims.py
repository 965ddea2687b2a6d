"""Pure. What follows from the case file: time away, repairs, money and complaints, as the analysis found them.

Breaches and open questions first and in full, the rest in a table. Sentences, amounts and deadlines are the analysis's
own; nothing is judged or reckoned here.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from analysis.finding import Figure, Finding, Verdict
from dashboards.web.part.shown import Claim, Claims, Row, Table, Tone
from dashboards.web.reading import Reading
from dashboards.web.voice import Voice

_TONES = {
    Verdict.BREACHED: Tone.BAD,
    Verdict.INSUFFICIENT: Tone.UNKNOWN,
    Verdict.MET: Tone.GOOD,
    Verdict.NOT_APPLICABLE: Tone.NOTE,
}
_IN_FULL = (Verdict.BREACHED, Verdict.INSUFFICIENT)
_SUMS = ("recommended_eur", "amount_eur")


def claims(reading: Reading, voice: Voice) -> Claims | None:
    """None where there is no case file, or it cannot be read: a banner says so."""
    return None if reading.claims is None else claims_of(reading.claims.findings, reading.claims.at, voice)


def claims_of(findings: Sequence[Finding], at: datetime, voice: Voice) -> Claims:
    """Those findings, as found by `at`."""
    found = sorted(findings, key=lambda one: list(_TONES).index(one.verdict))
    return Claims(
        as_of=voice.say("claims.as_of", time=voice.moment(at)),
        items=tuple(_claim(one, voice) for one in found if one.verdict in _IN_FULL),
        others=_others([one for one in found if one.verdict not in _IN_FULL], voice),
    )


def _claim(finding: Finding, voice: Voice) -> Claim:
    return Claim(
        title=_title(finding, voice),
        tone=_TONES[finding.verdict],
        verdict=voice.say(f"verdict.{finding.verdict}"),
        sentence=getattr(finding.sentence, voice.language),
        facts=tuple(_facts(finding, voice)),
        clause=finding.clause,
    )


def _title(finding: Finding, voice: Voice) -> str:
    rule = voice.say(f"claim_rule.{finding.rule.replace('.', '_')}")
    return f"{rule} · {finding.subject}" if finding.subject else rule


def _facts(finding: Finding, voice: Voice) -> Iterator[str]:
    told = finding.measured
    sum_eur = next((value for name in _SUMS if isinstance(value := told.get(name), str)), None)
    low, high = _range(told)
    if low is not None and high is not None:
        yield voice.say("claims.range", low=voice.euros(low), high=voice.euros(high))
    if sum_eur is not None:
        yield voice.say("claims.sum", sum=voice.euros(Decimal(sum_eur)))
    deadline = _deadline(finding, voice)
    if deadline:
        yield voice.say("claims.deadline", deadline=deadline)


def _range(told: Mapping[str, Figure]) -> tuple[Decimal | None, Decimal | None]:
    """The least and the most of any reading of the amount."""
    cells = [one for one in matrix if isinstance(one, dict)] if isinstance(matrix := told.get("matrix"), list) else []
    lows = [Decimal(str(one["lower_eur"])) for one in cells]
    highs = [Decimal(str(one["upper_eur"])) for one in cells]
    return min(lows, default=None), max(highs, default=None)


def _deadline(finding: Finding, voice: Voice) -> str:
    missing = finding.measured.get("missing")
    running = isinstance(missing, list) and "term_not_over" in missing
    for name in ("deadline_at", "act_by_on" if running else "due_on", "due_on"):
        told = finding.threshold.get(name) or finding.measured.get(name)
        if isinstance(told, str):
            is_instant = name.endswith("_at")
            return voice.moment_of(datetime.fromisoformat(told)) if is_instant else voice.day(date.fromisoformat(told))
    return ""


def _others(findings: list[Finding], voice: Voice) -> Table | None:
    if not findings:
        return None
    columns = tuple(voice.say(f"claims.column_{name}") for name in ("rule", "verdict", "finding", "clause"))
    rows = tuple(
        Row(
            (
                _title(one, voice),
                voice.say(f"verdict.{one.verdict}"),
                getattr(one.sentence, voice.language),
                one.clause,
            ),
            _TONES[one.verdict],
        )
        for one in findings
    )
    summary = voice.say("claims.others", count=len(findings))
    return Table(id="claims-others", summary=summary, columns=columns, rows=rows, note="")
