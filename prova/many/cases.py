"""Shell. Which line has which case: a folder with a file for each, named after its line.

Knows nothing of what follows from one.
"""

from collections.abc import Mapping
from pathlib import Path

import click

from analysis.case.case import Case
from analysis.case.case_file import load
from analysis.contract import Contract


def cases_at(folder: Path | None, contracts: Mapping[str, Contract]) -> dict[str, Case]:
    """By line; none without a folder. A file of no line with a contract is an error: a name may be mistyped.

    Raises CaseError and UsageError.
    """
    if folder is None:
        return {}
    if not folder.is_dir():
        raise click.UsageError(f"{folder} is no folder; put a file LINE.toml there for each line that has a case")
    files = sorted(folder.glob("*.toml"))
    strange = [one.name for one in files if one.stem not in contracts]
    if strange:
        raise click.UsageError(
            f"{folder / strange[0]} is the case of no line with a contract; name it LINE.toml after its line"
        )
    return {one.stem: load(one, contracts[one.stem].line.zone) for one in files}
