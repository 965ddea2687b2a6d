"""Pure. The stretches of an interruption that a rung is judged by: before it, its onset, and all of it.

Knows nothing of rungs.
"""

from dataclasses import dataclass

from analysis.clause import LedgerRules
from analysis.outage.episode import Episode

_US_PER_S = 1_000_000


@dataclass(frozen=True, slots=True)
class Moment:
    """`from_us` the last answer before, `first_us` and `last_us` the first and the last miss, `until_us` the recovery.

    What cannot be known is taken at the misses. `onset_end_us`: until when a fault may be the cause of it all.
    """

    from_us: int
    first_us: int
    onset_end_us: int
    last_us: int
    until_us: int
    baseline_us: int

    @classmethod
    def of(cls, episode: Episode, rules: LedgerRules) -> "Moment":
        """The moment of one interruption."""
        first_us, last_us = episode.first_bad_us, episode.last_bad_us
        return cls(
            from_us=first_us if episode.last_good_us is None or not episode.started else episode.last_good_us,
            first_us=first_us,
            onset_end_us=min(last_us, first_us + rules.onset_s * _US_PER_S),
            last_us=last_us,
            until_us=last_us if episode.first_good_us is None or not episode.ended else episode.first_good_us,
            baseline_us=rules.baseline_s * _US_PER_S,
        )
