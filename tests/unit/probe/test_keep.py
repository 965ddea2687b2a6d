import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey

from probe import wire
from probe.body.notice import Notice, NoticeKind
from probe.keep import Keeper
from probe.spool import MOST_RECORD_BYTES, Spool
from tests.build import a_stamp

KEY = OKPKey.generate_key("Ed25519", private=True)
LONG = random.Random(1).randbytes(9000).hex()  # more than a page, however well it is packed


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    with Spool(tmp_path / "spool.sqlite3", line="casa", probe="p1", key=KEY) as opened:
        yield opened


def keep(keeper: Keeper, detail: str) -> None:
    keeper.keep(a_stamp(), a_stamp(), Notice(kind=NoticeKind.STARTED, detail=detail))


def set_room(spool: Spool, pages: int) -> None:
    """SQLite's own limit: the same error as a full disk, for any user on any machine."""
    spool._db.execute(f"PRAGMA max_page_count = {pages}")


def details(spool: Spool) -> list[str]:
    found: list[str] = []
    after = 0
    while (batch := spool.next_batch(after=after)) is not None:
        after = batch.last
        bodies = [record.body for record in wire.open_batch(batch.signed, key=KEY).records]
        found += [body.detail for body in bodies if isinstance(body, Notice)]
    return found


def test_what_is_kept_is_a_record_at_once(spool: Spool) -> None:
    woken: list[None] = []
    keeper = Keeper(spool, software="prova test", say=lambda _: None, kept=lambda: woken.append(None))
    keep(keeper, "a")
    assert details(spool) == ["a"]
    assert len(woken) == 1


def test_while_the_disk_is_full_records_wait_in_memory_and_that_is_said_once(spool: Spool) -> None:
    said: list[str] = []
    keeper = Keeper(spool, software="prova test", say=said.append, kept=lambda: None)
    set_room(spool, 1)
    for detail in ("a" + LONG, "b", "c"):
        keep(keeper, detail)
    assert len(said) == 1
    assert "Make room" in said[0]
    set_room(spool, 10_000)
    keep(keeper, "d")
    assert [detail[0] for detail in details(spool)] == ["a", "b", "c", "d"]
    assert said[1:] == ["The spool can be written again; what was held in memory is on disk."]


def test_a_record_too_large_to_send_does_not_hold_the_others_up(spool: Spool) -> None:
    said: list[str] = []
    keeper = Keeper(spool, software="prova test", say=said.append, kept=lambda: None)
    keep(keeper, "x" * MOST_RECORD_BYTES)
    keep(keeper, "b")
    assert details(spool) == ["b"]
    assert len(said) == 1


def test_what_is_lost_with_the_memory_is_said(spool: Spool) -> None:
    said: list[str] = []
    keeper = Keeper(spool, software="prova test", say=said.append, kept=lambda: None)
    set_room(spool, 1)
    keep(keeper, LONG)
    keeper.close()
    assert said[-1] == "1 records were held in memory because the disk took nothing; they are lost."
