"""Pure. The dated data that this package ships, and a calendar made of it.

Reads nothing but what ships with this code, which is code in another notation; the same version always gives the same.
Knows no rule: the two TOML files are read by `holiday` and `readings_file`.
"""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from analysis.clocks import holiday, readings_file
from analysis.clocks.working_calendar import Calendar
from analysis.contract import Line


@cache
def almanac() -> holiday.Almanac:
    """The holidays of `holidays-pt.toml`."""
    return holiday.parse(_read("holidays-pt.toml"))


@cache
def rules() -> readings_file.Rules:
    """The terms and readings of `readings.toml`."""
    return readings_file.parse(_read("readings.toml"))


def calendar(line: Line) -> Calendar:
    """The working days at the installation of `line`, with the switches as the rules set them."""
    defaults = rules()
    return Calendar(almanac=almanac(), line=line, seat=defaults.seat, switches=defaults.switches)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("analysis.clocks") / name).read_text("utf-8"))
