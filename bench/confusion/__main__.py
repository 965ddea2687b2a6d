"""Faults by the hundred, and what the probe's sensors and the judgement call them.

    python -m bench.confusion [--households 8] [--faults 14] [--seed 1]

Each household stands by itself, and each has every kind of fault in its own random order, again and again. Prints the
confusion table, every mark that was wrong, and what was invented in the time without faults. Needs root. About a minute
for each of a household's faults; eight households load two cores by a half.
"""

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from random import Random

from bench.confusion.expected import EXPECTED
from bench.confusion.score import Score, score, table
from bench.confusion.trial import run
from tests.lab.fault import Fault


def one(seed: int, count: int) -> Score:
    """One household, from its own seed."""
    random = Random(seed)
    time.sleep(random.uniform(0, 20))
    faults: list[Fault] = []
    while len(faults) < count:
        faults += random.sample(list(EXPECTED), len(EXPECTED))
    return score(run(faults[:count], random))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--households", type=int, default=8)
    parser.add_argument("--faults", type=int, default=14)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    scores: list[Score] = []
    with ProcessPoolExecutor(given.households) as pool:
        going = [pool.submit(one, given.seed * 1000 + number, given.faults) for number in range(given.households)]
        for done in as_completed(going):
            scores.append(done.result())
            print(f"{len(scores)} of {given.households} households are through", file=sys.stderr)
    return told(scores)


def told(scores: list[Score]) -> int:
    marks = [mark for score in scores for mark in score.marks]
    print("\n".join(table(marks)))
    right, wronged = sum(mark.right for mark in marks), sum(mark.wronged for mark in marks)
    due = [mark for mark in marks if mark.edges is not None]
    invented = [line for score in scores for line in score.invented]
    hours = sum(score.quiet_s for score in scores) / 3600
    print(f"\n{right} of {len(marks)} right ({100 * right / len(marks):.1f} %); edges hold in", end=" ")
    print(f"{sum(bool(mark.edges) for mark in due)} of {len(due)}; {wronged} imputed to the operator that were not")
    print(f"{len(invented)} outages invented in {hours:.2f} h without faults")
    for mark in marks:
        if not mark.right or mark.wronged or mark.edges is False:
            print(f"  {mark.fault}: {mark.called}; {mark.detail or 'nothing'}")
    for line in invented:
        print(f"  invented: {line}")
    return 0 if right >= 0.98 * len(marks) and not wronged and not invented else 1


if __name__ == "__main__":
    sys.exit(main())
