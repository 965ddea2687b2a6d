"""Vocabulary. The line now, as its template shows it. Knows nothing of where any of it came from."""

from dataclasses import dataclass

from dashboards.web.part.shown import Claims, Hours, Lack, Now, Trials, Verdicts


@dataclass(frozen=True, slots=True, kw_only=True)
class NowPage:
    """`empty`: what will happen before anything was measured; then nothing else says much."""

    window: str
    empty: tuple[str, ...]
    now: Now
    verdicts: Verdicts
    trials: Trials
    hours: Hours
    lacks: tuple[Lack, ...]
    claims: Claims | None
