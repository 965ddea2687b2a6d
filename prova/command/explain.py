"""Shell. `prova explain`: from a finding to its clause, its arithmetic and its records."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from analysis.contract_file import load
from analysis.explain.explanation import Explanation
from analysis.explain.explanation_json import explanation_json
from analysis.period import Period, local_day
from analysis.run import explained
from collector.store import Store
from probe import clock
from probe.units import mbps_of_bps
from prova.command.check import case_of
from prova.exit import CommandError
from prova.home import resolve
from prova.option import home_option, json_option


@click.command("explain")
@click.argument("finding")
@click.option("--contract", "contract_path", type=click.Path(path_type=Path), help="Default: HOME/contract.toml")
@click.option("--case", "case_path", type=click.Path(path_type=Path), help="Default: HOME/case.toml")
@click.option("--lang", type=click.Choice(["pt", "en"]), default="en", show_default=True)
@home_option
@json_option
def command(
    *,
    finding: str,
    contract_path: Path | None,
    case_path: Path | None,
    lang: str,
    home_path: Path | None,
    as_json: bool,
) -> None:
    """Lay one finding open: clause, formula with its numbers, records used and left out.

    FINDING is its id, as `prova check --json` gives it: LINE:RULE:DIRECTION:DAY, or an instant for a day.
    """
    home = resolve(home_path)
    contract = load(contract_path or home.contract)
    zone = contract.line.zone
    on = _day_of(finding, zone)
    period = Period(local_day(on, zone).start_at, local_day(on + timedelta(days=1), zone).start_at)
    case = case_of(home, case_path, contract)
    told = explained(Store(home.collector.journal), contract, period, finding, clock.now(), case=case)
    if told is None:
        raise CommandError(f"There is no finding {finding!r}. Its day's are listed by: prova check --from {on} --json")
    if as_json:
        click.echo(json.dumps(explanation_json(told), indent=2, ensure_ascii=False))
    else:
        _print(told, lang, zone)


def _day_of(finding: str, zone: ZoneInfo) -> date:
    """The local day that an id ends in, or that its instant lies in."""
    when = finding.rpartition(":")[2]
    try:
        if when.endswith("Z"):
            return datetime.fromisoformat(when).astimezone(zone).date()
        return date.fromisoformat(when)
    except ValueError:
        raise CommandError(
            f"{finding!r} does not end in a day. Write the id as `prova check --json` gives it: LINE:RULE:DIRECTION:DAY"
        ) from None


def _print(told: Explanation, lang: str, zone: ZoneInfo) -> None:
    found = told.finding
    click.echo(found.sentence.pt if lang == "pt" else found.sentence.en)
    click.echo(f"\n{found.id}: {found.verdict}")
    click.echo(
        f"{found.clause} ({found.profile}, version {found.rule_version}, from {told.valid_from}): {told.rule_text}"
    )
    for reading in told.open_readings:
        click.echo(f"  reading: {reading}")
    for number, step in enumerate(told.steps, 1):
        click.echo(f"\n{number}. {step.says.pt if lang == 'pt' else step.says.en}\n   {step.formula}")
    click.echo("\nNumbers in force:")
    for name, one in sorted(told.parameters.items()):
        click.echo(f"  {name} = {one.value} {one.unit}{' (a reading)' if one.reading else ''}: {one.source}")
    click.echo(f"\nRecords used: {len(told.used)}")
    for used in told.used:
        rate = "" if used.rate_bps is None else f"{mbps_of_bps(used.rate_bps):.2f} Mbit/s"
        click.echo(
            f"  {used.at.astimezone(zone):%Y-%m-%d %H:%M:%S}  {rate:>16}  {used.standing or '':8}  {used.record_id}"
        )
    click.echo(f"\nRecords left out: {len(told.left_out)}")
    for left in told.left_out:
        reasons = ", ".join(reason.replace("_", " ") for reason in left.reasons) or "of no use to this rule"
        click.echo(f"  {left.at.astimezone(zone):%Y-%m-%d %H:%M:%S}  {reasons}  {left.record_id}")
    click.echo("\nThese results are not certified by the regulator.")
