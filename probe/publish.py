"""Shell. Sends what the spool holds until the collector's signed receipts have come for it.

The broker's own acknowledgement frees nothing: it says that the broker has a batch, not that the collector keeps it.
Knows nothing of what records say.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import aiomqtt
from aiomqtt.exceptions import MqttConnectError

from probe import wire
from probe.identity import Identity
from probe.key import KeyFileError
from probe.pause import pause
from probe.spool import Spool, SpoolError
from probe.uplink.backoff import wait_s
from probe.uplink.broker import Destination, client, knock
from probe.wire import Kind, Outcome, Receipt, Status, Turn, WireError

_WINDOW = 4  # batches under way at once
_AGAIN_AT_MOST_S = 600.0
_DISK_AGAIN_S = 30.0
_STEADY_S = 60.0  # a connection that held so long begins the waits anew
_SILENT_AFTER = 3  # sendings of one batch without a receipt before a person is told
_FAREWELL_WITHIN_S = 0.7
_END_WITHIN_S = 1.8
_LEAVE_WITHIN_S = 0.5


@dataclass(frozen=True, slots=True)
class _Sent:
    """A batch under way: how often it was sent, and when, monotonic, it is sent again."""

    times: int
    again_at_s: float


class Publisher:
    """The spool's only reader."""

    def __init__(  # noqa: PLR0913  each of its own kind
        self,
        spool: Spool,
        *,
        identity: Identity,
        to: Destination,
        say: Callable[[str], None],
        uniform: Callable[[], float],
        receipt_within_s: float = 20.0,
        hold_s: float = 0.0,
    ) -> None:
        """`uniform` gives numbers in [0, 1).

        `hold_s`: what may wait does so for that long at most, for others to share its batch.

        `receipt_within_s`: a batch is sent again after so long without a receipt, then after twice that, and so on.
        """
        self._spool = spool
        self._identity = identity
        self._to = to
        self._say = say
        self._told = ""
        self._uniform = uniform
        self._receipt_within_s = receipt_within_s
        self._hold_s = hold_s
        self._seal_from_s: float | None = None  # monotonic, what waits unsealed is sealed; None: nothing does
        self._hear_turn: Callable[[Turn], None] = lambda _: None
        self._heed_key: Callable[[Receipt], bool] = lambda _: False
        self._sent: dict[str, _Sent] = {}
        self._in_session = False
        self._news = asyncio.Event()
        self._receipted = asyncio.Event()

    @property
    def in_session(self) -> bool:
        """Whether the broker has let this probe in, so that a receipt can be hoped for."""
        return self._in_session

    def tell_turns(self, hear: Callable[[Turn], None]) -> None:
        """`hear` is called with each answer to a wish for the line."""
        self._hear_turn = hear

    def heed_keys(self, heed: Callable[[Receipt], bool]) -> None:
        """`heed` hears each receipt first, and says whether the spool was signed anew because of it."""
        self._heed_key = heed

    def wake(self) -> None:
        """There is something new in the spool, to be sent at once."""
        self._seal_from_s = time.monotonic()
        self._news.set()

    def wake_later(self) -> None:
        """There is something new in the spool that may wait."""
        if self._seal_from_s is None:
            self._seal_from_s = time.monotonic() + self._hold_s
            self._news.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Publishes until `stop`, whatever the broker does, and ends within two seconds of it."""
        serving = asyncio.create_task(self._serve(stop))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if self._in_session:
                await asyncio.wait({serving}, timeout=_END_WITHIN_S)
        finally:
            stopping.cancel()
            serving.cancel()
            with suppress(asyncio.CancelledError):
                await serving

    async def _serve(self, stop: asyncio.Event) -> None:
        """One connection after another, until `stop`."""
        failures = 0
        while not stop.is_set():
            began_s = time.monotonic()
            try:
                await knock(self._to)
                async with self._client() as connected:
                    self._in_session = True
                    await self._session(connected, stop)
            except (aiomqtt.MqttError, OSError, UnicodeError) as error:  # UnicodeError: a host name that cannot be
                self._in_session = False
                if stop.is_set():
                    return
                self._tell(self._why_not(error))
                failures = 1 if time.monotonic() - began_s > _STEADY_S else failures + 1
                await pause(stop, wait_s(failures, uniform=self._uniform))

    def _client(self) -> aiomqtt.Client:
        will = aiomqtt.Will(self._topic(Kind.STATUS), Status.LOST, qos=1, retain=True)
        return client(self._to, identifier=f"prova-{self._identity.probe}", will=will)

    async def _session(self, connected: aiomqtt.Client, stop: asyncio.Event) -> None:
        """Everything over one connection, until `stop`. Raises MqttError when the connection ends."""
        working = {asyncio.create_task(self._receive(connected)), asyncio.create_task(self._send(connected))}
        stopping = asyncio.create_task(stop.wait())
        try:
            done, _ = await asyncio.wait({*working, stopping}, return_when=asyncio.FIRST_COMPLETED)
            for task in done - {stopping}:
                task.result()
            await self._take_leave(connected)
        finally:
            for task in (*working, stopping):
                task.cancel()
            await asyncio.gather(*working, stopping, return_exceptions=True)

    async def _open(self, connected: aiomqtt.Client) -> None:
        """Raises MqttError."""
        codes = await connected.subscribe(self._topic(Kind.RECEIPT), qos=1)
        if any(getattr(code, "is_failure", False) for code in codes):
            raise aiomqtt.MqttError("the broker does not let this probe read its receipts")
        await self._publish_status(connected, Status.ONLINE)
        self._tell(f"Connected to the collector's broker at {self._to.host}:{self._to.port}.")
        self._sent.clear()
        self.wake()

    async def _take_leave(self, connected: aiomqtt.Client) -> None:
        """Gives the last records a moment to get their receipts, then says that silence is meant."""
        self.wake()
        with suppress(TimeoutError, SpoolError):
            async with asyncio.timeout(_FAREWELL_WITHIN_S):
                while self._spool.next_batch() is not None:
                    self._receipted.clear()
                    await self._receipted.wait()
        connected.timeout = _LEAVE_WITHIN_S
        await self._publish_status(connected, Status.SLEEPING)

    async def _publish_status(self, connected: aiomqtt.Client, status: Status) -> None:
        await connected.publish(self._topic(Kind.STATUS), status, qos=1, retain=True)

    async def _send(self, connected: aiomqtt.Client) -> None:
        """Sends what is new and what is due again, for ever. Raises MqttError.

        `_receive` is there from before the first word: nothing else sees at once that a connection has ended.
        """
        await self._open(connected)
        while True:
            self._news.clear()
            try:
                again_s = await self._send_due(connected)
            except SpoolError as error:
                self._tell(str(error))
                again_s = _DISK_AGAIN_S
            await pause(self._news, again_s)

    async def _send_due(self, connected: aiomqtt.Client) -> float:
        """Sends the window's batches that are due; the seconds until the next one is."""
        next_s = time.monotonic() + _AGAIN_AT_MOST_S
        after, due_s = 0, self._seal_from_s
        due = due_s is not None and due_s <= time.monotonic()
        for _ in range(_WINDOW):
            batch = self._spool.next_batch(after=after, seal=due)
            if batch is None:
                self._seal_from_s = None if due and self._seal_from_s == due_s else self._seal_from_s
                break
            after = batch.last
            sent = self._sent.get(batch.sha256)
            if sent is None or sent.again_at_s <= time.monotonic():
                await connected.publish(self._topic(Kind.RECORDS), batch.signed, qos=1)
                sent = self._sent[batch.sha256] = self._next(sent)
            next_s = min(next_s, sent.again_at_s)
        if not due and self._seal_from_s is not None:
            next_s = min(next_s, self._seal_from_s)
        return max(0.0, next_s - time.monotonic())

    def _next(self, sent: _Sent | None) -> _Sent:
        times = 1 if sent is None else sent.times + 1
        if times == _SILENT_AFTER:
            self._tell(
                "The broker takes records, but no receipt comes from the collector; they are kept here. See that the"
                f" collector runs and that it has enrolled probe {self._identity.probe}."
            )
        wait = min(_AGAIN_AT_MOST_S, self._receipt_within_s * 2.0 ** (times - 1))
        return _Sent(times, time.monotonic() + wait)

    async def _receive(self, connected: aiomqtt.Client) -> None:
        """Takes receipts, for ever. Raises MqttError when the connection ends."""
        async for message in connected.messages:
            payload = message.payload
            if isinstance(payload, bytes):
                self._take(payload)

    def _take(self, payload: bytes) -> None:
        try:
            receipt = wire.open_receipt(payload, key=self._to.receipt_key)
        except WireError as error:
            self._tell(f"A receipt was ignored: {error}. See that collector.receipt_key_file is this collector's.")
            return
        if (receipt.line, receipt.probe) != (self._identity.line, self._identity.probe):
            return
        try:
            self._heed(receipt)
        except (SpoolError, KeyFileError) as error:  # the batch stays and is sent again; its next receipt may find room
            self._tell(str(error))
            return
        if receipt.turn is not None:
            self._hear_turn(receipt.turn)
        self._sent.pop(receipt.batch_sha256, None)
        self._news.set()
        self._receipted.set()

    def _heed(self, receipt: Receipt) -> None:
        if self._heed_key(receipt):
            self._sent.clear()
        elif receipt.outcome is not Outcome.REJECTED:
            self._spool.receipted(receipt.batch_sha256, received_at=receipt.received_at)
        elif self._spool.reject(receipt.batch_sha256, receipt.reason):
            self._say(f"The collector rejected records ({receipt.reason}); they are kept here and not sent again.")

    def _why_not(self, error: Exception) -> str:
        where = f"{self._to.host}:{self._to.port}"
        if isinstance(error, MqttConnectError):
            return (
                f"The broker at {where} does not let this probe in ({error}). See that collector.username and"
                " collector.password_file are right; records are kept here until then."
            )
        reason = "no answer in time" if isinstance(error, TimeoutError) else str(error)
        return f"No broker at {where} ({reason}). Records are kept here and sent once there is one."

    def _topic(self, kind: Kind) -> str:
        return wire.topic(kind, self._identity.line, self._identity.probe)

    def _tell(self, sentence: str) -> None:
        """Says what changed, and nothing twice in a row."""
        if sentence != self._told:
            self._say(sentence)
        self._told = sentence
