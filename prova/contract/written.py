"""Pure. The text of a contract file from what was confirmed on the page.

Knows nothing of files, and of pages only what they confirmed.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import tomli_w

from analysis.contract import Contract, Technology
from analysis.contract_file import parse
from analysis.summary.draft import Place, Settled, draft, from_page
from analysis.summary.reading import Content, Item, Reading
from dashboards.web.page.setup.deed import Agreed

_ESTIMATED = {Item.DOWNLOAD_MAXIMUM: Item.DOWNLOAD_ESTIMATED, Item.UPLOAD_MAXIMUM: Item.UPLOAD_ESTIMATED}
_HEAD = "# The line's contract, as it was typed in on the page.\n"


def written(agreed: Agreed, *, line: str, profile: str) -> tuple[str, Contract]:
    """The file's text, and what it says. Raises ContractError for what makes no contract."""
    place = Place(
        line=line,
        timezone=agreed.timezone,
        region=agreed.region,
        municipality=agreed.municipality or None,
        profile=profile,
    )
    if agreed.reading is None:
        text = _HEAD + tomli_w.dumps(_table(agreed.values, place))
    else:
        text = draft(agreed.reading, _settled(agreed.values, agreed.reading), place)
    return text, parse(tomllib.loads(text))


def _settled(values: Mapping[Item, Content], reading: Reading) -> Settled:
    """Each value with where it is from: its page where it is as it was read, else the customer's word."""
    wireless = values.get(Item.TECHNOLOGY) == Technology.FWA.value
    named = {_ESTIMATED.get(item, item) if wireless else item: value for item, value in values.items()}
    found = replace(reading, values=dict(reading.values))
    how = {
        item: f"{from_page(found, item)} (confirmed)"
        if item in found.values and found.values[item].value == value
        else "as the customer said"
        for item, value in named.items()
    }
    return Settled(named, how)


def _table(values: Mapping[Item, Content], place: Place) -> dict[str, Any]:
    named = (Item.OPERATOR, Item.SERVICE, Item.TECHNOLOGY, Item.DATED)
    line = {"id": place.line, "timezone": place.timezone, "region": place.region}
    if place.municipality:
        line["municipality"] = place.municipality
    price = {item.value: _plain(item, values[item]) for item in _PRICE if item in values}
    return {
        **{item.value: values[item] for item in named},
        "profile": place.profile,
        "line": line,
        **{way: _speeds(values, way) for way in ("download", "upload")},
        **({"price": price} if Item.MONTHLY in values else {}),
    }


_PRICE = (Item.MONTHLY, Item.INTERNET_SHARE, Item.BILLING_DAY)


def _speeds(values: Mapping[Item, Content], way: str) -> dict[str, Any]:
    kinds = {f"{kind}_mbps": Item(f"{way}_{kind}_mbps") for kind in ("maximum", "normal", "minimum")}
    return {key: _plain(item, values[item]) for key, item in kinds.items() if item in values}


def _plain(item: Item, value: Content) -> Any:
    """Euros are texts in the file, speeds numbers."""
    if not isinstance(value, Decimal):
        return value
    if item.value.endswith("_eur"):
        return f"{value:.2f}"
    return int(value) if value == value.to_integral_value() else value
