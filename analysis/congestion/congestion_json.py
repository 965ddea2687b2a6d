"""Pure. Judgements as JSON values: `prova.congestion/1` (docs/congestion.md). Knows nothing of how they were found."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from analysis.congestion.judgement import Change, Depth, Episode, Judgement, Located, Window
from analysis.congestion.limits import Limits
from analysis.congestion.words import line_words
from analysis.period import Period

SCHEMA = "prova.congestion/1"


def congestion_json(judgements: Sequence[Judgement], limits: Limits) -> dict[str, Any]:
    """All of them, with the limits that they were judged by."""
    return {
        "schema": SCHEMA,
        "lines": [line_json(one) for one in judgements],
        "threshold": {one.name: getattr(limits, one.name) for one in fields(limits)},
    }


def line_json(one: Judgement) -> dict[str, Any]:
    """One line."""
    said = line_words(one)
    return {
        "line": one.line,
        "period": {**_period(one.period), "timezone": one.timezone},
        "kind": one.kind.value,
        "sentence": {"pt": said.pt, "en": said.en},
        "windows": [window_json(each) for each in one.windows],
        "episodes": [episode_json(each) for each in one.episodes],
        "episode_count": one.episode_count,
        "changes": [_change(each) for each in one.changes],
        "missing": {name: list(what) if isinstance(what, tuple) else what for name, what in one.missing.items()},
        "used": {
            "days": {which.value: count for which, count in one.days.items()},
            "signals": [{"signal": signal.value, "quarter_hours": count} for signal, count in one.signals],
            "questions": one.tested,
        },
        "n_used": one.n_used,
        "n_excluded": dict(one.n_excluded),
    }


def window_json(one: Window) -> dict[str, Any]:
    """Hours that come back."""
    return {
        "day_class": one.day_class.value,
        "start": _clock(one.start_min),
        "end": _clock(one.end_min),
        "days": [day.isoformat() for day in one.days],
        "days_seen": one.days_seen,
        "days_share_least": one.days_share_least,
        "chance": one.chance,
        "confidence": one.confidence.value,
        "household": one.household.value,
        "depths": [_depth(each) for each in one.depths],
        "where": _located(one.located),
    }


def episode_json(one: Episode) -> dict[str, Any]:
    """One stretch of time."""
    return {
        **_period(one.period),
        "confidence": one.confidence.value,
        "household": one.household.value,
        "many_lines": one.many_lines,
        "depths": [_depth(each) for each in one.depths],
        "where": _located(one.located),
    }


def _depth(one: Depth) -> dict[str, Any]:
    return {
        "signal": one.signal.value,
        "towards": one.towards,
        "median": {"inside": one.median_inside, "beside": one.median_beside},
        "low": {"inside": one.low_inside, "beside": one.low_beside},
        "quarter_hours": one.n_inside,
        "chance": one.chance,
    }


def _located(one: Located) -> dict[str, Any]:
    rises = [
        {
            "rung": rise.rung.value,
            "network": rise.name or None,
            "rise_ms": rise.rise_ms,
            "quarter_hours": {"inside": rise.n_inside, "beside": rise.n_beside},
        }
        for rise in one.rises
    ]
    return {"place": one.place.value, "towards": list(one.towards), "rungs": rises}


def _change(one: Change) -> dict[str, Any]:
    return {"signal": one.signal.value, "at": one.at.isoformat(), "before": one.before, "after": one.after}


def _period(one: Period) -> dict[str, str]:
    return {"start_at": one.start_at.isoformat(), "end_at": one.end_at.isoformat()}


def _clock(minute: int) -> str:
    """A minute of the local day; the end of the day is 24:00."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
