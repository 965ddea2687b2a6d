"""A regulator's panel weighted by the extract's arithmetic, beside the figures that the regulator published of it.

    python -m bench.panel FOLDER [--least 40]

FOLDER holds Ofcom's unit-level files of November 2013 and 2014 (Open Government Licence). First the published figures
with ours, their interval and Kish's effective number of households; a row that is off by more than the published
rounding is marked. Then a table like the published one: each package of at least `--least` households.
"""

import argparse
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from analysis.extract.weighted import Estimate, effective_count, mean
from bench.panel.unit_level import Household, read

_SPEEDS = ("download_mbps", "maximum_mbps", "peak_mbps", "upload_mbps")


@dataclass(frozen=True, slots=True)
class Answer:
    """A weighted mean of so many households; None without any."""

    estimate: Estimate
    count: int
    effective: float


def answer(households: Sequence[Household], column: str, weight: str) -> Answer | None:
    """Of those who have both, and whose weight is not zero."""
    known = [one.numbers for one in households if column in one.numbers and one.numbers.get(weight)]
    weights = np.array([one[weight] for one in known])
    found = mean(np.array([one[column] for one in known]), weights)
    return None if found is None else Answer(found, len(known), effective_count(weights))


def picked(households: Sequence[Household], where: Mapping[str, Any]) -> list[Household]:
    """Words equal, numbers within [least, below)."""
    return [one for one in households if all(_fits(one, name, wanted) for name, wanted in where.items())]


def _fits(one: Household, name: str, wanted: Any) -> bool:
    if isinstance(wanted, str):
        return one.words[name] == wanted
    least, below = wanted
    return name in one.numbers and least <= one.numbers[name] < below


def beside(households: Sequence[Household], cell: Mapping[str, Any]) -> tuple[str, bool]:
    """A line, and whether ours rounds to what was published."""
    group = picked(households, cell.get("where", {}))
    answers = [answer(group, column, cell["weight"]) for column in cell["figure"]]
    first = answers[0]
    if first is None or None in answers:
        return f"  {cell['what']:<58} nobody", False
    ours = getattr(first.estimate, cell.get("end", "value"))
    for other in answers[1:]:
        ours /= other.estimate.value if other else 1
    off = round(ours, cell["digits"]) - cell["published"]
    same = abs(off) < 10 ** -(cell["digits"] + 2)
    half = (first.estimate.high or 0) - first.estimate.value
    return (
        f"  {cell['what']:<58} {cell['published']:>7g} {ours:>9.3f} {'' if same else f'{off:+.2f}':>7}"
        f"   of {first.count:>4} (effective {first.effective:>4.0f}), +-{half:.2f}"
    ), same


def packages(households: Sequence[Household], least: int) -> list[str]:
    """Operator, technology and headline speed, with what each household counts among its operator's."""
    every = sorted(
        {(one.words["operator"], one.words["technology"], one.numbers.get("headline_mbps", 0)) for one in households}
    )
    lines = []
    for operator, technology, headline in every:
        where = {"operator": operator, "technology": technology, "headline_mbps": (headline, headline + 0.5)}
        found = [answer(picked(households, where), column, "operator_weight") for column in _SPEEDS]
        if found[0] is not None and found[0].count >= least:
            lines.append(f"  {operator:<9} {technology:<7} {headline:>4g}  {found[0].count:>4}  {_cells(found)}")
    return lines


def _cells(found: Sequence[Answer | None]) -> str:
    return "  ".join(
        f"{one.estimate.value:>7.2f} [{one.estimate.low:>6.2f}, {one.estimate.high:>6.2f}]" if one else f"{'-':>25}"
        for one in found
    )


def main(arguments: Sequence[str]) -> int:
    """Ends with 0 also where figures differ: why they do is told in docs/extract.md."""
    parser = argparse.ArgumentParser(description="A regulator's panel, weighted, beside what was published of it.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--least", type=int, default=40, help="households of a package that is shown")
    told = parser.parse_args(arguments)
    published = tomllib.loads(Path(__file__).with_name("published.toml").read_text(encoding="utf-8"))
    for panel in published["panel"]:
        households = read(told.folder / panel["file"])
        print(f"{panel['of']}: {len(households)} households; published, ours, off by")
        rows = [beside(households, cell) for cell in panel["cell"]]
        print("\n".join(line for line, _ in rows))
        print(f"  {sum(same for _, same in rows)} of {len(rows)} alike at the digits published\n")
        print(f"  {'package':<22}  n  " + "".join(f"{one:<27}" for one in _SPEEDS))
        print("\n".join(packages(households, told.least)), end="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
