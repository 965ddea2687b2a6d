"""Shell. Options that several commands share, and the reading of their values."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

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


def one_of(kinds: type[StrEnum]) -> click.Choice[str]:
    """One of the words of a list, as they are written to files."""
    return click.Choice([one.value for one in kinds])


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


class Moment(click.ParamType[datetime]):
    """A moment with its zone, in UTC from here on."""

    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            at = None
        if at is None or at.tzinfo is None:
            self.fail(f"{value!r} is no moment with its zone; write it as 2026-10-05T14:30+01:00", param, ctx)
        return at.astimezone(UTC)


class Zone(click.ParamType[ZoneInfo]):
    """A time zone by its name."""

    name = "ZONE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> ZoneInfo:
        if isinstance(value, ZoneInfo):
            return value
        try:
            return ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.fail(f"{value!r} is no time zone; write it as Europe/Lisbon", param, ctx)
