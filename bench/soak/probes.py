"""Shell. Some probes of the fleet in one process: real spools, real publishers, a day of records at each word.

    python -m bench.soak.probes '{"home": ..., "port": ..., "probes": [[number, watched, password], ...], ...}'

A line `day N` on stdin: every day up to N is taken from where the spools are, whatever was killed; `taken N` on stdout.
"""

import asyncio
import json
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from bench.soak.diary import day_of
from probe import key, keyfile
from probe.identity import Identity
from probe.publish import Publisher
from probe.spool import Draft, Spool
from probe.uplink import broker
from probe.uplink.broker import Destination

_RECEIPT_WITHIN_S = 5.0
_KEEP_ALIVE_S = 5
_YIELD_EVERY = 8  # records: so often the publishers have their turn


def named(number: int) -> tuple[str, str]:
    """(line, probe)."""
    return f"line-{number}", f"p{number}"


class Taking:
    """One probe: its spool, what sends it, and how far it is."""

    def __init__(self, given: dict[str, Any], number: int, watched: bool, password: str) -> None:  # noqa: FBT001
        line, name = named(number)
        root = Path(given["home"]) / "probes" / name
        own = keyfile.load_or_make(root / "key.json")
        self.number, self.watched, self.day, self.before = number, watched, 0, 0
        self.spool = Spool(root / "spool.sqlite3", line=line, probe=name, key=own)
        self.publisher = Publisher(
            self.spool,
            identity=Identity(line=line, probe=name, key=own),
            to=Destination(
                host="127.0.0.1",
                port=given["port"],
                receipt_key=key.from_jwk(given["receipt_key"]),
                username=name,
                password=password,
            ),
            say=lambda words: print(name, words, file=sys.stderr, flush=True),
            uniform=lambda: -0.99,  # as in bench.faults: a week lasts minutes here
            receipt_within_s=_RECEIPT_WITHIN_S,
        )

    async def take(self, day: int) -> None:
        """Every record up to the end of that day that the spool did not number yet."""
        have = self.spool.state().last_sequence
        while self.day <= day:
            for stamp, body in day_of(self.number, self.day, watched=self.watched):
                self.before += 1
                if self.before > have:
                    self.spool.append(Draft(started=stamp, ended=stamp, software="soak", body=body))
                    if self.before % _YIELD_EVERY == 0:
                        self.publisher.wake()
                        await asyncio.sleep(0)
            self.day += 1
        self.publisher.wake()


async def run(given: dict[str, Any]) -> None:
    broker._KEEP_ALIVE_S = _KEEP_ALIVE_S  # noqa: SLF001  as in bench.faults: a week lasts minutes here
    async with AsyncExitStack() as stack:
        taking = [Taking(given, *one) for one in given["probes"]]
        for one in taking:
            stack.enter_context(one.spool)
        sending = [asyncio.create_task(one.publisher.run(asyncio.Event())) for one in taking]
        words = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(words), sys.stdin)
        while line := await words.readline():
            day = int(line.split()[1])
            await asyncio.gather(*(one.take(day) for one in taking))
            print(f"taken {day}", flush=True)
        for task in sending:
            task.cancel()
        await asyncio.gather(*sending, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(run(json.loads(sys.argv[1])))
