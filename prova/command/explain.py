"""Shell. `prova explain`: from a finding to its clause, its arithmetic and its records."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from analysis.contract_file import load
from analysis.explain.asked import is_over_many_days
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
from prova.option import Day, home_option, json_option

_INSIDE = "inside"  # a minute of an outage without an edge of it


@click.command("explain")
@click.argument("finding")
@click.option("--contract", "contract_path", type=click.Path(path_type=Path), help="Default: HOME/contract.toml")
@click.option("--case", "case_path", type=click.Path(path_type=Path), help="Default: HOME/case.toml")
@click.option(
    "--from", "from_on", type=Day(), help="Of a finding over many days, as for `check`. Default: its own day."
)
@click.option("--to", "to_on", type=Day(), help="Of a finding over many days, as for `check`. Default: tomorrow.")
@click.option("--lang", type=click.Choice(["pt", "en"]), default="en", show_default=True)
@home_option
@json_option
def command(  # noqa: PLR0913  one parameter per option
    *,
    finding: str,
    contract_path: Path | None,
    case_path: Path | None,
    from_on: date | None,
    to_on: date | None,
    lang: str,
    home_path: Path | None,
    as_json: bool,
) -> None:
    """Lay one finding open: clause, formula with its numbers, records used and left out.

    FINDING is its id, as `prova check --json` gives it: LINE:RULE:DIRECTION:DAY, or an instant for a day. A finding
    over many days is found in those that `check` was asked about: give the same --from and --to.
    """
    home = resolve(home_path)
    contract = load(contract_path or home.contract)
    zone = contract.line.zone
    now, on = clock.now(), _day_of(finding, zone)
    first, after = on, on + timedelta(days=1)
    if is_over_many_days(finding):
        first = from_on or on
        after = to_on or max(after, now.astimezone(zone).date() + timedelta(days=1))
    if after <= first:
        raise click.UsageError(f"--to {after} must be later than {first}; the day given as --to is not included")
    period = Period(local_day(first, zone).start_at, local_day(after, zone).start_at)
    case = case_of(home, case_path, contract)
    told = explained(Store(home.collector.journal), contract, period, finding, now, case=case)
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
    _print_outages(told, zone)
    click.echo(f"\nRecords used: {len(told.used)}")
    for used in told.used:
        if used.standing == _INSIDE:
            continue  # an outage's minutes may be thousands; --json has them all
        rate = "" if used.rate_bps is None else f"{mbps_of_bps(used.rate_bps):.2f} Mbit/s"
        click.echo(f"  {_time(used.at, zone)}  {rate:>16}  {used.standing or '':8}  {used.record_id}")
    click.echo(f"\nRecords left out: {len(told.left_out)}")
    for left in told.left_out:
        click.echo(f"  {_time(left.at, zone)}  {', '.join(map(_words, left.reasons))}  {left.record_id}")
    click.echo("\nThese results are not certified by the regulator.")


def _print_outages(told: Explanation, zone: ZoneInfo) -> None:
    if told.entries:
        click.echo("\nFrom the case file:")
    for entry in told.entries:
        click.echo(f"  {entry.table}: {', '.join(f'{name} = {value}' for name, value in entry.says)}")
    if told.outages:
        click.echo(f"\nOutages used: {sum(not one.why_not for one in told.outages)} of {len(told.outages)}")
    for one in told.outages:
        edges = (one.last_good_at, one.first_bad_at, one.last_bad_at, one.first_good_at)
        seen = ", ".join("not watched" if at is None else _time(at, zone) for at in edges)
        why_not = f"  left out: {_words(one.why_not)}" if one.why_not else ""
        click.echo(f"  {one.id}{why_not}")
        click.echo(f"    last answer, first miss, last miss, first answer: {seen}")
        whose = f"{_words(one.cause)}, {_words(one.imputable_to)}"
        click.echo(f"    down {one.down_s:.0f} s at least; {whose}; {one.record_count} records")


def _time(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def _words(name: str) -> str:
    return name.replace("_", " ")
