"""Shell. `prova collector`: the collector alone."""

import asyncio
from pathlib import Path

import click

from prova.home import make, resolve
from prova.option import home_option
from prova.stop import stopping


@click.group("collector")
def command() -> None:
    """The collector alone."""


@command.command("run")
@home_option
@click.option(
    "--settings", "settings_path", type=click.Path(path_type=Path), help="Default: HOME/collector/settings.toml"
)
def run(home_path: Path | None, settings_path: Path | None) -> None:
    """Receive, verify, keep and receipt what probes send, until stopped."""
    from collector import service, settings

    home = resolve(home_path)
    make(home)
    loaded = settings.load(settings_path or home.collector_settings)

    async def serve() -> None:
        with stopping() as stop:
            await service.run(loaded, home.path, stop=stop, say=lambda words: click.echo(words, err=True))

    asyncio.run(serve())
