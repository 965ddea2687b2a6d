"""Shell. The broker for a machine without mosquitto: amqtt in a process of its own, for one probe, on loopback.

It keeps nothing over a restart and bounds neither queues nor sessions: enough for one machine's own probe, whose spool
keeps everything until its receipt, and for nothing more. Knows nothing of what it carries.

Run by `collector.broker`'s plan: `python -m collector.embedded_broker SETTINGS`.
"""

import asyncio
import json
import logging
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from amqtt.broker import Broker
from amqtt.contexts import BrokerConfig, ListenerConfig


class _Broker(Broker):  # type: ignore[misc]  # amqtt ships no types
    """amqtt without its leak: it sends a new client the retained messages that any other client subscribed to."""

    async def _publish_retained_messages_for_subscription(self, subscription: tuple[str, int], session: Any) -> None:
        subscribers = self.subscriptions.get(subscription[0], [])
        if any(one.client_id == session.client_id for one, _ in subscribers):
            await super()._publish_retained_messages_for_subscription(subscription, session)


async def serve(wanted: Mapping[str, Any]) -> None:
    """Serves until SIGTERM or SIGINT. `wanted` is what `collector.broker` wrote."""
    broker = _Broker(
        BrokerConfig(
            listeners={"default": ListenerConfig(bind=f"{wanted['host']}:{wanted['port']}")},
            plugins={
                "collector.embedded_access.AccessPlugin": {"accounts": wanted["accounts"], "access": wanted["access"]}
            },
        )
    )
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await broker.start()
    await stop.wait()
    await broker.shutdown()


if __name__ == "__main__":
    # Its warnings speak of every client that comes and goes, and one of its errors of every mere look at the port.
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
    logging.root.handlers[0].addFilter(lambda record: not record.getMessage().startswith("No data from"))
    asyncio.run(serve(json.loads(Path(sys.argv[1]).read_text())))
