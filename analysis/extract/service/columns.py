"""Vocabulary. The columns of the tables of service, in order, by table.

Knows nothing of what they mean: that is the data dictionary's.
"""

_OWNERS = ("operator", "other", "unknown")
_TIME = ("unobserved_s", "probe_away_s", "late_s")
_AWAY = (
    *(f"{owner}_outages" for owner in _OWNERS),
    "short_interruptions",
    "long_outages",
    "operator_long_outages",
    "down_s",
    *(f"{owner}_down_s" for owner in _OWNERS),
    "away_most_s",
)


_OF_TIME = ("panel_lines", "watched_lines", "observed_s", *_TIME, "coverage_share", "probe_away_share")
_OF_CREDITS = (
    *("due_state", "due_lines", "unpriced_lines", "due_least_eur", "due_most_eur"),
    *("issued_state", "issued_lines", "issued_eur"),
)
_MONEY = ("due_least_eur", "due_most_eur", "issued_eur")


def service_columns(place: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """`place`: the columns that say which cell it is."""
    return {
        "service_time": (
            *(*place, "state", *_OF_TIME),
            *("outages_state", "away_lines", "lines_without_outage", *_AWAY),
        ),
        "repair_times": (*place, "clock", "reading", "state", "case_count", "open_count", "p50_s", "p80_s", "p95_s"),
        "credits": (*place, *_OF_CREDITS),
        "withheld_parts": (*place, "part", "reason"),
        "measuring_system": ("period", "collector_up_s", "collector_down_s", "collector_unknown_s"),
        "line_service": ("unit_id", *place, "first_day", "last_day", "up_s", *_TIME, *_AWAY, *_MONEY),
        "line_service_days": ("unit_id", "day", "up_s", *_TIME, *_AWAY),
        "repairs": ("unit_id", "fault", "clock", "reading", "began_on", "end", "spent_s"),
    }
