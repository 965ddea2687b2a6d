"""Pure. What an extract goes by, from its data file: what is withheld, what is precise enough, which hours are busy.

Knows nothing of tables.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from analysis.extract.disclosure.withhold import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """`peak_hours` are local hours of Monday to Friday. `text` is the file, for the package."""

    version: int
    limits: Limits
    least_effective_lines: int
    peak_hours: tuple[int, ...]
    text: str


@cache
def parameters() -> Parameters:
    """Those of this version."""
    text = resources.files("analysis").joinpath("extract", "parameters.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    own = table["disclosure"]
    return Parameters(
        version=table["version"],
        limits=Limits(
            least_lines=own["least_lines"],
            least_tests=own["least_tests"],
            most_share=float(own["most_share"]),
            least_width=own["least_width"],
        ),
        least_effective_lines=table["precision"]["least_lines"],
        peak_hours=tuple(table["peak"]["hours"]),
        text=text,
    )
