"""Precision and recall on made-up lines whose truth is known, beside renditions of published ideas on the same lines.

    python -m bench.congestion [--runs 50] [--seed 1]                 # lines of each kind
    python -m bench.congestion make FOLDER [--lines 10000]            # a store of so many lines in segments
    prova congestion --home FOLDER --by segment --from 2026-03-10 --to 2026-04-09 --json > out.json   # and its report

Five models of noise, gaps of minutes and of hours, three zones, clock changes in half of the periods; lines without
congestion have outages in every second case. A window is found where it and the true one share more than they do not.
"""

import argparse
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from analysis.congestion.grid import grid
from analysis.congestion.judge import judge
from analysis.congestion.judgement import Judgement, Kind
from analysis.congestion.limits import limits
from analysis.congestion.run import turns
from analysis.congestion.signal import DayClass
from bench.congestion import peers
from bench.congestion.line import Made, TrueWindow, make

DAY_MIN = 1440
QUIET = (Kind.NONE, Kind.PLAN_CHANGE, Kind.SELF_INFLICTED, Kind.UNKNOWN)
Hours = tuple[DayClass, float, float]


@dataclass
class Score:
    """Windows of one method: found, missed, invented, the error of each edge in minutes; lines called recurring."""

    found: int = 0
    missed: int = 0
    invented: int = 0
    edges_min: list[float] = field(default_factory=list)
    called: Counter[Kind] = field(default_factory=Counter)

    def take(self, made: Made, told: list[Hours]) -> None:
        self.called[made.kind] += bool(told)
        left = list(told)
        for true in made.windows:
            best = max(left, key=lambda one: _shared(true, one), default=None)
            if best is None or _shared(true, best) <= 0.5:
                self.missed += 1
                continue
            self.found += 1
            left.remove(best)
            self.edges_min += [_apart(true.start_min, best[1]), _apart(true.end_min, best[2])]
        if made.kind is not Kind.SELF_INFLICTED:  # where all but ours see the household's hours, and rightly so
            self.invented += len(left)

    def row(self, name: str, lines: int) -> str:
        edges = np.array(self.edges_min) if self.edges_min else np.array([np.nan])
        wrong = sum(self.called[kind] for kind in QUIET)
        precision, recall = _share(self.found, self.found + self.invented), _share(self.found, self.found + self.missed)
        return (
            f"| {name} | {precision} | {recall}"
            f" | {np.median(edges):.0f} | {np.quantile(edges, 0.95):.0f} | {np.mean(edges <= 15):.3f}"
            f" | {wrong} of {lines * len(QUIET)} |"
        )


def _share(part: int, of: int) -> str:
    return f"{part / of:.3f}" if of else "-"


def _apart(one: float, other: float) -> float:
    return abs((one - other + DAY_MIN / 2) % DAY_MIN - DAY_MIN / 2)


def _minutes(start: float, end: float) -> set[int]:
    return {(int(start) + step) % DAY_MIN for step in range(int((end - start) % DAY_MIN))}


def _shared(true: TrueWindow, one: Hours) -> float:
    if one[0] is not true.day_class:
        return 0.0
    mine, theirs = _minutes(true.start_min, true.end_min), _minutes(one[1], one[2])
    return len(mine & theirs) / max(1, len(mine | theirs))


def of_ours(told: Judgement) -> list[Hours]:
    accusing = [one for one in told.windows if one.household.value in {"apart", "not_seen"}]
    return [(one.day_class, float(one.start_min), float(one.end_min)) for one in accusing]


def judged(made: Made) -> Judgement:
    known = limits()
    (told,) = judge(made.series(), grid(made.days), turns(len(made.days.days), known), known)
    return told


def run(runs: int, seed: int) -> None:
    scores = {name: Score() for name in ("ours", "level shift", "change points")}
    amplitude: Counter[Kind] = Counter()
    said: Counter[tuple[Kind, Kind]] = Counter()
    for kind in Kind:
        for number in range(runs):
            made = make(kind, number, seed=seed, what="outages" if kind is Kind.NONE and number % 2 else "")
            told = judged(made)
            said[kind, told.kind] += 1
            scores["ours"].take(made, of_ours(told))
            amplitude[kind] += peers.daily_amplitude(made)
            for name, marked in (
                ("level shift", peers.level_shift(made)),
                ("change points", peers.change_points(made)),
            ):
                found = peers.windows(made, marked)
                scores[name].take(made, [(which, 15.0 * one.start, 15.0 * one.end) for which, one in found])
    _kinds(said)
    print("\n| method | precision | recall | edge, median min | 95 % | within 15 min | quiet lines called recurring |")
    print("|-|-:|-:|-:|-:|-:|-:|")
    for name, score in scores.items():
        print(score.row(name, runs))
    wrong = sum(amplitude[kind] for kind in QUIET)
    print(
        f"\ndaily amplitude (says no hours): {amplitude[Kind.RECURRING]} of {runs} recurring lines,"
        f" {wrong} of {runs * len(QUIET)} quiet ones"
    )


def _kinds(said: Counter[tuple[Kind, Kind]]) -> None:
    print(f"| true | {' | '.join(kind.value for kind in Kind)} | precision | recall |\n|-|" + "-:|" * (len(Kind) + 2))
    for true in Kind:
        row = [said[true, one] for one in Kind]
        right, called = said[true, true], sum(said[one, true] for one in Kind)
        print(f"| {true.value} | {' | '.join(map(str, row))} | {_share(right, called)} | {_share(right, sum(row))} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["lines", "make"], nargs="?", default="lines")
    parser.add_argument("folder", type=Path, nargs="?", default=Path("congestion"))
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lines", type=int, default=10_000)
    given = parser.parse_args()
    if given.what == "make":
        from bench.congestion.lake import make as put

        print(put(given.folder, given.lines))
    else:
        run(given.runs, given.seed)


if __name__ == "__main__":
    main()
