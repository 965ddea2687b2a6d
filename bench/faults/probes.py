"""Shell. Probes that fill real spools and send what is in them, in a process that outlives what is done to others.

    python -m bench.faults.probes '{"home": ..., "host": ..., "port": ..., "probes": [...], "receipt_key": ...}'

SIGUSR1 ends the measuring, not the sending.
"""

import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Any

from probe import clock, key, keyfile
from probe.body.notice import Notice, NoticeKind
from probe.identity import Identity
from probe.publish import Publisher
from probe.spool import Draft, Spool
from probe.uplink import broker
from probe.uplink.broker import Destination

_APPEND_EVERY_S = 0.02
_RECEIPT_WITHIN_S = 0.5
_KEEP_ALIVE_S = 3  # a line that is cut without a word is found dead within the run
PADDING = "x" * 400


async def probe(given: dict[str, Any], one: dict[str, str], enough: asyncio.Event) -> None:
    """One probe: a small record every few milliseconds, each of its own number and moment."""
    root = Path(given["home"]) / one["probe"]
    own = keyfile.load_or_make(root / "key.json")
    to = Destination(
        host=given["host"],
        port=given["port"],
        receipt_key=key.from_jwk(given["receipt_key"]),
        username=one["probe"],
        password=one["password"],
    )
    with Spool(root / "spool.sqlite3", line=one["line"], probe=one["probe"], key=own) as spool:
        publisher = Publisher(
            spool,
            identity=Identity(line=one["line"], probe=one["probe"], key=own),
            to=to,
            say=lambda words: print(one["probe"], words, file=sys.stderr, flush=True),
            uniform=lambda: -0.99,  # the next try after 5 ms, and after 0.3 s at most
            receipt_within_s=_RECEIPT_WITHIN_S,
        )
        publishing = asyncio.create_task(publisher.run(asyncio.Event()))
        while not enough.is_set():
            now = clock.stamp()
            body = Notice(kind=NoticeKind.STARTED, detail=f"{now.monotonic_ns} {PADDING}")
            record = spool.append(Draft(started=now, ended=now, software="t", body=body))
            print(one["probe"], record.sequence, now.monotonic_ns, flush=True)
            publisher.wake()
            await asyncio.sleep(_APPEND_EVERY_S)
        await publishing


async def run(given: dict[str, Any]) -> None:
    broker._KEEP_ALIVE_S = _KEEP_ALIVE_S  # noqa: SLF001  as in the kill rig: lives here are short
    enough = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, enough.set)
    await asyncio.gather(*(probe(given, one, enough) for one in given["probes"]))


if __name__ == "__main__":
    asyncio.run(run(json.loads(sys.argv[1])))
