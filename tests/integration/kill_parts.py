"""Shell. A process that has loaded everything and forks a probe or a collector whenever it is told to.

To start the interpreter anew for each life would cost more than all that a life does. What is forked is killed like any
other process: nothing of it survives but what is on the disk and in the broker. A line of JSON in, its process id out.
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from collector import service, subscribe
from collector.settings import parse
from probe import clock, key, keyfile
from probe.body.notice import Notice, NoticeKind
from probe.identity import Identity
from probe.publish import Publisher
from probe.spool import Draft, Spool
from probe.uplink import broker
from probe.uplink.broker import Destination

RECEIPT_WITHIN_S = 0.1
_APPEND_EVERY_S = 0.004
# Lives here are short, and so is the patience for a broker, and for a connection that aiomqtt lost sight of.
_WAITS_S = (0.01, 0.05, 0.2)
_KEEP_ALIVE_S = 2


async def collect(given: dict[str, Any]) -> None:
    home = Path(given["home"])
    settings = parse({"broker": given["broker"]}, folder=home)
    service._WAITS_S = _WAITS_S  # type: ignore[assignment]  # of another length
    subscribe._KEEPALIVE_S = _KEEP_ALIVE_S
    await service.run(settings, home, stop=asyncio.Event(), say=lambda words: print(words, flush=True))  # noqa: T201


async def measure(given: dict[str, Any]) -> None:
    """Takes records into the spool as fast as the disk lets it and tells each once `append` has returned.

    SIGUSR1 ends the taking, not the sending.
    """
    home = Path(given["home"])
    own = keyfile.load_or_make(home / "probe" / "key.json")
    to = Destination(
        host="127.0.0.1",
        port=given["port"],
        receipt_key=key.from_jwk(given["receipt_key"]),
        username="p1",
        password=given["password"],
    )
    broker._KEEP_ALIVE_S = _KEEP_ALIVE_S
    enough = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, enough.set)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1})
    with Spool(home / "probe" / "spool.sqlite3", line="casa", probe="p1", key=own) as spool:
        publisher = Publisher(
            spool,
            identity=Identity(line="casa", probe="p1", key=own),
            to=to,
            say=lambda _: None,
            uniform=lambda: -0.99,  # the next try after 5 ms, and after 0.3 s at most
            receipt_within_s=RECEIPT_WITHIN_S,
        )
        publishing = asyncio.create_task(publisher.run(asyncio.Event()))
        while not enough.is_set():
            now = clock.stamp()
            body = Notice(kind=NoticeKind.STARTED, detail=f"{now.monotonic_ns} " + "x" * 900)
            record = spool.append(Draft(started=now, ended=now, software="t", body=body))
            print(record.sequence, now.monotonic_ns, "taken", flush=True)  # noqa: T201
            publisher.wake()
            await asyncio.sleep(_APPEND_EVERY_S)
        await publishing


_LIVES = {"collector": collect, "probe": measure}


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are not waited for here
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})  # it waits for a newborn that is not ready to hear it
    for line in sys.stdin:
        given = json.loads(line)
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for name, descriptor in (("told", 1), ("log", 2)):
                os.dup2(os.open(given[name], os.O_WRONLY | os.O_CREAT | os.O_APPEND), descriptor)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            print(flush=True)  # noqa: T201  a kill may have torn the line before
            asyncio.run(_LIVES[given["life"]](given))
            os._exit(0)
        print(child, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
