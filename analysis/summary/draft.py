"""Pure. A contract file's text from what was read and what the person said; beside each value where it comes from.

Says which values a contract file cannot do without. Fills nothing in. Knows nothing of disks and of who is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import tomli_w

from analysis.contract import Technology
from analysis.summary.reading import Confidence, Content, Item, Reading

_MAXIMUM = ((Item.DOWNLOAD_MAXIMUM, Item.UPLOAD_MAXIMUM), (Item.DOWNLOAD_ESTIMATED, Item.UPLOAD_ESTIMATED))
_FIRST = (Item.OPERATOR, Item.SERVICE, Item.TECHNOLOGY, Item.DATED)
_LESSER = (Item.DOWNLOAD_NORMAL, Item.DOWNLOAD_MINIMUM, Item.UPLOAD_NORMAL, Item.UPLOAD_MINIMUM)
_PRICE = (Item.MONTHLY, Item.INTERNET_SHARE, Item.BILLING_DAY)
_KEPT_AS_NOTE = (
    Item.DOWNLOAD_ADVERTISED, Item.UPLOAD_ADVERTISED, Item.STARTS, Item.ACTIVATION, Item.LOCK_IN,
    Item.PROMOTION_MONTHS,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What no contract summary tells: the line's own name, where it is, and whose rules apply."""

    line: str
    timezone: str
    region: str | None = None
    municipality: str | None = None
    profile: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item of the contract file. `needed`: it is nothing without. `usual`: a summary of such a line has it."""

    item: Item
    needed: bool
    usual: bool


def wanted(technology: Technology | None) -> tuple[Wanted, ...]:
    """What to settle, in this order; None asks for what is settled before the technology is known, and itself.

    Of fixed wireless only an estimated maximum is promised.
    """
    if technology is None:
        return tuple(Wanted(item, needed=True, usual=True) for item in _FIRST)
    wireless = technology is Technology.FWA
    speeds = [Wanted(item, needed=True, usual=True) for item in _MAXIMUM[wireless]]
    if not wireless:
        speeds += [Wanted(item, needed=False, usual=True) for item in _LESSER]
    price = [Wanted(item, needed=False, usual=item is not Item.INTERNET_SHARE) for item in _PRICE]
    return (*speeds, *price)


@dataclass(frozen=True, slots=True)
class Settled:
    """What the file is written from: the values by item, and of each how it was settled, as "page 1: certain"."""

    values: Mapping[Item, Content]
    how: Mapping[Item, str] = field(default_factory=dict)


def certain(reading: Reading) -> Settled:
    """What needs no question."""
    sure = {item: one for item, one in reading.values.items() if one.confidence is Confidence.CERTAIN}
    values = {item: one.value for item, one in sure.items() if one.value is not None}
    return Settled(values, {item: from_page(reading, item) for item in values})


def from_page(reading: Reading, item: Item) -> str:
    """Where a value was read, for the comment beside it."""
    candidate = reading.values[item].candidates[0]
    return f"page {candidate.page}: {candidate.words}"


def draft(reading: Reading, settled: Settled, place: Place) -> str:
    """The contract file's text. What is not settled is not in it."""
    wireless = settled.values.get(Item.TECHNOLOGY) == Technology.FWA.value
    estimated = {"maximum_mbps": "estimated"} if wireless else {}
    parts = [
        f"# From {_one_line(reading.name)}, by prova contract import. Beside each value is what it was read from.",
        *(_line(settled, item.value, item) for item in _FIRST),
        _pair("profile", place.profile),
        "",
        "[line]",
        _pair("id", place.line),
        _pair("timezone", place.timezone),
        *(_pair(key, one) for key, one in (("municipality", place.municipality), ("region", place.region)) if one),
    ]
    for way in ("download", "upload"):
        parts += ["", f"[{way}]"]
        for kind in ("maximum", "normal", "minimum"):
            key = f"{kind}_mbps"
            item = Item(f"{way}_{estimated.get(key, kind)}_mbps")
            parts += [_line(settled, key, item)] if item in settled.values else []
    parts += [*_price(settled), "", "[document]", _pair("file", reading.name), _pair("sha256", reading.sha256)]
    parts += [_pair("pages", reading.page_count), *_notes(settled), *_change(settled)]
    return "\n".join(parts) + "\n"


def _price(settled: Settled) -> list[str]:
    """While a promotion runs its price is the price; the usual one follows as a change."""
    values = settled.values
    if Item.MONTHLY not in values:
        return []
    promoted = Item.PROMOTION in values and Item.PROMOTION_ENDS in values
    lines = ["", "[price]", _line(settled, "monthly_eur", Item.PROMOTION if promoted else Item.MONTHLY)]
    if Item.INTERNET_SHARE in values and not promoted:
        lines.append(_line(settled, "internet_share_eur", Item.INTERNET_SHARE))
    if Item.BILLING_DAY in values:
        lines.append(_line(settled, "billing_day", Item.BILLING_DAY))
    return lines


def _change(settled: Settled) -> list[str]:
    last_on = settled.values.get(Item.PROMOTION_ENDS)
    if Item.PROMOTION not in settled.values or Item.MONTHLY not in settled.values or not isinstance(last_on, date):
        return []
    price = _line(settled, "price.monthly_eur", Item.MONTHLY)
    return ["", "[[change]]  # the promotion has ended", _pair("from", last_on + timedelta(days=1)), price]


def _notes(settled: Settled) -> list[str]:
    """What the document says beside: no rule asks for it, and the reader may."""
    said = [item for item in _KEPT_AS_NOTE if item in settled.values]
    return [f"# {item.value} = {settled.values[item]}  ({_one_line(settled.how[item])})" for item in said]


def _line(settled: Settled, key: str, item: Item) -> str:
    how = settled.how.get(item, "")
    return _pair(key, settled.values[item]) + (f"  # {_one_line(how)}" if how else "")


def _pair(key: str, value: Content) -> str:
    """A key and its value. Euros are texts, speeds numbers; a dotted key stays dotted."""
    if isinstance(value, Decimal) and not key.endswith("_eur"):
        return f"{key} = {value.normalize():f}"
    shown = f"{value:.2f}" if isinstance(value, Decimal) else value
    return f"{key} = " + tomli_w.dumps({"x": shown}).strip().removeprefix("x = ")


def _one_line(text: str) -> str:
    """As a comment may hold it."""
    return "".join(letter if letter.isprintable() else " " for letter in text)[:160].strip()
