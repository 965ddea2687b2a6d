"""Pure. The fields of a contract, and what was typed into them held against what they can be: all problems at once.

Knows nothing of pages or files.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from analysis.contract import Technology
from analysis.summary.reading import Confidence, Content, Item, Reading, Value
from analysis.summary.reading_json import plain
from analysis.summary.typed import typed
from dashboards.web.page.setup.deed import Agreed
from dashboards.web.page.setup.draft import Problem

REGION, MUNICIPALITY = "region", "municipality"
ZONES = {"mainland": "Europe/Lisbon", "madeira": "Atlantic/Madeira", "azores": "Atlantic/Azores"}
NAMED = (Item.OPERATOR, Item.SERVICE, Item.TECHNOLOGY, Item.DATED)
DOWNLOAD = (Item.DOWNLOAD_MAXIMUM, Item.DOWNLOAD_NORMAL, Item.DOWNLOAD_MINIMUM)
UPLOAD = (Item.UPLOAD_MAXIMUM, Item.UPLOAD_NORMAL, Item.UPLOAD_MINIMUM)
PRICE = (Item.MONTHLY, Item.INTERNET_SHARE, Item.BILLING_DAY)
ITEMS = (*NAMED, *DOWNLOAD, *UPLOAD, *PRICE)
_NEEDED = {*NAMED, Item.DOWNLOAD_MAXIMUM, Item.UPLOAD_MAXIMUM}
_ESTIMATED = {Item.DOWNLOAD_MAXIMUM: Item.DOWNLOAD_ESTIMATED, Item.UPLOAD_MAXIMUM: Item.UPLOAD_ESTIMATED}
_LONGEST = 80
_MOST_MBPS = 1_000_000


def is_needed(item: Item) -> bool:
    """Whether a contract is nothing without it."""
    return item in _NEEDED


def known(reading: Reading, item: Item) -> Value | None:
    """What was read for a field; of fixed wireless the estimated maximum is the maximum."""
    return reading.values.get(item) or reading.values.get(_ESTIMATED.get(item, item))


def prefilled(reading: Reading) -> dict[str, str]:
    """What the fields say at first: each value that is not open."""
    found = {item: known(reading, item) for item in ITEMS}
    return {
        item.value: str(plain(value.value))
        for item, value in found.items()
        if value is not None and value.value is not None and value.confidence is not Confidence.OPEN
    }


def agreed(written: Mapping[str, str], reading: Reading | None) -> tuple[Agreed | None, tuple[Problem, ...]]:
    """The contract, or every problem with it in the order of the fields; exactly one of the two is there."""
    values, problems = _read(written)
    problems = [*problems, *_at_odds(values), *_place(written)]
    if problems:
        return None, tuple(problems)
    region = written[REGION]
    municipality = written.get(MUNICIPALITY, "").strip()
    made = Agreed(values=values, region=region, timezone=ZONES[region], municipality=municipality, reading=reading)
    return made, ()


def _read(written: Mapping[str, str]) -> tuple[dict[Item, Content], list[Problem]]:
    values: dict[Item, Content] = {}
    problems = []
    for item in ITEMS:
        text = written.get(item.value, "").strip()
        if not text:
            problems += [Problem(item.value, "needed")] if is_needed(item) else []
            continue
        try:
            values[item] = _bounded(item, typed(item, text))
        except ValueError:
            problems.append(Problem(item.value, _kind(item)))
    return values, problems


def _bounded(item: Item, value: Content) -> Content:
    """Raises ValueError for what no contract says."""
    long = isinstance(value, str) and (len(value) > _LONGEST or not value.isprintable())
    fast = isinstance(value, Decimal) and value > _MOST_MBPS
    odd_day = item is Item.BILLING_DAY and isinstance(value, int) and not 1 <= value <= 31
    if long or fast or odd_day:
        raise ValueError(item)
    return value


def _kind(item: Item) -> str:
    """Which words say what the field wants."""
    if item.value.endswith("_mbps"):
        return "speed"
    if item.value.endswith("_eur"):
        return "euros"
    return {Item.DATED: "date", Item.TECHNOLOGY: "choice", Item.BILLING_DAY: "day"}.get(item, "words")


def _at_odds(values: Mapping[Item, Content]) -> Iterator[Problem]:
    """Values that are each possible, and not together."""
    for maximum, normal, minimum in (DOWNLOAD, UPLOAD):
        for lower, higher in ((normal, maximum), (minimum, normal), (minimum, maximum)):
            if lower in values and higher in values and _number(values[lower]) > _number(values[higher]):
                yield Problem(lower.value, "above_maximum" if higher is maximum else "above_normal")
                break
        wireless = values.get(Item.TECHNOLOGY) == Technology.FWA.value
        for lesser in (normal, minimum):
            if wireless and lesser in values:
                yield Problem(lesser.value, "not_wireless")
    share, monthly = values.get(Item.INTERNET_SHARE), values.get(Item.MONTHLY)
    if share is not None and (monthly is None or _number(share) > _number(monthly)):
        yield Problem(Item.INTERNET_SHARE.value, "share")


def _number(value: Content) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)


def _place(written: Mapping[str, str]) -> Iterator[Problem]:
    if written.get(REGION) not in ZONES:
        yield Problem(REGION, "choice")
    municipality = written.get(MUNICIPALITY, "")
    if len(municipality) > _LONGEST or not municipality.isprintable():
        yield Problem(MUNICIPALITY, "words")
