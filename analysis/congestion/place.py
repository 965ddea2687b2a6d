"""Pure. Where a rise was added: the far side of each rung against its near side, at the same hours.

What the home router's answers share of the rise was added at home, what the provider's first hop shares before it, and
so on outwards. A rung that never answered says nothing, and what it would have told apart stays together. Of one line.
Knows nothing of whose a place is.
"""

from collections.abc import Mapping

import numpy as np

from analysis.congestion.judgement import Located, Place, Rise
from analysis.congestion.limits import Limits
from analysis.congestion.signal import RungKind
from analysis.kernel.column import Mark, Real

_OUTWARDS = (
    (RungKind.GATEWAY, Place.OWN_LINK),
    (RungKind.FIRST_HOP, Place.ACCESS),
    (RungKind.SECOND_HOP, Place.AGGREGATION),
)


def located(rungs: Mapping[tuple[RungKind, str], Real], inside: Mark, days: Mark, limits: Limits) -> Located:
    """`inside`: the hours, by day and slot; `days`: those that had them, by the other hours of which they are held."""
    rises = tuple(_rise(kind, name, values, inside, days, limits) for (kind, name), values in sorted(rungs.items()))
    far = {one.name: one.rise_ms for one in rises if one.rung is RungKind.NETWORK and one.rise_ms is not None}
    if not far or max(far.values()) < limits.latency_rise_ms:
        return Located(rises=rises)
    least = limits.rung_share * max(far.values())
    near: dict[RungKind, float] = {
        one.rung: one.rise_ms for one in rises if one.rung is not RungKind.NETWORK and one.rise_ms is not None
    }
    for rung, place in _OUTWARDS:
        if near.get(rung, 0.0) >= least:
            return Located(place=_first(place, near), rises=rises)
    hit = tuple(name for name, rise in far.items() if rise >= least)
    if len(hit) < len(far):
        return Located(place=Place.INTERCONNECTION, towards=hit, rises=rises)
    return Located(place=_beyond(near, len(far)), rises=rises)


def _first(place: Place, near: Mapping[RungKind, float]) -> Place:
    """A place is known only if the rung before it was seen to be well: else it may lie nearer."""
    if place is Place.ACCESS and RungKind.GATEWAY not in near:
        return Place.UNKNOWN
    if place is Place.AGGREGATION and RungKind.FIRST_HOP not in near:
        return Place.UNKNOWN
    return place


def _beyond(near: Mapping[RungKind, float], networks: int) -> Place:
    """Every network is worse, and nothing nearer that was seen. One network alone may be its own server's."""
    return Place.CORE if networks > 1 and {RungKind.GATEWAY, RungKind.FIRST_HOP} & near.keys() else Place.UNKNOWN


def _rise(kind: RungKind, name: str, values: Real, inside: Mark, days: Mark, limits: Limits) -> Rise:
    within = values[inside & days]
    beside = values[~inside & days]
    within, beside = within[~np.isnan(within)], beside[~np.isnan(beside)]
    enough = min(len(within), len(beside)) >= limits.rung_cells_least
    rise = round(float(np.median(within) - np.median(beside)), 3) if enough else None
    return Rise(rung=kind, name=name, rise_ms=rise, n_inside=len(within), n_beside=len(beside))
