"""Pure. A reading, said in one language, as the page: the one way from what was read to what is shown.

Judges nothing. The parts are made beside this: `line_now`, `verdicts`, `claims`, `trials`, `hours`, `lacks`.
"""

from datetime import date, timedelta

from dashboards.web.claims import claims
from dashboards.web.hours import hours
from dashboards.web.lacks import is_demonstration, lacks
from dashboards.web.language import Language
from dashboards.web.line_now import line_now
from dashboards.web.reading import Reading
from dashboards.web.shown import Banner, Choice, Page
from dashboards.web.trials import trials
from dashboards.web.verdicts import verdicts
from dashboards.web.voice import Voice

_ONE_DAY = timedelta(days=1)
_NAMES = {Language.PORTUGUESE: "Português", Language.ENGLISH: "English"}


def view(reading: Reading, voice: Voice) -> Page:
    """The whole page, ready for its template."""
    return Page(
        lang=voice.language,
        address=_address(day=reading.asked_on),
        parts_address=_address("/parts", lang=voice.language, day=reading.asked_on),
        title=voice.say("page.title"),
        subtitle=_subtitle(reading, voice),
        languages=_languages(reading, voice),
        days=_days(reading, voice),
        window=_window(reading, voice),
        zone=voice.say("page.zone", zone=str(reading.zone)),
        updated=voice.say("page.updated", time=voice.clock_seconds(reading.now)),
        banners=tuple(_banners(reading, voice)),
        empty=_empty(reading, voice),
        now=line_now(reading, voice),
        verdicts=verdicts(reading, voice),
        trials=trials(reading, voice),
        hours=hours(reading, voice),
        lacks=lacks(reading, voice),
        claims=claims(reading, voice),
    )


def _subtitle(reading: Reading, voice: Voice) -> str:
    terms = reading.contract.on(reading.day) if reading.contract else None
    if reading.contract is None or terms is None:
        return voice.say("page.line", line=reading.line)
    return f"{voice.say('page.line', line=reading.line)} · {reading.contract.operator} · {terms.service}"


def _address(path: str = "/", *, lang: Language | None = None, day: date | None = None) -> str:
    parameters = [f"{name}={value}" for name, value in (("lang", lang), ("day", day)) if value is not None]
    return "?".join((path, "&".join(parameters))) if parameters else path


def _languages(reading: Reading, voice: Voice) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            id=f"lang-{language}",
            text=_NAMES[language],
            address=_address(lang=language, day=reading.asked_on),
            chosen=language is voice.language,
            lang=language,
        )
        for language in Language
    )


def _days(reading: Reading, voice: Voice) -> tuple[Choice, ...]:
    today = reading.now.astimezone(reading.zone).date()
    before, after = reading.day - _ONE_DAY, reading.day + _ONE_DAY
    choices = [Choice("day-before", voice.say("days.before", day=voice.short_day(before)), _address(day=before))]
    if reading.asked_on is not None:
        day = voice.short_day(reading.asked_on)
        choices.append(Choice("day-shown", day, _address(day=reading.asked_on), chosen=True))
    if after <= today:
        text = voice.say("days.after", day=voice.short_day(after))
        choices.append(Choice("day-after", text, _address(day=after)))
    last_day = Choice("day-now", voice.say("days.now"), _address(), chosen=reading.asked_on is None)
    return (*choices, last_day)


def _window(reading: Reading, voice: Voice) -> str:
    if reading.asked_on is not None:
        return voice.day(reading.asked_on)
    start, end = voice.moment(reading.window.start_at), voice.moment(reading.window.end_at)
    return voice.say("page.last_day", start=start, end=end)


def _banners(reading: Reading, voice: Voice) -> list[Banner]:
    shown = []
    if reading.store_problem is not None:
        shown.append(Banner("store", voice.say("banner.store.title"), reading.store_problem))
    if is_demonstration(reading):
        shown.append(_banner("demonstration", voice, "prova up --server URL"))
    if reading.contract_problem is not None:
        title, text = voice.say("banner.contract_broken.title"), reading.contract_problem
        shown.append(Banner("contract-broken", title, text, ("prova contract check contract.toml",)))
    elif reading.contract is None:
        shown.append(
            _banner("no_contract", voice, "prova contract new contract.toml", "prova up --contract contract.toml")
        )
    if reading.case_problem is not None:
        shown.append(Banner("case-broken", voice.say("banner.case_broken.title"), reading.case_problem))
    synchronised = [stored.record.ended.synchronised for stored in reading.minutes[-1:]]
    if synchronised == [False]:
        shown.append(_banner("clock_off", voice, "timedatectl set-ntp true"))
    elif synchronised == [None]:
        shown.append(_banner("clock_unknown", voice))
    return shown


def _banner(key: str, voice: Voice, *commands: str) -> Banner:
    return Banner(key.replace("_", "-"), voice.say(f"banner.{key}.title"), voice.say(f"banner.{key}.text"), commands)


def _empty(reading: Reading, voice: Voice) -> tuple[str, ...]:
    """What will happen and when; nothing once anything has been measured."""
    if (
        reading.store_problem
        or reading.minutes
        or reading.latest_tests
        or any(probe.record_count for probe in reading.probes)
    ):
        return ()
    return tuple(voice.say(f"empty.{step}") for step in ("reachability", "tests", "verdicts"))
