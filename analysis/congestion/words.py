"""Pure. Congestion in words, Portuguese and English with the same figures. Knows nothing of how anything was found."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from analysis.congestion.household import Household
from analysis.congestion.judgement import Change, Depth, Episode, Judgement, Kind, Place, Window
from analysis.congestion.signal import DayClass, Signal
from analysis.wording import Said, count, instant, percent, say, speed, stretch

_NAMED = 3  # windows or hours in one sentence


def line_words(one: Judgement) -> Said:
    """What a line's period was like, in one sentence."""
    if one.kind is Kind.RECURRING:
        told = [window_words(each) for each in one.windows if each.household in _ACCUSING][:_NAMED]
        return say("congestion.line.recurring", windows=_listed(told))
    if one.kind is Kind.EXCEPTIONAL:
        return say("congestion.line.exceptional", times=count("congestion_times", _accusing(one.episodes)))
    if one.kind is Kind.UNKNOWN:
        return say("congestion.line.unknown", missing=missing_words(one))
    if one.kind is Kind.NONE:
        return say("congestion.line.none", days=count("congestion_days", sum(one.days.values())))
    return say(f"congestion.line.{one.kind.value}")


_ACCUSING = (Household.APART, Household.NOT_SEEN)


def _accusing(episodes: Sequence[Episode]) -> int:
    return sum(one.household in _ACCUSING for one in episodes)


def hours_words(one: Window) -> Said:
    """Its hours alone."""
    days = say(f"congestion.{one.day_class.value}")
    return say("congestion.hours", days=days, start=_clock(one.start_min), end=_clock(one.end_min))


def window_words(one: Window) -> Said:
    """Its hours, days and depth."""
    return say(
        "congestion.window",
        days=say(f"congestion.{one.day_class.value}"),
        start=_clock(one.start_min),
        end=_clock(one.end_min),
        had=str(len(one.days)),
        seen=str(one.days_seen),
        depth=depth_words(one.depths[0]),
    )


def depth_words(one: Depth) -> Said:
    """One signal, inside and beside."""
    return say(
        f"congestion.depth.{one.signal.value}",
        inside=_figure(one.signal, one.median_inside),
        beside=_figure(one.signal, one.median_beside),
    )


def evidence_words(one: Window | Episode) -> Said:
    """Where, what the household has to do with it, and how sure it is."""
    where = say(f"congestion.place.{one.located.place.value}", towards=", ".join(one.located.towards))
    if one.located.place is Place.UNKNOWN and not one.located.rises:
        where = say("congestion.place.not_seen")
    return say(
        "congestion.evidence",
        where=where,
        household=say(f"congestion.household.{one.household.value}"),
        confidence=say(f"outage.confidence.{one.confidence.value}"),
    )


def episode_words(one: Episode, zone: ZoneInfo) -> Said:
    """When, for how long and how deep."""
    return say(
        "congestion.episode",
        at=instant(one.period.start_at, zone),
        length=stretch(one.period.duration.total_seconds()),
        depth=depth_words(one.depths[0]),
    )


def change_words(one: Change, zone: ZoneInfo) -> Said:
    """A level that stayed."""
    return say(
        "congestion.change",
        at=instant(one.at, zone),
        signal=say(f"congestion.signal.{one.signal.value}"),
        before=_figure(one.signal, one.before),
        after=_figure(one.signal, one.after),
    )


def more_words(more: int) -> Said:
    """Stretches that are counted and not told."""
    return count("congestion_more", more)


def used_words(one: Judgement) -> Said:
    """What it rests on."""
    return say(
        "congestion.used",
        signals=_listed([say(f"congestion.signal.{signal.value}") for signal in dict(one.signals)]),
        weekdays=str(one.days.get(DayClass.WEEKDAY, 0)),
        weekend_days=str(one.days.get(DayClass.WEEKEND, 0)),
        left_out=str(sum(one.n_excluded.values())),
    )


def missing_words(one: Judgement) -> Said:
    """What would decide."""
    parts = []
    for name, what in one.missing.items():
        if isinstance(what, tuple):
            shown = ", ".join(f"{hour}:00" for hour in what[:_NAMED]) + (" …" if len(what) > _NAMED else "")
            parts.append(say("congestion.missing.hours", hours=shown))
        else:
            parts.append(say(f"congestion.missing.{name}", n=str(what)))
    return _listed(parts)


def _listed(parts: Sequence[Said]) -> Said:
    return Said(pt="; ".join(one.pt for one in parts), en="; ".join(one.en for one in parts))


def _figure(signal: Signal, value: float) -> Said:
    if signal.is_rate:
        return speed(value)
    if signal is Signal.LOSS:
        return percent(value)
    if signal is Signal.STRAIN:
        return Said(pt=f"{value:.2f}".replace(".", ","), en=f"{value:.2f}")
    return Said(pt=f"{value:.1f} ms".replace(".", ","), en=f"{value:.1f} ms")


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
