"""Shell. Tells Home Assistant of every line over a broker that a person named: found by itself, shown as it is now.

A process of its own that only reads the store. What is told is retained and told again while it runs; when it ends, or
is cut off, the broker says so. Knows nothing of what a record means.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import aiomqtt

from collector.broker import entered
from collector.projection import home_assistant as told
from collector.projection.announce_settings import Announcing
from collector.projection.home_assistant import Seen
from collector.projection.project import nobody
from collector.store import Store
from collector.subscribe import password_of, tls_of

_LOOK_EVERY_S = 10.0
_LONGEST_WAIT_S = 60.0
_ANSWER_WITHIN_S = 10.0
_FIRST_LOOK = timedelta(days=2)  # a test is made every hour or so: what is older is no news
_LATE = timedelta(hours=1)  # so late may records come and still be seen
_THERE, _GONE = "online", "offline"


@dataclass(slots=True)
class Announcer:
    """What was seen of each line so far."""

    store: Store
    settings: Announcing
    version: str
    hidden: Callable[[Iterable[str]], frozenset[str]] = nobody
    _seen: dict[str, Seen] = field(default_factory=dict)
    _looked_at: datetime | None = None

    def look(self, now: datetime) -> dict[str, Seen]:
        """Every line as it is now. Raises StoreError."""
        since = now - _FIRST_LOOK if self._looked_at is None else self._looked_at - _LATE
        known = self.store.probes()
        passed_over = self.hidden({one.line for one in known})
        probes = tuple(one for one in known if one.line not in passed_over)
        self._seen = {line: seen for line, seen in self._seen.items() if line not in passed_over}
        for line in sorted({one.line for one in probes}):
            status = told.liveliest(one.status for one in probes if one.line == line)
            records = (one.record for one in self.store.records([line], since, now + _LATE))
            self._seen[line] = told.seen_in(records, self._seen.get(line, Seen()), status=status)
        self._looked_at = now
        return self._seen


async def announce(
    announcer: Announcer,
    *,
    now: Callable[[], datetime],
    stop: asyncio.Event,
    say: Callable[[str], None],
    look_every_s: float = _LOOK_EVERY_S,
) -> None:
    """Until `stop`. A broker that is away is tried again within a minute. Raises StoreError, SettingsError."""
    wait_s = look_every_s
    while not stop.is_set():
        client = _client(announcer.settings)
        try:
            async with entered(client):
                say(f"Home Assistant is told at {announcer.settings.broker.host}:{announcer.settings.broker.port}.")
                wait_s = look_every_s
                await _tell(client, announcer, now=now, stop=stop, look_every_s=look_every_s)
        except aiomqtt.MqttError as error:
            say(f"No broker for Home Assistant ({error}). Trying again in {wait_s:.0f} s.")
            await _pause(stop, wait_s)
            wait_s = min(wait_s * 2, _LONGEST_WAIT_S)


async def withdraw(announcer: Announcer) -> int:
    """Takes every line's device out of Home Assistant; how many. Raises MqttError, StoreError, SettingsError."""
    lines = announcer.store.lines()
    await withdraw_lines(announcer.settings, lines)
    return len(lines)


async def withdraw_lines(settings: Announcing, lines: Sequence[str]) -> None:
    """Takes these lines' devices out. Raises MqttError, SettingsError."""
    client = _client(settings)
    async with entered(client):
        for line in lines:
            for topic in (told.discovery_topic(line, prefix=settings.prefix), told.state_topic(line)):
                await client.publish(topic, b"", qos=1, retain=True)


async def _tell(
    client: aiomqtt.Client,
    announcer: Announcer,
    *,
    now: Callable[[], datetime],
    stop: asyncio.Event,
    look_every_s: float,
) -> None:
    """Each line's device once, and its state at every look: what is not told again expires there."""
    introduced: set[str] = set()
    await client.publish(told.PRESENCE, _THERE, qos=1, retain=True)
    while not stop.is_set():
        for line, seen in (await asyncio.to_thread(announcer.look, now())).items():
            if line not in introduced:
                topic = told.discovery_topic(line, prefix=announcer.settings.prefix)
                await client.publish(topic, told.discovery(line, version=announcer.version), qos=1, retain=True)
                introduced.add(line)
            await client.publish(told.state_topic(line), told.state(seen, now=now()), qos=1, retain=True)
        await _pause(stop, look_every_s)
    await client.publish(told.PRESENCE, _GONE, qos=1, retain=True)


def _client(settings: Announcing) -> aiomqtt.Client:
    own = settings.broker
    return aiomqtt.Client(
        own.host,
        own.port,
        username=own.username,
        password=password_of(own),
        timeout=_ANSWER_WITHIN_S,
        tls_context=tls_of(own) if own.tls else None,
        will=aiomqtt.Will(told.PRESENCE, _GONE, qos=1, retain=True),
    )


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
