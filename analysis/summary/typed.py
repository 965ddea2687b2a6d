"""Pure. What a person typed for an item of a contract, as the item has it.

Knows nothing of who asked.
"""

from datetime import date
from decimal import Decimal, InvalidOperation

from analysis.contract import Technology
from analysis.summary.reading import Content, Item


def typed(item: Item, answer: str) -> Content:
    """Speeds and euros may have a comma; a day is written as in ISO 8601. Raises ValueError where it is no such thing.

    >>> typed(Item.MONTHLY, "39,99"), typed(Item.BILLING_DAY, "5")
    (Decimal('39.99'), 5)
    """
    name = item.value
    if name.endswith(("_mbps", "_eur")):
        return _amount(answer)
    if name.endswith("_on") or item is Item.DATED:
        return date.fromisoformat(answer)
    if item is Item.TECHNOLOGY:
        return Technology(answer).value
    return int(answer) if item is Item.BILLING_DAY else answer


def _amount(answer: str) -> Decimal:
    try:
        value = Decimal(answer.replace(",", "."))
    except InvalidOperation as error:
        raise ValueError(answer) from error
    if not value.is_finite() or value <= 0:
        raise ValueError(answer)
    return value
