"""Pure. What an extract goes by, from its data file: what is withheld, what is precise enough, which hours are busy.

Knows nothing of tables.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from analysis.extract.disclosure.amount import Part, Sum
from analysis.extract.disclosure.withhold import Limits
from analysis.extract.indicator.line_hours import Steadiness


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """`peak_hours` are local hours of Monday to Friday. `text` is the file, for the package.

    `parts`: by name, what of a cell is told or withheld at once. From `late_s` on a record came late. `lines_share`: of
    a group's lines, those that its consistent speed is reached on. `bin_edges`: between ratios of measured to promised
    speed, rising. `family_error`: the chance that any of several comparisons told apart is wrong.
    """

    version: int
    limits: Limits
    least_effective_lines: int
    peak_hours: tuple[int, ...]
    late_s: int
    parts: Mapping[str, Part]
    steadiness: Steadiness
    lines_share: float
    bin_edges: tuple[float, ...]
    family_error: float
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
        late_s=table["service"]["late_s"],
        parts={name: _part(name, own) for name, own in table["part"].items()},
        steadiness=Steadiness(
            share=float(table["consistency"]["tests_share"]), least_tests=table["consistency"]["least_tests"]
        ),
        lines_share=float(table["consistency"]["lines_share"]),
        bin_edges=tuple(float(one) for one in table["distribution"]["edges"]),
        family_error=float(table["comparison"]["family_error"]),
        text=text,
    )


def _part(name: str, own: dict[str, Any]) -> Part:
    return Part(
        name=name,
        least_lines=own["least_lines"],
        least_count=own.get("least_count", 0),
        most_share=float(own["most_share"]),
        sums=tuple(
            Sum(name=one, least_width=width, over_time=one not in own["not_over_time"])
            for one, width in own["least_width"].items()
        ),
    )
