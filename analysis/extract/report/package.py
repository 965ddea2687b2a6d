"""Pure. A public package's files as tables: all that a report is drawn from.

Knows nothing of where the files lie.
"""

import csv
import hashlib
import io
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.extract.reporting_period import ReportingPeriod

DESCRIPTION = "datapackage.json"
PARAMETERS = "parameters.toml"
_NEEDED = ("aggregates", "indicators", "distribution", "operator_pairs", "withheld", "exclusions")
Rows = tuple[Mapping[str, str], ...]


class PackageError(Exception):
    """No report can be drawn from these files. The text is one sentence with the mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """`tables` by name, their rows as in the file."""

    period: ReportingPeriod
    publisher: str | None
    software: str
    peak_hours: tuple[int, ...]
    tables: Mapping[str, Rows]


def described(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """The paths that a package's description names, which may be anything. Raises PackageError."""
    try:
        return tuple(str(one["path"]) for one in json.loads(files[DESCRIPTION])["resources"])
    except (KeyError, TypeError, ValueError) as error:
        raise PackageError(f"{DESCRIPTION} describes no package; name the public folder of an extract.") from error


def package(files: Mapping[str, bytes]) -> Package:
    """`files` by path. Raises PackageError where one is missing, or is not as it is described."""
    described(files)
    try:
        told: dict[str, Any] = json.loads(files[DESCRIPTION])
        tables = {str(one["name"]): _table(one, files) for one in told["resources"]}
        hours = tuple(int(hour) for hour in tomllib.loads(files[PARAMETERS].decode())["peak"]["hours"])
        if missing := [name for name in _NEEDED if name not in tables]:
            raise PackageError(f"The package has no table {', '.join(missing)}; make the extract again.")
        period = ReportingPeriod(tables["aggregates"][0]["period"])
        publisher = next((str(one["title"]) for one in told.get("contributors", ())), None)
        software = str(told["version"])
    except (KeyError, IndexError, TypeError, ValueError, csv.Error) as error:
        raise PackageError(f"The package is not whole ({error}); make the extract again.") from error
    return Package(period=period, publisher=publisher, software=software, peak_hours=hours, tables=tables)


def _table(one: Mapping[str, Any], files: Mapping[str, bytes]) -> Rows:
    raw = files[one["path"]]
    if one["hash"] != f"sha256:{hashlib.sha256(raw).hexdigest()}":
        raise PackageError(f"{one['path']} is not the file that {DESCRIPTION} describes; make the extract again.")
    rows = tuple(csv.DictReader(io.StringIO(raw.decode(), newline=""), strict=True))
    if any(None in row or None in row.values() for row in rows):
        raise PackageError(f"{one['path']} has rows of several lengths; make the extract again.")
    return rows
