"""Shell. The status that the broker keeps for a line's probes, taken back.

The collector may read it and not write it: it is taken back in the probe's own name, by what this home has of it. Knows
nothing of files other than passwords.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import aiomqtt

from collector.broker import entered
from collector.home import CollectorHome
from collector.identity.expel import as_probe
from collector.identity.files import IdentityHome, load_authority
from collector.settings import BrokerSettings
from collector.subscribe import LinkError, password_of, tls_of
from probe.wire import VERSION, Kind, WireError, parse_topic, topic

_ANSWER_WITHIN_S = 5.0


async def clear(home: CollectorHome, broker: BrokerSettings, line: str, *, at: datetime) -> tuple[str, ...]:
    """Takes back every status of the line; the topics on which one is left. Raises LinkError, SettingsError.

    LinkError where a broker does not answer that could keep something: this machine's own keeps nothing once it ended.
    """
    try:
        for probe in sorted(parse_topic(one)[2] for one in await _kept(broker, line)):
            async with _probe(home, broker, probe, at=at) as client:
                await client.publish(topic(Kind.STATUS, line, probe), b"", qos=1, retain=True)
        return await _kept(broker, line)
    except (aiomqtt.MqttError, OSError) as error:
        if home.broker_settings.exists():
            return ()
        raise LinkError(
            f"The broker {broker.host}:{broker.port} does not answer ({error}): what it keeps of the line's probes"
            " stays until it does, or is started anew."
        ) from error


async def cut(home: CollectorHome, broker: BrokerSettings, probes: Sequence[str], *, at: datetime) -> None:
    """Ends these probes' connections, where there is a broker: with its lists read again it lets them in no more."""
    for probe in probes:
        with suppress(aiomqtt.MqttError, OSError):
            async with _probe(home, broker, probe, at=at):
                pass


async def _kept(broker: BrokerSettings, line: str) -> tuple[str, ...]:
    """The topics of the line on which a status is kept."""
    asked = f"prova/{VERSION}/{line}/+/{Kind.STATUS}"
    client = aiomqtt.Client(
        broker.host,
        broker.port,
        username=broker.username,
        password=password_of(broker),
        tls_context=tls_of(broker) if broker.tls else None,
        timeout=_ANSWER_WITHIN_S,
    )
    async with entered(client):
        await client.subscribe(asked, qos=1)
        await client.unsubscribe(asked)  # answered after what was kept was sent
        found = [await _next(client) for _ in range(len(client.messages))]
    return tuple(sorted({str(one.topic) for one in found if one.payload and _is_ours(str(one.topic))}))


async def _next(client: aiomqtt.Client) -> aiomqtt.Message:
    async with asyncio.timeout(_ANSWER_WITHIN_S):
        return await anext(client.messages)


@asynccontextmanager
async def _probe(
    home: CollectorHome, broker: BrokerSettings, probe: str, *, at: datetime
) -> AsyncIterator[aiomqtt.Client]:
    """Connected as that probe, with its password of this machine or a certificate of our authority."""
    with TemporaryDirectory(prefix="prova-") as folder:
        files = IdentityHome(home)
        context: ssl.SSLContext | None = None
        if broker.certificate_file is not None and files.authority_key.exists():
            context = as_probe(load_authority(files, at=at), probe, Path(folder), at=at)
        elif broker.tls:
            context = tls_of(broker)
        password = home.password(probe)
        client = aiomqtt.Client(
            broker.host,
            broker.port,
            identifier=probe,
            username=probe,
            password=password.read_text().strip() if password.exists() else None,
            tls_context=context,
            timeout=_ANSWER_WITHIN_S,
        )
        async with entered(client):
            yield client


def _is_ours(name: str) -> bool:
    try:
        parse_topic(name)
    except WireError:
        return False
    return True
