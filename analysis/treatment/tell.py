"""Pure. A comparison of two ways of testing, in a sentence of both languages. Knows nothing of records."""

from analysis.finding import Sentence
from analysis.treatment.account import Verdict, Way
from analysis.wording import percent, say, sentence
from probe.body.speed_test import Direction


def told(verdict: Verdict, direction: Direction, faster: Way, slower: Way, pairs: int, ratio: float | None) -> Sentence:
    """`ratio` None where there are too few pairs."""
    return sentence(
        f"treatment.{verdict}",
        direction=say(f"treatment.{direction}"),
        faster=_named(faster),
        slower=_named(slower),
        pairs=str(pairs),
        more=percent((ratio or 1.0) - 1.0),
    )


def _named(way: Way) -> str:
    marks = f", {'+'.join(way.marks)}" if way.marks else ""
    return f"{way.server} ({way.method}{marks})"
