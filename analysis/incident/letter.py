"""Pure. Notices of an incident, in Portuguese and English, filled with what is known of it.

A draft for people: what only they know stands in brackets. Knows nothing of who sends it.
"""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from analysis.incident.clock import Clock, Stand
from analysis.incident.incident import Audience, Incident

LANGUAGES = ("pt", "en")


def letter(incident: Incident, to: Audience, language: str, clocks: Sequence[Clock], zone: ZoneInfo) -> str:
    """The notice's text. `to` is not the controller, who is told as the contract between the two says."""
    table = _texts()
    words = table["words"][language]
    owed = next((one for one in clocks if one.duty.audience is to and one.due_at is not None), None)
    is_late = owed is not None and owed.stand in {Stand.OVERDUE, Stand.LATE}
    filled = {
        "subject": words[f"subject_{to.value}"],
        "id": incident.id,
        "title": incident.title,
        "kinds": ", ".join(words[one.value] for one in incident.kinds),
        "happened": _moment(incident.happened_at, zone, words),
        "aware": _moment(incident.aware_at, zone, words),
        "due": _moment(owed.due_at if owed else None, zone, words) + (f" ({owed.duty.clause})" if owed else ""),
        "categories": ", ".join(incident.categories) or words["unknown"],
        "lines": _count(incident.line_count, words),
        "people": _count(incident.people_count, words),
        "records": _count(incident.record_count, words),
        "consequences": incident.consequences or words["unknown"],
        "measures": incident.measures or words["unknown"],
        "told_people": _told(incident, zone, words),
        "late": words["late"].format(clause=owed.duty.clause) if owed is not None and is_late else "",
    }
    text: str = table[to.value][language].format_map(filled)
    return text.strip() + "\n"


def moment(at: datetime, zone: ZoneInfo) -> str:
    """As people read it, with its offset.

    >>> moment(datetime.fromisoformat("2026-10-05T14:30+00:00"), ZoneInfo("Europe/Lisbon"))
    '2026-10-05 15:30 +01:00'
    """
    local = at.astimezone(zone)
    offset = local.strftime("%z")
    return f"{local:%Y-%m-%d %H:%M} {offset[:3]}:{offset[3:]}"


def _moment(at: datetime | None, zone: ZoneInfo, words: Mapping[str, str]) -> str:
    return words["unknown"] if at is None else moment(at, zone)


def _count(count: int | None, words: Mapping[str, str]) -> str:
    return words["unknown"] if count is None else f"{count}"


def _told(incident: Incident, zone: ZoneInfo, words: Mapping[str, str]) -> str:
    found = [one.at for one in incident.told if one.audience is Audience.PEOPLE]
    return ", ".join(moment(at, zone) for at in found) or words["none"]


@cache
def _texts() -> Mapping[str, Any]:
    return tomllib.loads(
        resources.files("analysis.incident").joinpath("profiles", "letters.toml").read_text(encoding="utf-8")
    )
