"""Pure. The month of `prova demo`: labelled scenarios one after the other, ending on a given day.

Nothing of it was measured, and the contract says so in its own name. Knows nothing of stores.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

DAYS = 30
LINE = "demo"
_EVENINGS = range(11, 25)
# What happens: days from the first one, local times, and what a probe sees of it.
_EVENTS: tuple[tuple[str, tuple[int, time], tuple[int, time], Mapping[str, Any]], ...] = (
    ("asleep", (2, time(0, 30)), (2, time(7)), {}),
    ("asleep", (3, time(0, 30)), (3, time(7)), {}),
    ("small_port", (5, time(0)), (6, time(0)), {}),
    ("household", (8, time(20)), (8, time(23)), {}),
    ("household", (9, time(20)), (9, time(23)), {}),
    *(("slow", (day, time(19)), (day, time(23, 30)), {"download_mbps": 330}) for day in _EVENINGS),
    ("cut", (26, time(6)), (27, time(12)), {"where": "access"}),
)


def contract(last_on: date) -> dict[str, Any]:
    """The tables of a contract file that names itself an example."""
    return {
        "operator": "NOS (exemplo / example)",
        "service": "Fibra 1000 (exemplo / example)",
        "technology": "ftth",
        "dated": last_on - timedelta(days=200),
        "profile": "pt-nos",
        "line": {"id": LINE, "timezone": "Europe/Lisbon", "municipality": "Lisboa", "region": "mainland"},
        "download": {"maximum_mbps": 1000, "normal_mbps": 1000, "minimum_mbps": 400},
        "upload": {"maximum_mbps": 200, "normal_mbps": 200, "minimum_mbps": 80},
        "price": {"monthly_eur": "39.99", "internet_share_eur": "24.99", "billing_day": 5},
    }


def case(last_on: date) -> dict[str, Any]:
    """The tables of a case file: the cut was reported in the morning, and complained about the day after it ended."""
    first = _first(last_on)
    return {
        "fault": [
            {
                "id": "fault-1",
                "service": "internet",
                "observed_at": _at(first, 26, time(6, 5)),
                "reported_at": _at(first, 26, time(7, 30)),
                "ticket": "EXEMPLO-1",
                "restored_at": _at(first, 27, time(12)),
            }
        ],
        "cause": [
            {
                "from": _at(first, 26, time(6)),
                "to": _at(first, 27, time(12)),
                "whose": "operator",
                "evidence": "exemplo / example",
            }
        ],
        "complaint": [
            {
                "id": "complaint-1",
                "to": "operator",
                "facts_known_on": first + timedelta(days=26),
                "sent_on": first + timedelta(days=28),
            }
        ],
    }


def script(last_on: date) -> dict[str, Any]:
    """The tables of a scenario file (docs/scenarios.md) of the `DAYS` days that end with `last_on`."""
    return {
        "title": "A month of examples",
        "from": _first(last_on),
        "to": last_on + timedelta(days=1),
        "contract": contract(last_on),
        "usual": {"download_mbps": 1010, "upload_mbps": 202, "tests_every_min": 30},
        "event": [*_events(_first(last_on))],
        "expected": [{"rule": "speed.normal", "direction": "download", "verdict": "breached", "day": _first(last_on)}],
    }


def _events(first: date) -> Iterator[dict[str, Any]]:
    for what, start, end, more in _EVENTS:
        yield {"what": what, "from": _at(first, *start), "to": _at(first, *end), **more}


def _first(last_on: date) -> date:
    return last_on - timedelta(days=DAYS - 1)


def _at(first: date, day: int, at: time) -> datetime:
    return datetime.combine(first + timedelta(days=day), at)
