"""Shell. The broker for a machine without mosquitto: amqtt in a process of its own, for one probe, on loopback.

It keeps nothing over a restart, gives no offline queue worth relying on and hands retained messages to clients that
did not ask: enough for one machine's own probe, whose spool keeps everything until its receipt, and for nothing more.

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


async def serve(wanted: Mapping[str, Any]) -> None:
    """Serves until SIGTERM or SIGINT. `wanted` is what `collector.broker` wrote."""
    broker = Broker(
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
    # Its warnings speak of every client that comes and goes.
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
    asyncio.run(serve(json.loads(Path(sys.argv[1]).read_text())))
