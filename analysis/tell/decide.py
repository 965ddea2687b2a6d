"""Pure. Which news are told now: each once, none by night, no end of what nobody was told of.

Knows nothing of how something is told, nor whether that succeeds.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from analysis.tell.news import Kind, News, Told, Wishes

_REMEMBERED = timedelta(days=400)


def decide(news: Sequence[News], told: Told, wishes: Wishes, now: datetime, zone: ZoneInfo) -> tuple[News, ...]:
    """In order of time. What quiet hours held back is told after them, an outage that is over by its end alone."""
    if is_quiet(now, wishes, zone):
        return ()
    open_ = [one for one in news if one.key not in told.told and one.at >= told.since and one.at <= now]
    ended = {one.after for one in open_ if one.kind is Kind.OUTAGE_OVER}
    return tuple(
        one
        for one in sorted(open_, key=lambda one: (one.at, one.key))
        if one.key not in ended and (one.kind is not Kind.RECOVERY or one.after in told.told)
    )


def after_telling(told: Told, news: News, now: datetime) -> Told:
    """`told` with that piece of news, and with what it ends; what is long past is forgotten."""
    kept = {key: at for key, at in told.told.items() if now - at < _REMEMBERED}
    own = {news.key: now, **({news.after: kept.get(news.after, now)} if news.after else {})}
    return Told(told.since, kept | own)


def is_quiet(now: datetime, wishes: Wishes, zone: ZoneInfo) -> bool:
    """Whether it is night for whoever would be told."""
    local, start, end = now.astimezone(zone).time(), wishes.quiet_from, wishes.quiet_to
    if start <= end:
        return start <= local < end
    return local >= start or local < end
