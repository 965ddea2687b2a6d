"""Shell. The way to the collector's broker: its credentials from their files, whether it is there, a client for it.

Knows nothing of what is sent.
"""

import asyncio
import socket
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiomqtt

from probe.key import Key, KeyFileError, from_jwk
from probe.keyfile import check_private
from probe.settings import CollectorSettings, SettingsError
from probe.worker import in_thread

_KEEP_ALIVE_S = 30  # the broker takes a probe for lost after one and a half times this
_ANSWER_WITHIN_S = 10.0
_KNOCK_WITHIN_S = 5.0
_MOST_ADDRESSES = 4
# Else the acknowledgement of one batch waits for the next one's bytes, 40 ms at a time (Nagle's algorithm; tcp(7)).
_AT_ONCE = ((socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where and as whom to connect, and whose receipts count: `receipt_key` is the collector's public key.

    `tls` is None for a plain connection.
    """

    host: str
    port: int
    receipt_key: Key
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: ssl.SSLContext | None = None


def destination_of(settings: CollectorSettings) -> Destination:
    """What the settings say, with the secrets that they name by their files. Raises SettingsError."""
    return Destination(
        host=settings.host,
        port=settings.port,
        receipt_key=_receipt_key(settings.receipt_key_file),
        username=settings.username,
        password=_secret("password_file", settings.password_file).strip() if settings.password_file else None,
        tls=_context(settings) if settings.tls else None,
    )


async def knock(to: Destination) -> None:
    """Returns if the broker's port accepts a connection (and TLS, where that is set). Raises OSError.

    The MQTT library connects in a thread of the event loop's, which nothing can stop and which the end of the process
    waits for. Asking first, in a way that can be given up, keeps that thread from ever waiting long.
    """
    async with asyncio.timeout(_KNOCK_WITHIN_S):
        found = await in_thread(lambda: socket.getaddrinfo(to.host, to.port, type=socket.SOCK_STREAM))
    failures: list[OSError] = []
    for *_, address in found[:_MOST_ADDRESSES]:
        try:
            async with asyncio.timeout(_KNOCK_WITHIN_S):
                _, writer = await asyncio.open_connection(
                    str(address[0]), to.port, ssl=to.tls, server_hostname=to.host if to.tls else None
                )
        except OSError as error:
            failures.append(error)
        else:
            writer.transport.abort()
            return
    raise failures[0]


def client(to: Destination, *, identifier: str, will: aiomqtt.Will) -> aiomqtt.Client:
    """A client that has not connected yet."""
    one = aiomqtt.Client(
        to.host,
        to.port,
        username=to.username,
        password=to.password,
        identifier=identifier,
        protocol=aiomqtt.ProtocolVersion.V311,
        will=will,
        clean_session=True,  # a receipt that is missed is given again for the batch that is sent again
        timeout=_ANSWER_WITHIN_S,
        keepalive=_KEEP_ALIVE_S,
        tls_context=to.tls,
        socket_options=_AT_ONCE,
    )
    _fail_at_once(one)
    return one


def _fail_at_once(one: aiomqtt.Client) -> None:
    """A connection's end ends the wait for the broker's answer too, which aiomqtt 2 lets run to its last second."""
    inner: Any = one._client.on_disconnect  # noqa: SLF001  it has no word for this

    def ended(*told: Any) -> None:
        waiting = one._connected  # noqa: SLF001  see above
        if not waiting.done():
            waiting.set_exception(aiomqtt.MqttError("it went away before it answered"))
            waiting.exception()  # where nobody waits any more, nobody need hear of it
        inner(*told)

    one._client.on_disconnect = ended  # noqa: SLF001  see above


def _receipt_key(path: Path) -> Key:
    text = _text("receipt_key_file", path)
    try:
        return from_jwk(text)
    except KeyFileError as error:
        raise SettingsError(
            f"collector.receipt_key_file: {path} is {error}. Take the collector's public key anew."
        ) from error


def _secret(setting: str, path: Path) -> str:
    text = _text(setting, path)
    try:
        check_private(path)
    except KeyFileError as error:
        raise SettingsError(f"collector.{setting}: {error}") from error
    return text


def _text(setting: str, path: Path) -> str:
    try:
        return path.read_text()
    except OSError as error:
        raise SettingsError(
            f"collector.{setting}: {path} cannot be read: {error.strerror}. Put the file there or name another."
        ) from error


def _context(settings: CollectorSettings) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=settings.ca_file)
    except OSError as error:  # ssl.SSLError is one
        raise SettingsError(
            f"collector.ca_file: {settings.ca_file} holds no certificates: {error.strerror}. Name a file in PEM form."
        ) from error
    if settings.certificate_file is not None:
        try:
            context.load_cert_chain(settings.certificate_file, settings.key_file)
        except OSError as error:
            raise SettingsError(
                f"collector.certificate_file: {settings.certificate_file} and key_file cannot be used:"
                f" {error.strerror}. Enrol this probe again."
            ) from error
    return context
