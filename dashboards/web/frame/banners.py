"""Pure. What must be known before anything else on a page: what is broken, missing, or no evidence at all.

Judges nothing: a banner says what the reading says.
"""

from collections.abc import Iterator

from dashboards.web.frame.shown import Banner
from dashboards.web.part.lacks import is_demonstration
from dashboards.web.reading import Reading
from dashboards.web.voice import Voice


def banners(reading: Reading, voice: Voice) -> tuple[Banner, ...]:
    """In the order of their weight; empty on an ordinary day."""
    return (
        *_unread(reading, voice),
        *_demonstration(reading, voice),
        *_agreed(reading, voice),
        *_clock(reading, voice),
    )


def _unread(reading: Reading, voice: Voice) -> Iterator[Banner]:
    if reading.store_problem is not None:
        yield Banner("store", voice.say("banner.store.title"), reading.store_problem)


def _demonstration(reading: Reading, voice: Voice) -> Iterator[Banner]:
    if is_demonstration(reading):
        yield _banner("demonstration", voice, "prova up --server URL")


def _agreed(reading: Reading, voice: Voice) -> Iterator[Banner]:
    """The contract and the case file."""
    if reading.contract_problem is not None:
        title, text = voice.say("banner.contract_broken.title"), reading.contract_problem
        yield Banner("contract-broken", title, text, ("prova contract check contract.toml",))
    elif reading.contract is None:
        yield _banner("no_contract", voice, "prova contract new contract.toml", "prova up --contract contract.toml")
    if reading.case_problem is not None:
        yield Banner("case-broken", voice.say("banner.case_broken.title"), reading.case_problem)


def _clock(reading: Reading, voice: Voice) -> Iterator[Banner]:
    synchronised = [stored.record.ended.synchronised for stored in reading.minutes[-1:]]
    if synchronised == [False]:
        yield _banner("clock_off", voice, "timedatectl set-ntp true")
    elif synchronised == [None]:
        yield _banner("clock_unknown", voice)


def _banner(key: str, voice: Voice, *commands: str) -> Banner:
    return Banner(key.replace("_", "-"), voice.say(f"banner.{key}.title"), voice.say(f"banner.{key}.text"), commands)
