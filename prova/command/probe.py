"""Shell. `prova probe`: the probe alone."""

import asyncio
from pathlib import Path

import click

from prova.home import make, resolve
from prova.option import home_option
from prova.stop import stopping


@click.group("probe")
def command() -> None:
    """The probe alone."""


@command.command("run")
@home_option
@click.option("--settings", "settings_path", type=click.Path(path_type=Path), help="Default: HOME/probe/settings.toml")
def run(home_path: Path | None, settings_path: Path | None) -> None:
    """Measure this machine's line and send what was seen to the collector, until stopped."""
    from probe import agent, settings

    home = resolve(home_path)
    make(home)
    loaded = settings.load(settings_path or home.probe_settings)

    async def measure() -> None:
        with stopping() as stop:
            await agent.run(loaded, home.path, stop=stop, say=lambda words: click.echo(words, err=True))

    asyncio.run(measure())
