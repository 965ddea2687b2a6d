"""Shell. Options that several commands share, and the reading of their values."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from probe.record import check_name
from probe.throughput.mlab.consent import OPTION

home_option: Callable[[Any], Any] = click.option(
    "--home",
    "home_path",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="PROVA_HOME",
    help="The folder with everything of this machine. Default: PROVA_HOME, else the platform's user-data folder.",
)
json_option: Callable[[Any], Any] = click.option("--json", "as_json", is_flag=True, help="For machines, on stdout.")
series_option: Callable[[Any], Any] = click.option(
    "--series", is_flag=True, help="With --json: what had arrived by when in each test, some hundred counts."
)

mlab_option: Callable[[Any], Any] = click.option(
    OPTION,
    "mlab_accepted",
    is_flag=True,
    help="You agree that M-Lab publishes each test with your IP address, as open data, for good.",
)


class Day(click.ParamType[date]):
    """A day as YYYY-MM-DD, in the line's own zone."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day; write it as YYYY-MM-DD, for example 2026-10-31", param, ctx)


class LineName(click.ParamType[str]):
    """A line's id, as records and folders can have it."""

    name = "LINE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return check_name("line", value)
        except ValueError as error:
            self.fail(f"{error}", param, ctx)
