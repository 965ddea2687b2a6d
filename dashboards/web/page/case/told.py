"""Pure. A form that came back, as an entry of the case file: what was left empty is left out, what is wrong is said.

What the case file itself would say stands beside it (`at_fields`). Knows nothing of HTML.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from analysis.contract_table import Problem
from dashboards.web.page.case.fields import FIELDS, Field, Sort

_MOST = 2000  # characters of one field
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SECONDS = 16  # 2026-11-20T09:30


def entry_of(kind: str, filled: Mapping[str, str]) -> dict[str, str]:
    """By key, only what was filled in and is a field of this kind; of a checkbox that is not ticked: false."""
    entry = {}
    for one in FIELDS[kind]:
        value = _CONTROLS.sub(" ", filled.get(one.key, "")[:_MOST]).strip()
        if one.sort is Sort.FLAG:
            entry[one.key] = "true" if value else "false"
        elif value and one.sort is not Sort.PAPER:
            entry[one.key] = value.replace(",", ".") if one.sort is Sort.NUMBER else value
    return entry


def problems_of(kind: str, entry: Mapping[str, str], *, has_paper: bool) -> dict[str, str]:
    """By key, what is wrong with a field: a key of the catalogue below `case_problem`. Empty where nothing is."""
    found = {one.key: told for one in FIELDS[kind] if (told := _problem(one, entry, has_paper=has_paper))}
    start, end = entry.get("from"), entry.get("to")
    if start and end and not {"from", "to"} & found.keys() and end <= start:
        found["to"] = "order"
    return found


def _problem(field: Field, entry: Mapping[str, str], *, has_paper: bool) -> str:
    value = entry.get(field.key)
    if value is None:
        missing = not has_paper if field.sort is Sort.PAPER else True
        return "needed" if field.needed and missing else ""
    try:
        if field.sort is Sort.MOMENT:
            datetime.fromisoformat(value)
        elif field.sort is Sort.DAY:
            date.fromisoformat(value)
        elif field.sort is Sort.NUMBER and not Decimal(value) >= 0:
            return "number"
    except ValueError:
        return "moment" if field.sort is Sort.MOMENT else "day"
    except InvalidOperation:
        return "number"
    return "word" if field.sort is Sort.WORD and value not in field.words else ""


def at_fields(kind: str, problems: Sequence[Problem]) -> tuple[dict[str, str], tuple[str, ...]]:
    """The case file's own problems: those at a field of this kind, and all others in full."""
    keys = {one.key for one in FIELDS[kind]}
    own: dict[str, str] = {}
    others = []
    for one in problems:
        place, _, key = one.where.rpartition(".")
        if place.startswith(f"{kind}[") and key in keys:
            own[key] = f"{one.what}. {one.mend}."
        else:
            others.append(str(one))
    return own, tuple(others)


def shown_value(value: object) -> str:
    """A value of the case file as its field holds it: local, without an offset."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(timespec="minutes")[:_SECONDS]
    if isinstance(value, bool):
        return "true" if value else ""
    return str(value)
