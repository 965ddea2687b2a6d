"""Pure. Groups as JSON values, the part `groups` of `prova.congestion/1` (docs/congestion.md). Decides nothing."""

from typing import Any

from analysis.congestion.congestion_json import episode_json, window_json
from analysis.congestion.group.group_words import group_words
from analysis.congestion.group.told import GroupTold


def group_json(one: GroupTold) -> dict[str, Any]:
    """One group."""
    said = group_words(one)
    return {
        "group": f"{one.kind}:{one.name}",
        "says": one.says.value,
        "sentence": {"pt": said.pt, "en": said.en},
        "lines": one.lines,
        "known": one.known,
        "strained": list(one.strained),
        "windows": [window_json(each) for each in one.windows],
        "at_once": [episode_json(each) for each in one.at_once],
        "others": {"strained": one.others_strained, "known": one.others_known},
        "hours_chance": one.hours_chance,
        "days_chance": one.days_chance,
        "sharing": [
            {"line": each.line, "overlap_share": each.overlap_share, "days_chance": each.days_chance}
            for each in one.sharing
        ],
    }
