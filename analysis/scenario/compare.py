"""Pure. A scenario held against what the judgement makes of it: every difference, as a sentence. Judges nothing."""

from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

from analysis.assess import assess
from analysis.finding import Figure, Finding
from analysis.report import Report, State
from analysis.scenario.play import play
from analysis.scenario.script import Expected, Script


def judged(script: Script) -> Report:
    """The report of the scenario's records."""
    return assess(play(script), script.contract, script.period, script.now, script.case)


def differences(script: Script, report: Report) -> tuple[str, ...]:
    """What is not as the scenario expects; empty if all is."""
    return (*_of_findings(script, report), *_of_ledger(script, report))


def _of_findings(script: Script, report: Report) -> Iterator[str]:
    for wanted in script.expected:
        zone = script.contract.line.zone
        found = [one for one in report.findings if _is_meant(wanted, one, zone)]
        parts = (wanted.rule, wanted.direction, wanted.subject, wanted.day)
        name = " ".join(str(part) for part in parts if part is not None)
        if not found:
            yield f"{name}: there is no such finding"
        for one in found:
            if one.verdict is not wanted.verdict:
                yield f"{name}: expected {wanted.verdict}, found {one.verdict}: {one.sentence.en}"
            yield from _of_figures(name, wanted.measured, one.measured)


def _is_meant(wanted: Expected, finding: Finding, zone: ZoneInfo) -> bool:
    on = finding.local_day or finding.period.start_at.astimezone(zone).date()
    return (
        finding.rule == wanted.rule
        and wanted.direction in {None, finding.direction}
        and wanted.subject in {None, finding.subject}
        and wanted.day in {None, on}
    )


def _of_figures(name: str, wanted: Mapping[str, Figure], found: Mapping[str, Figure]) -> Iterator[str]:
    for key, value in wanted.items():
        if found.get(key) != value:
            yield f"{name}: expected {key} {value}, found {found.get(key)}"


def _of_ledger(script: Script, report: Report) -> Iterator[str]:
    for state, wanted_s in ((State.DOWN, script.down_s), (State.UNOBSERVED, script.unobserved_s)):
        if wanted_s is None:
            continue
        found_s = report.ledger.seconds(state)
        if abs(found_s - wanted_s) > script.within_s:
            yield f"ledger: expected {wanted_s:g} s {state}, found {found_s:g} s"
