"""Shell. One look: reads the store and the case, and gives what is news; and tells it. Decides nothing itself."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from analysis.case.case import NO_CASE
from analysis.case.case_file import load as load_case
from analysis.case.due import dues
from analysis.contract import Contract
from analysis.period import Period, local_day
from analysis.run import account, check, claims
from analysis.tell.decide import after_telling, decide
from analysis.tell.find import breaches, deadlines, outages
from analysis.tell.news import News
from analysis.wording import say
from collector.request.entry import Purpose
from collector.store import Store
from prova.home import Home
from prova.notify import memory
from prova.notify.settings import Settings
from prova.privacy import kept_back

_DAYS_BACK = 14
_HOURS_BACK = timedelta(hours=48)

Tell = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Looked:
    """How many pieces of news were told, and how many could not be."""

    told_count: int
    failed_count: int


def look(home: Home, contract: Contract, settings: Settings, now: datetime, tell: Tell) -> Looked:
    """Tell what is news now. What cannot be told is tried again at the next look. Raises what the rooms raise."""
    if kept_back.kept(home, [contract.line.id], Purpose.NOTIFY):
        return Looked(0, 0)
    place, zone = home.path / "notify-told.json", contract.line.zone
    told = memory.load(place, now)
    todo = decide(list(_news(home, contract, settings, now)), told, settings.wishes, now, zone)
    failed = 0
    for one in todo:
        before, told = told, after_telling(told, one, now)
        memory.keep(place, told)
        if not tell(*_words(one, settings.lang)):
            told, failed = before, failed + 1
            memory.keep(place, told)
    return Looked(len(todo) - failed, failed)


def _news(home: Home, contract: Contract, settings: Settings, now: datetime) -> Iterator[News]:
    store, zone, wishes = Store(home.collector.journal), contract.line.zone, settings.wishes
    today = local_day(now.astimezone(zone).date(), zone)
    back = Period(local_day(now.astimezone(zone).date() - timedelta(days=_DAYS_BACK), zone).start_at, today.end_at)
    yield from breaches(check(store, contract, back, now).findings, wishes)
    yield from outages(account(store, contract.line.id, Period(now - _HOURS_BACK, now)).outages, wishes, zone)
    case = load_case(home.case, zone) if home.case.exists() else NO_CASE
    found = claims(store, contract, back, now, case)
    yield from deadlines(dues(found, now, zone), now, wishes, zone)


def _words(news: News, lang: str) -> tuple[str, str]:
    title = say(f"tell.title.{news.kind.value}")
    return (title.pt, news.sentence.pt) if lang == "pt" else (title.en, news.sentence.en)


def path_of(home: Home) -> Path:
    """Where a person writes down what they wish to be told."""
    return home.path / "notify.toml"
