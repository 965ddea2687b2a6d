"""Vocabulary. One civil day, as its template shows it. Knows nothing of where any of it came from."""

from dataclasses import dataclass

from dashboards.web.frame.shown import Choice
from dashboards.web.part.shown import Hours, Lack, Latency, Trials, Verdicts


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPage:
    """`steps`: the days beside this one, this one among them."""

    steps_label: str
    steps: tuple[Choice, ...]
    window: str
    verdicts: Verdicts
    trials: Trials
    moved: str
    latency: Latency
    hours: Hours
    lacks: tuple[Lack, ...]
