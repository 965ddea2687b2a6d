"""What the page says of a line of which there is nothing but another tool's log."""

import http.client
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from collector.envelope import ImportedTest
from collector.home import CollectorHome
from collector.imported.shelf import Shelf
from collector.imported.tables import FILE
from collector.journal import Journal
from probe.body.speed_test import Direction, Failure
from tests.e2e.served import served
from tests.e2e.stores import NOW
from tests.unit.collector.imported.test_shelf import a_source


def a_log() -> list[ImportedTest]:
    return [
        ImportedTest(
            direction=direction,
            started_at=NOW - timedelta(hours=hours),
            ended_at=NOW - timedelta(hours=hours),
            place=hours,
            method="ookla",
            software="ookla-json (imported)",
            rate_bps=None if hours == 3 else 20_000_000 + hours,
            failure=Failure.NOT_TOLD if hours == 3 else None,
        )
        for hours in range(1, 12)
        for direction in Direction
    ]


def the_page(address: str, language: str) -> str:
    where = urlsplit(address)
    with closing(http.client.HTTPConnection(str(where.hostname), where.port, timeout=20)) as connection:
        connection.request("GET", "/", headers={"Accept-Language": language})
        answer = connection.getresponse()
        assert answer.status == 200
        return answer.read().decode()


def test_imported_tests_are_shown_with_what_they_are_worth_and_no_breach(tmp_path: Path) -> None:
    journal = CollectorHome(tmp_path).journal
    Journal(journal).close()
    with closing(Shelf(journal.parent / FILE)) as shelf:
        shelf.add("casa", a_source(), a_log())
    with served(tmp_path) as address:
        english, portuguese = the_page(address, "en"), the_page(address, "pt")
    assert "imported from another tool&#39;s log, unsigned" in english
    assert "the imported log does not say why" in english
    assert "Can only show that the promise was met" in english
    assert "importado do registo de outra ferramenta, não assinado" in portuguese
    assert "Let Prova&#39;s own probe measure" in english
    assert "20.0" in english
