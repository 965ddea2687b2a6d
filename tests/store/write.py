"""Shell. Writes a store with the code of the version that is on PYTHONPATH, and dumps its journal as SQL.

    git worktree add old COMMIT
    PYTHONPATH=old python tests/store/write.py tests/store/messages.json v2

Uses nothing that the first version had not. A version that has a lake seals the first two days.
"""

import base64
import importlib.util
import json
import shutil
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from collector.envelope import Accepted, Arrival, Enrolled, Rejected, StatusSeen
from collector.home import CollectorHome
from collector.intake import judge, judge_status
from collector.journal import Journal
from probe.wire import Kind, parse_topic

ENROLLED_AT = datetime(2026, 10, 1, tzinfo=UTC)
SEALED_BEFORE_ON = date(2026, 10, 7)
SEALED_AT = datetime(2026, 10, 9, 3, 0, tzinfo=UTC)


def write(told: dict[str, Any], folder: Path) -> None:
    """The messages through the intake, one commit each."""
    home = CollectorHome(folder)
    known = {one["probe"]: Enrolled(**one, enrolled_at=ENROLLED_AT) for one in told["probes"]}
    with closing(Journal(home.journal)) as journal:
        for probe in known.values():
            journal.enrol(probe)
        for one in told["messages"]:
            arrival = Arrival(
                topic=one["topic"],
                payload=base64.b64decode(one["payload"]),
                received_at=datetime.fromisoformat(one["received_at"]),
            )
            _store(journal, arrival, known)
    home.key.touch(0o600)
    home.key.write_text(told["collector_key"])
    if importlib.util.find_spec("collector.lake") is not None:
        _seal(home)


def _store(journal: Journal, arrival: Arrival, known: dict[str, Enrolled]) -> None:
    kind, _, probe = parse_topic(arrival.topic)
    judged = (judge_status if kind is Kind.STATUS else judge)(arrival, known.get(probe))
    if isinstance(judged, StatusSeen):
        journal.store((), (judged,))
    else:
        assert isinstance(judged, Accepted | Rejected)
        journal.store((judged,))


def _seal(home: CollectorHome) -> None:
    from collector.lake.seal import Order, seal
    from probe import keyfile

    order = Order(before_on=SEALED_BEFORE_ON, now_at=SEALED_AT, key=keyfile.load_or_make(home.key))
    seal(home, order, say=lambda _: None)


def dumped(journal: Path) -> str:
    """The whole journal as statements."""
    with closing(sqlite3.connect(journal)) as db:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        return "\n".join([*db.iterdump(), f"PRAGMA user_version = {version};", ""])


def main() -> None:
    told, to = json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2])
    shutil.rmtree(to, ignore_errors=True)
    write(told, to)
    home = CollectorHome(to)
    (to / "journal.sql").write_text(dumped(home.journal))
    lake = home.journal.parent / "lake"
    if lake.exists():
        lake.rename(to / "lake")
    shutil.rmtree(home.journal.parent)


if __name__ == "__main__":
    main()
