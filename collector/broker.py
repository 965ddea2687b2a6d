"""Shell. Prepares the broker of one machine, on loopback: its settings, its accounts, and how to tell that it serves.

`mosquitto` where it is installed, else the embedded one. Starts no process: whoever supervises runs `argv`.
"""

import asyncio
import importlib.util
import json
import os
import secrets
import shutil
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import aiomqtt
from aiomqtt.exceptions import MqttConnectError

from collector.account import (
    COLLECTOR_USER,
    Account,
    access_text,
    collector_account,
    password_line,
    probe_account,
)
from collector.home import CollectorHome
from probe.wire import MAX_BATCH_BYTES

HOST = "127.0.0.1"
_SALT_BYTES = 12
_TRY_EVERY_S = 0.05
_ANSWER_WITHIN_S = 2.0
_LEAVE_WITHIN_S = 1.0


class BrokerError(Exception):
    """The broker cannot be prepared or does not serve. The text says what and how to mend it."""


class BrokerKind(StrEnum):
    """Which program serves."""

    MOSQUITTO = "mosquitto"
    EMBEDDED = "embedded"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerPlan:
    """A broker ready to be run by `argv`; it logs to stderr and ends on SIGTERM.

    No line of its log says that it serves: `wait_ready` asks it. `users` and `password_files` stand in the same order.
    """

    argv: tuple[str, ...]
    kind: BrokerKind
    host: str
    port: int
    users: tuple[str, ...]
    password_files: tuple[Path, ...]

    def password_file(self, user: str) -> Path:
        """The file with that user's password. Raises KeyError for a user without an account."""
        return dict(zip(self.users, self.password_files, strict=True))[user]

    @property
    def collector_username(self) -> str:
        """The collector's user."""
        return COLLECTOR_USER

    @property
    def collector_password_file(self) -> Path:
        """The collector's password."""
        return self.password_file(COLLECTOR_USER)

    @property
    def probe_password_file(self) -> Path:
        """The password of the only probe. Raises ValueError where there are several."""
        (only,) = (user for user in self.users if user != COLLECTOR_USER)
        return self.password_file(only)


def prepare(home: Path, port: int, *, line: str, probe: str, kind: BrokerKind | None = None) -> BrokerPlan:
    """The broker for this machine's one probe and its collector. Raises as `prepare_accounts`."""
    return prepare_accounts(home, port, (collector_account(), probe_account(line=line, probe=probe)), kind=kind)


def prepare_accounts(
    home: Path, port: int, accounts: Sequence[Account], *, kind: BrokerKind | None = None
) -> BrokerPlan:
    """Writes what the broker needs below `home` and says how to run it. `kind` None takes the best that is installed.

    Passwords are made once and kept. Raises BrokerError where the home cannot be written or no broker is installed.
    """
    mosquitto = _find_mosquitto()
    chosen = kind or (BrokerKind.MOSQUITTO if mosquitto else BrokerKind.EMBEDDED)
    layout = CollectorHome(home)
    try:
        files = _write_accounts(layout, accounts)
        if chosen is BrokerKind.MOSQUITTO:
            argv = _prepare_mosquitto(layout, port, program=mosquitto)
        else:
            argv = _prepare_embedded(layout, port, accounts)
    except OSError as error:
        raise BrokerError(
            f"The broker's folder {layout.broker} cannot be written: {error.strerror}. Make room or name another home."
        ) from error
    return BrokerPlan(
        argv=argv,
        kind=chosen,
        host=HOST,
        port=port,
        users=tuple(account.user for account in accounts),
        password_files=files,
    )


async def wait_ready(plan: BrokerPlan, timeout_s: float) -> None:
    """Returns once the broker lets the collector in and keeps strangers out.

    Raises BrokerError after `timeout_s`, or at once where something else answers on the port.
    """
    deadline = time.monotonic() + timeout_s
    password = plan.collector_password_file.read_text()
    while not await _lets_in(plan, COLLECTOR_USER, password):
        if time.monotonic() > deadline:
            raise BrokerError(
                f"The broker did not serve on {plan.host}:{plan.port} within {timeout_s:g} s. Its log says why."
            )
        await asyncio.sleep(_TRY_EVERY_S)
    if await _lets_in(plan, None, None):
        raise BrokerError(
            f"Another broker, open to everyone, answers on {plan.host}:{plan.port}. Stop it or choose another port."
        )


@asynccontextmanager
async def entered(client: aiomqtt.Client) -> AsyncIterator[None]:
    """The client connected, and its socket closed at the end whatever the broker does. Raises MqttError."""
    try:
        async with client:
            try:
                yield
            finally:
                client.timeout = _LEAVE_WITHIN_S
    finally:
        client._client.reinitialise()  # noqa: SLF001  aiomqtt 2 keeps the socket of a broker that never answered
        gone = client._disconnected  # noqa: SLF001  and complains where nobody looks at how the connection ended
        if gone.done() and not gone.cancelled():
            gone.exception()


async def _lets_in(plan: BrokerPlan, user: str | None, password: str | None) -> bool:
    """Whether the broker accepts this user; False also while nothing listens."""
    client = aiomqtt.Client(plan.host, plan.port, username=user, password=password, timeout=_ANSWER_WITHIN_S)
    try:
        async with entered(client):
            return True
    except MqttConnectError as error:
        if user is None:
            return False
        raise BrokerError(
            f"Another broker answers on {plan.host}:{plan.port} and refuses us ({error})."
            " Stop it or choose another port."
        ) from error
    except aiomqtt.MqttError:
        return False


def _find_mosquitto() -> str | None:
    """Debian keeps it out of an ordinary user's PATH."""
    return shutil.which("mosquitto", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]))


def _write_accounts(layout: CollectorHome, accounts: Sequence[Account]) -> tuple[Path, ...]:
    layout.broker.mkdir(parents=True, exist_ok=True, mode=0o700)
    files = tuple(layout.password(account.user) for account in accounts)
    lines = [
        password_line(account.user, _password(file), salt=secrets.token_bytes(_SALT_BYTES))
        for account, file in zip(accounts, files, strict=True)
    ]
    _write(layout.broker_accounts, "\n".join(lines) + "\n")
    _write(layout.broker_access, access_text(accounts))
    return files


def _password(file: Path) -> str:
    """What the file holds, made if there is none: a probe elsewhere may have been given it."""
    if not file.exists():
        _write(file, secrets.token_urlsafe(32))
    return file.read_text()


def _prepare_mosquitto(layout: CollectorHome, port: int, *, program: str | None) -> tuple[str, ...]:
    if program is None:
        raise BrokerError("mosquitto is not installed. On Debian: sudo apt install mosquitto.")
    lines = [
        "# Written anew at every start.",
        f"listener {port} {HOST}",
        "allow_anonymous false",
        f"password_file {layout.broker_accounts}",
        f"acl_file {layout.broker_access}",
        # The default of 1000 drops silently what was acknowledged. Bounded all the same: a probe keeps what got no
        # receipt and sends it again.
        "max_queued_messages 100000",
        "max_queued_bytes 268435456",
        # As many as the collector lets wait, probe by probe: fewer, and one probe that floods would keep others out.
        "max_inflight_messages 20000",
        f"max_packet_size {4 * MAX_BATCH_BYTES}",
        # What the broker would save is in the probe's spool already, and safer there: its own file loses what was
        # acknowledged when it is killed.
        "persistence false",
        "set_tcp_nodelay true",
        "sys_interval 0",
        "log_dest stderr",
        "log_type error",
        "log_type warning",
    ]
    if os.geteuid() == 0:
        # As root it would become the user `mosquitto`, who may not read these files.
        lines.append("user root")
    _write(layout.broker_settings, "\n".join(lines) + "\n")
    return (program, "-c", str(layout.broker_settings))


def _prepare_embedded(layout: CollectorHome, port: int, accounts: Sequence[Account]) -> tuple[str, ...]:
    if len(accounts) > 2:
        # It is no guard between customers: whoever names another's client id takes over the session with its queue.
        raise BrokerError("The embedded broker serves one probe only. Install mosquitto: sudo apt install mosquitto.")
    if importlib.util.find_spec("amqtt") is None:
        raise BrokerError("No broker is installed. On Debian: sudo apt install mosquitto.")
    settings = {
        "host": HOST,
        "port": port,
        "accounts": str(layout.broker_accounts),
        "access": str(layout.broker_access),
    }
    _write(layout.broker_settings, json.dumps(settings, indent=2))
    return (sys.executable, "-m", "collector.embedded_broker", str(layout.broker_settings))


def _write(path: Path, text: str) -> None:
    """All or nothing, readable by its owner alone."""
    path.parent.mkdir(exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    fresh.rename(path)
