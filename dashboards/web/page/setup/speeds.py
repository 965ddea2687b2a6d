"""Pure. What the contract promises at most, as far as the set-up knows it: typed in, or of the contract that is kept.

Knows nothing of pages.
"""

from decimal import Decimal

from analysis.summary.reading import Item
from analysis.summary.typed import typed
from dashboards.web.page.setup.draft import Draft
from dashboards.web.reading import Reading
from probe.body.speed_test import Direction
from probe.units import BPS_PER_MBPS


def maximum_bps(draft: Draft, reading: Reading, direction: Direction) -> int | None:
    """None where it is not known yet."""
    if draft.keeps:
        terms = reading.contract.on(reading.day) if reading.contract else None
        return terms.speeds(direction).maximum_bps if terms else None
    item = Item.DOWNLOAD_MAXIMUM if direction is Direction.DOWNLOAD else Item.UPLOAD_MAXIMUM
    try:
        value = typed(item, draft.typed.get(item.value, "").strip())
    except ValueError:
        return None
    return int(value * BPS_PER_MBPS) if isinstance(value, Decimal) else None
