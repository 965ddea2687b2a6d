"""Pure. What the id of a finding says of where to look for it: whose rule it is of, and over how many days that goes.

Knows nothing of findings themselves.
"""

from analysis.country import comparator

_OVER_MANY_DAYS = "speed.discrepancy"


def comparators_of(finding_id: str) -> tuple[str, ...]:
    """The names of the other countries' profiles that the finding is of: one, or none.

    >>> comparators_of("casa:de-2021.normal:download:20261109T000000Z"), comparators_of("casa:speed.normal:upload:x")
    (('de-2021',), ())
    """
    return tuple(name for name in comparator.names() if _rule(finding_id).startswith(f"{name}."))


def is_over_many_days(finding_id: str) -> bool:
    """Whether it is of a period that somebody chose, of which the id tells the beginning alone.

    >>> is_over_many_days("casa:speed.discrepancy:download:20261109T000000Z")
    True
    """
    return _rule(finding_id) == _OVER_MANY_DAYS or bool(comparators_of(finding_id))


def _rule(finding_id: str) -> str:
    return finding_id.split(":")[1] if ":" in finding_id else ""
