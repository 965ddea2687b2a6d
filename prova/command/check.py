"""Shell. `prova check`: what was measured against what was promised."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import click

from analysis.case.case import NO_CASE, Case
from analysis.case.case_file import load as load_case
from analysis.ceiling import sentence
from analysis.contract import Contract
from analysis.contract_file import load
from analysis.country import comparator
from analysis.finding import Finding, Reason, Verdict
from analysis.finding_json import report_json
from analysis.period import Period, local_day
from analysis.report import Report, State
from analysis.run import check, compared
from collector.store import Store
from probe import clock
from prova.ceilings import beyond_machine, certificate_of, kind_of_tests
from prova.exit import Exit
from prova.home import Home, resolve
from prova.option import Day, home_option, json_option

_DAYS_BACK = 7
_MARK = {Verdict.MET: "✓", Verdict.BREACHED: "✗", Verdict.INSUFFICIENT: "?", Verdict.NOT_APPLICABLE: "-"}


@click.command("check")
@click.option(
    "--contract",
    "contract_path",
    type=click.Path(path_type=Path),
    help="Of many lines also a folder, a file for each. Default: HOME/contract.toml",
)
@click.option("--line", "lines", multiple=True, help="The line to judge (repeatable). Default: the contract's.")
@click.option("--lines", "every", type=click.Choice(["all"]), help="Every line of the store.")
@click.option("--jobs", type=click.IntRange(1, 256), default=1, help="Of many lines: in so many processes. Default: 1.")
@click.option(
    "--case", "case_path", type=click.Path(path_type=Path), help="Faults, visits, invoices. Default: HOME/case.toml"
)
@click.option("--from", "from_on", type=Day(), help=f"First day. Default: {_DAYS_BACK} days ago.")
@click.option("--to", "to_on", type=Day(), help="The day after the last one. Default: tomorrow.")
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    metavar="NAME",
    help="Also hold the tests against another country's rules, as a comparator (repeatable); `all` for every one.",
)
@click.option("--lang", type=click.Choice(["pt", "en"]), default="en", show_default=True)
@click.option("--exit-code", is_flag=True, help="End with 1 if a breach was found.")
@home_option
@json_option
def command(  # noqa: PLR0913  one parameter per option
    *,
    contract_path: Path | None,
    case_path: Path | None,
    lines: tuple[str, ...],
    every: str | None,
    jobs: int,
    from_on: date | None,
    to_on: date | None,
    profiles: tuple[str, ...],
    lang: str,
    exit_code: bool,
    home_path: Path | None,
    as_json: bool,
) -> int:
    """Judge the speeds of each day, and the time away, repairs and money of each billing period, against the contract.

    Of many lines the speeds alone, each line in one line. Ends with 3 where nothing could be judged.
    """
    home, now = resolve(home_path), clock.now()
    store = Store(home.collector.journal)
    if every is not None or len(lines) > 1:
        if profiles or case_path:
            raise click.UsageError("--profile and --case are for one line; name it with --line")
        from prova.many.check_many import Asked, check_many  # needs numpy and pyarrow

        asked = Asked(None if every else lines, _days(from_on, to_on, now.date()), now, jobs, as_json, exit_code)
        return check_many(store, contract_path or home.contract, asked)
    contract = load(contract_path or home.contract)
    if lines:
        contract = replace(contract, line=replace(contract.line, id=lines[0]))
    period = _period(contract, from_on, to_on, now.astimezone(contract.line.zone).date())
    others = _others(profiles, contract.profile)
    report = check(store, contract, period, now, case_of(home, case_path, contract))
    report = replace(report, findings=(*report.findings, *compared(store, contract, period, others, now)))
    _show(report, lang, as_json=as_json)
    _say_beyond(home, contract, now, lang)
    return _end(report, exit_code=exit_code)


def case_of(home: Home, path: Path | None, contract: Contract) -> Case:
    """The case in the file named, else in the home's; an empty one where there is none. Raises CaseError."""
    if path is None and not home.case.exists():
        return NO_CASE
    return load_case(path or home.case, contract.line.zone)


def _period(contract: Contract, from_on: date | None, to_on: date | None, today: date) -> Period:
    first, after = _days(from_on, to_on, today)
    zone = contract.line.zone
    return Period(local_day(first, zone).start_at, local_day(after, zone).start_at)


def _days(from_on: date | None, to_on: date | None, today: date) -> tuple[date, date]:
    """The first day, and the day after the last."""
    first = from_on or today - timedelta(days=_DAYS_BACK)
    after = to_on or max(today, first) + timedelta(days=1)
    if after <= first:
        raise click.UsageError(f"--to {after} must be later than --from {first}; the day given as --to is not included")
    return first, after


def _others(profiles: tuple[str, ...], own: str) -> tuple[str, ...]:
    """The comparators asked for, each once; the contract's own profile is judged anyway. Raises ProfileError."""
    wanted = comparator.names() if "all" in profiles else dict.fromkeys(profiles)
    return tuple(comparator.load(name).profile.id for name in wanted if name != own)


def _show(report: Report, lang: str, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report_json(report), indent=2, ensure_ascii=False))
    else:
        _print(report, lang)


def _print(report: Report, lang: str) -> None:
    heading = None
    for finding in report.findings:
        under = _heading(finding, report.contract.profile, lang)
        if under != heading:
            heading = under
            click.echo(f"\n{heading}")
        sentence = finding.sentence.pt if lang == "pt" else finding.sentence.en
        about = finding.direction or finding.subject
        direction = f" {about}" if about else ""
        click.echo(f"  {_MARK[finding.verdict]} {finding.rule}{direction} ({finding.clause}): {sentence}")
    hours = {state: report.ledger.seconds(state) / 3600 for state in State}
    shown = ", ".join(f"{state} {spent:.1f} h" for state, spent in hours.items())
    click.echo(f"\nThe line in this period: {shown}.")
    click.echo("These results are not certified by the regulator.")


def _heading(finding: Finding, own: str, lang: str) -> str:
    if finding.local_day is not None:
        return str(finding.local_day)
    if finding.profile != own:
        return finding.profile
    if finding.direction is not None:
        return "Todos estes dias" if lang == "pt" else "All these days"
    return "Períodos de faturação e caso" if lang == "pt" else "Billing periods and case"


def _say_beyond(home: Home, contract: Contract, now: datetime, lang: str) -> None:
    """What this machine cannot be asked about, where it is the probe's and was calibrated."""
    certificate = certificate_of(home, contract.line.id)
    if certificate is None:
        return
    method, tls = kind_of_tests(home, contract.line.id)
    for one in beyond_machine(contract, now, certificate, method=method, tls=tls):
        said = sentence(one)
        click.echo(f"prova: {said.pt if lang == 'pt' else said.en}", err=True)


def _end(report: Report, *, exit_code: bool) -> int:
    own = report.contract.profile  # a comparator accuses nobody here
    verdicts = {finding.verdict for finding in report.findings if finding.profile == own}
    if exit_code and Verdict.BREACHED in verdicts:
        return Exit.BREACH
    if verdicts & {Verdict.MET, Verdict.BREACHED}:
        return Exit.DONE
    click.echo(f"prova: {_why_not(report)}", err=True)
    return Exit.EVIDENCE


def _why_not(report: Report) -> str:
    """Why nothing could be judged, by the reason that left most tests out, with its mend."""
    excluded: Counter[str] = Counter()
    for finding in report.findings:
        excluded.update(dict(finding.n_excluded))
    if not excluded:
        return "Not enough evidence: too few tests in this period. Leave `prova up` running and check again."
    reason, _ = excluded.most_common(1)[0]
    mends = {
        Reason.CLOCK_UNSYNCHRONISED: "the clock was not synchronised, so their day is not certain."
        " Turn it on with: timedatectl set-ntp true",
        Reason.DEMONSTRATION_SERVER: "they ran against the demonstration server on this machine."
        " Name a real one: prova up --server URL",
        Reason.SERVER_ON_THIS_MACHINE: "their server is this machine. Name one elsewhere: prova up --server URL",
        Reason.SERVER_ON_OWN_NETWORK: "their server is on the own network. Name one beyond the line:"
        " prova up --server URL",
        Reason.IMPORTED: "they were imported from another tool's log, which accuses nobody."
        " Let Prova measure: prova up --server URL",
        Reason.NEAR_CEILING: "the machine that made them cannot measure what the contract promises."
        " Find out what it can: prova probe calibrate, and measure with a faster one",
        Reason.SERVER_BUSY: "their server said that it was busy. Name another: prova up --server URL",
        Reason.SERVER_LINK_SLOW: "their server's link is slower than the contract. Name another: prova up --server URL",
        Reason.FAILED: "they failed. Run `prova measure --server URL` to see why",
    }
    mend = mends.get(Reason(reason), f"of this reason: {reason.replace('_', ' ')}")
    return f"Not enough evidence: tests were left out because {mend}."
