"""Shell. Processes that are killed, forked from one that has loaded everything: kills fall into the work itself.

`python -m bench.faults.lives` takes a line of JSON ({"do": ..., "home": ..., ...}) and says the process id, then, at
the next line, the status that it ended with.
"""

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from collector.home import CollectorHome
from collector.journal import Journal
from collector.operation.backup import backup
from collector.operation.restore import restore
from collector.projection import settings
from collector.projection.feed import Feed
from collector.projection.influx import Database
from collector.projection.project import Place, catch_up
from tests.integration.lake_rig import House

_WITHIN_S = 60


def _silent(_: str) -> None:
    pass


def _upgrade(given: dict[str, Any]) -> None:
    Journal(CollectorHome(Path(given["home"])).journal).close()


def _seal(given: dict[str, Any]) -> None:
    House(Path(given["home"])).seal(before_on=date.fromisoformat(given["before_on"]), chunk_bytes=4000)


def _backup(given: dict[str, Any]) -> None:
    now_at = datetime.fromisoformat(given["now_at"])
    backup(CollectorHome(Path(given["home"])), given["place"], now_at=now_at, say=_silent)


def _restore(given: dict[str, Any]) -> None:
    restore(CollectorHome(Path(given["target"])), given["place"], at=None, say=_silent)


def _project(given: dict[str, Any]) -> None:
    home = CollectorHome(Path(given["home"]))
    with closing(Database(settings.Influx(url=given["url"], bucket=given["bucket"]))) as database:
        place = Place(home.projection_place, given["url"])
        catch_up(Feed(home.journal), database, place, say=_silent, most_batches=2)


_DO: dict[str, Callable[[dict[str, Any]], None]] = {
    "upgrade": _upgrade,
    "seal": _seal,
    "backup": _backup,
    "restore": _restore,
    "project": _project,
}


@dataclass
class Lives:
    """Starts one process after another."""

    server: subprocess.Popen[str]

    def start(self, do: str, **given: str) -> int:
        """The process's number, which `end` must be asked of."""
        self._tell(json.dumps({"do": do, **given}))
        return int(self._told())

    def end(self) -> int:
        """Waits for the process, and says with which status it ended: minus the signal where it was killed."""
        self._tell("")
        return int(self._told())

    def run(self, do: str, **given: str) -> int:
        """From beginning to end."""
        self.start(do, **given)
        return self.end()

    def _tell(self, words: str) -> None:
        assert self.server.stdin is not None
        self.server.stdin.write(f"{words}\n")
        self.server.stdin.flush()

    def _told(self) -> str:
        assert self.server.stdout is not None
        return self.server.stdout.readline()


@contextmanager
def lives() -> Iterator[Lives]:
    """Ready to be asked, until the end."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.faults.lives"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        assert server.stdout.readline() == "ready\n"
        try:
            yield Lives(server)
        finally:
            server.stdin.close()
            server.wait(_WITHIN_S)


def main() -> None:
    print("ready", flush=True)
    for words in sys.stdin:
        given = json.loads(words)
        child = os.fork()
        if child == 0:
            _live(given)
        print(child, flush=True)
        sys.stdin.readline()  # until then its number is nobody else's
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _live(given: dict[str, Any]) -> None:
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(os.open(Path(given["home"]).parent / "lives.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
    try:
        _DO[given["do"]](given)
    except BaseException:  # noqa: BLE001  the parent is told by the status, people by the log
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()
