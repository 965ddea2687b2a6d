"""Shell. `prova dashboards`: Grafana's dashboards as files, checked, pushed, and the findings that they show."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from probe import clock
from prova.exit import CommandError, Exit
from prova.home import Home, resolve
from prova.option import home_option, json_option
from prova.stop import stopping

if TYPE_CHECKING:
    from analysis.contract import Contract
    from dashboards.grafana.deliver.change import Change
    from dashboards.grafana.deliver.provisioning import Site

_DAYS = 8
_CONGESTION_DAYS = 28
_EVERY_S = 300.0
_MOST_BYTES = 10_000_000  # of a dashboard


@click.group("dashboards")
def command() -> None:
    """Grafana: dashboards and alert rules as code, and the findings they show."""


def _site_options(own: Any) -> Any:
    options = (
        click.option("--influxdb", "url", default="http://influxdb:8086", show_default=True, help="For Grafana."),
        click.option("--bucket", default="prova", show_default=True, help="InfluxQL's database."),
    )
    for option in reversed(options):
        own = option(own)
    return own


@command.command("build")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@_site_options
@click.option(
    "--influxdb-token-file",
    "token_file",
    default="/run/secrets/influxdb-token",
    show_default=True,
    help="Read by Grafana, where it runs. Empty: the database asks for none.",
)
@click.option("--dashboards-at", help="Where Grafana finds FOLDER/dashboards/prova. Default: below /etc/grafana.")
@click.option("--receiver", help="The contact point that alert rules tell. Default: Grafana's own policy decides.")
def build(
    *, folder: Path, url: str, bucket: str, token_file: str, dashboards_at: str | None, receiver: str | None
) -> None:
    """Write what Grafana reads at its start into FOLDER: data source, folder, dashboards, alert rules."""
    from dashboards.grafana.deliver.provisioning import files_of

    site = replace(_site(url, bucket), influxdb_token_file=token_file or None, receiver=receiver)
    if dashboards_at:
        site = replace(site, dashboards_at=dashboards_at)
    files = files_of(site)
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f".{file.name}.new")  # Grafana looks into the folder while this is written
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(file)
    click.echo(f"{len(files)} files written to {folder}.", err=True)


@command.command("lint")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def lint(*, files: tuple[Path, ...], as_json: bool) -> int:
    """Check dashboards in FILES, Prova's own where none is named. Ends with 2 if anything is wrong."""
    from dashboards.grafana.catalogue import dashboards
    from dashboards.grafana.classic import classic
    from dashboards.grafana.deliver.lint import flaws

    own = [classic(one) for one in dashboards()]
    found = [flaw for one in (map(_read, files) if files else own) for flaw in flaws(one)]
    if as_json:
        told = [{"dashboard": f.dashboard, "panel": f.panel, "rule": f.rule, "sentence": f.sentence} for f in found]
        click.echo(json.dumps({"schema": "prova.lint/1", "flaws": told}, indent=2, ensure_ascii=False))
    else:
        for flaw in found:
            click.echo(f"{flaw.dashboard} / {flaw.panel or '-'}: {flaw.rule}: {flaw.sentence}")
        click.echo(f"{len(files) or len(own)} dashboards, {len(found)} flaws.", err=True)
    return Exit.USAGE if found else Exit.DONE


@command.command("push")
@click.option("--grafana", "grafana_url", required=True, help="Where Grafana is, for example https://grafana.example.")
@click.option("--token-file", type=click.Path(path_type=Path), required=True, help="A service account's, role Admin.")
@_site_options
@click.option("--influxdb-token-file", type=click.Path(path_type=Path), help="The token that the data source sends.")
@click.option("--dry-run", is_flag=True, help="Say what would change, line by line, and change nothing.")
@json_option
def push(  # noqa: PLR0913  one parameter per option
    *,
    grafana_url: str,
    token_file: Path,
    url: str,
    bucket: str,
    influxdb_token_file: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Bring data source, folder and dashboards to a Grafana that runs; what is as it should be is left alone."""
    from dashboards.grafana.deliver.push import Grafana, Target

    _check_address(grafana_url)
    influxdb_token = None if influxdb_token_file is None else _secret(influxdb_token_file)
    site = _site(url, bucket)
    if influxdb_token is None:
        site = replace(site, influxdb_token_file=None)
    grafana = Grafana(Target(url=grafana_url, token=_secret(token_file), site=site, influxdb_token=influxdb_token))
    told = []
    for change in grafana.changes():
        told.append(change)
        if not as_json:
            _say_change(change, lines=dry_run)
        if not dry_run:
            grafana.apply(change)
    if as_json:
        steps = [{"thing": one.thing, "uid": one.uid, "step": one.step, "difference": [*one.told]} for one in told]
        click.echo(json.dumps({"schema": "prova.push/1", "dry_run": dry_run, "changes": steps}, indent=2))


@command.command("project")
@click.option(
    "--contract",
    "contract_path",
    type=click.Path(path_type=Path),
    help="Of many lines a folder, a file for each. Default: HOME/contract.toml",
)
@click.option(
    "--settings", "settings_path", type=click.Path(path_type=Path), help="Default: HOME/collector/projection.toml"
)
@click.option(
    "--days", type=click.IntRange(1, 400), default=_DAYS, show_default=True, help="Local days, today the last."
)
@click.option("--every", "every_s", type=click.FloatRange(10.0), default=_EVERY_S, show_default=True, help="Seconds.")
@click.option(
    "--congestion-days",
    type=click.IntRange(0, 400),
    default=_CONGESTION_DAYS,
    show_default=True,
    help="Whole days judged for congestion, once a day; 0: none.",
)
@click.option(
    "--group-by",
    type=click.Choice(["segment", "node", "region", "operator"]),
    default="segment",
    show_default=True,
    help="What of the topology (`prova fleet import`) is a line's group.",
)
@click.option("--once", is_flag=True, help="Judge once and end.")
@home_option
def project(  # noqa: PLR0913  one parameter per option
    *,
    home_path: Path | None,
    contract_path: Path | None,
    settings_path: Path | None,
    days: int,
    every_s: float,
    congestion_days: int,
    group_by: str,
    once: bool,
) -> None:
    """Judge lines and show the findings in InfluxDB, again and again until stopped. It is never the evidence.

    A line is shown under its contract's operator, and in its group; where no topology tells one, in its municipality.
    """
    import asyncio

    from analysis.fleet.placement import GroupKind
    from prova.many.judged_view import Order, follow, pass_over

    home = resolve(home_path)
    contracts = _contracts(home, contract_path)
    order = Order(
        home=home,
        settings_path=settings_path,
        contracts=contracts,
        days=days,
        congestion_days=congestion_days,
        group_by=GroupKind(group_by),
        say=_say,
    )
    if once:
        pass_over(order, clock.now(), {})
        return

    async def until_stopped() -> None:
        with stopping() as stop:
            await follow(order, every_s=every_s, now=clock.now, stop=stop)

    asyncio.run(until_stopped())


def _contracts(home: Home, path: Path | None) -> "Mapping[str, Contract]":
    from prova.many.contracts import contracts_at

    return contracts_at(path or home.contract)


def _site(url: str, bucket: str) -> "Site":
    from dashboards.grafana.deliver.provisioning import Site

    return Site(influxdb_url=url, bucket=bucket)


def _read(path: Path) -> Mapping[str, Any]:
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
        told = json.loads(content) if len(content) <= _MOST_BYTES else None
    except (ValueError, RecursionError) as error:
        raise CommandError(f"{path} is no JSON ({error}). Export the dashboard from Grafana again.") from error
    if not isinstance(told, dict):
        raise CommandError(f"{path} is no dashboard. Export one from Grafana as JSON.")
    return told


def _check_address(url: str) -> None:
    with suppress(ValueError):
        parts = urlsplit(url)
        if parts.scheme in {"http", "https"} and parts.hostname and not parts.username and parts.port != 0:
            return
    raise CommandError("--grafana must be http:// or https:// and a host, without credentials; name a --token-file.")


def _secret(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise CommandError(f"{path} cannot be read ({error.strerror}). Write the token there.") from error


def _say_change(change: "Change", *, lines: bool) -> None:
    click.echo(f"{change.step.value:<6}  {change.thing.value}  {change.uid}")
    for line in change.told if lines else ():
        click.echo(f"        {line}")


def _say(words: str) -> None:
    click.echo(words, err=True)
