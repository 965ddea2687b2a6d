"""Pure. What a contract promises beyond what a machine was shown to measure: there its tests prove no breach.

Knows nothing of how a ceiling is found, nor of single tests (`analysis.validity` holds each to its own).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis import wording
from analysis.clause import Profile
from analysis.contract import Terms
from analysis.finding import Sentence
from analysis.validity import within_ceiling
from probe.body.speed_test import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Beyond:
    """The lowest promise of a direction that the machine cannot be asked about."""

    direction: Direction
    promised_bps: int
    ceiling_bps: int
    share: float


def beyond(terms: Terms, ceilings_bps: Mapping[Direction, int], profile: Profile) -> tuple[Beyond, ...]:
    """One for each direction with such a promise; a direction without a ceiling has none, for nothing is known."""
    found = []
    for direction, ceiling_bps in ceilings_bps.items():
        speeds = terms.speeds(direction)
        promised = [bps for bps in (speeds.maximum_bps, speeds.normal_bps, speeds.minimum_bps) if bps is not None]
        above = [bps for bps in promised if not within_ceiling(bps, ceiling_bps, profile)]
        if above:
            found.append(
                Beyond(
                    direction=direction,
                    promised_bps=min(above),
                    ceiling_bps=ceiling_bps,
                    share=profile.number("ceiling_limit_share"),
                )
            )
    return tuple(found)


def sentence(one: Beyond) -> Sentence:
    """Why, and how to mend it."""
    return wording.sentence(
        "ceiling.beyond",
        direction=wording.say(f"direction.{one.direction}"),
        promised=wording.speed(one.promised_bps),
        share=wording.percent(one.share),
        ceiling=wording.speed(one.ceiling_bps),
    )
