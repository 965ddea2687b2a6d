"""The case page over HTTP: entries are written as typed or not at all; papers are bounded; one dossier at a time."""

import asyncio
import json
import re
import sys
import tomllib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests

from dashboards.web.case.dossiers import Dossiers
from dashboards.web.case.made import Busy, Made, State, Wish
from tests.e2e.served import served
from tests.plain_pdf import pdf

WISH = Wish(from_on=date(2026, 10, 1), to_on=date(2026, 10, 31), lang="pt")
OFFICIAL = pdf([(50, 740, 10, "Data: 20/11/2026 09:58"), (50, 700, 10, "Download: 93,5 Mbps")])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


class Client(requests.Session):
    """A browser's cookies, without its redirections."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address

    def request(self, method: Any, url: Any, *rest: Any, **more: Any) -> requests.Response:
        more = {**more, "allow_redirects": False, "timeout": 60}
        return super().request(method, f"{self.address}{url}", *rest, **more)


@pytest.fixture
def page(home: Path) -> Iterator[Client]:
    with served(home, dossier_command=("false",)) as address, Client(address) as client:
        yield client


def token(page: Client, path: str = "/case?add=fault") -> str:
    found = re.search(r'name="token" value="([^"]+)"', page.get(path).text)
    assert found is not None
    return found[1]


def post(page: Client, path: str, fields: dict[str, str], file: tuple[str, bytes] | None = None) -> requests.Response:
    files = None if file is None else {"file": (*file, "application/octet-stream")}
    whole = {"token": token(page), **fields}
    return page.post(path, data=whole, files=files, headers={"Origin": page.address})


def case(home: Path) -> dict[str, list[dict[str, object]]]:
    path = home / "case.toml"
    return tomllib.loads(path.read_text()) if path.exists() else {}


def test_an_entry_is_written_down_shown_and_amended(page: Client, home: Path) -> None:
    fields = {"kind": "fault", "service": "internet", "reported_at": "2026-11-19T09:00", "ticket": "<b>T-1</b>"}
    answer = post(page, "/case/note", fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/case?noted=fault")
    shown = page.get("/case?lang=en").text
    assert "&lt;b&gt;T-1&lt;/b&gt;" in shown
    assert "Repair" in shown
    assert 'value="2026-11-19T09:00"' in page.get("/case?amend=fault:fault-1").text
    post(page, "/case/note", {**fields, "id": "fault-1", "restored_at": "2026-11-20T10:00"})
    (entry,) = case(home)["fault"]
    assert str(entry["restored_at"]) == "2026-11-20 10:00:00"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"kind": "fault", "service": "internet"}, "nothing says when the operator knew"),
        ({"kind": "fault", "service": "internet", "reported_at": "yesterday"}, "This is no day with a time"),
        ({"kind": "fault", "service": "gas", "reported_at": "2026-11-19T09:00"}, "Choose one of the list"),
        ({"kind": "invoice", "issued_on": "2026-11-19", "credit_eur": "much"}, "This is no number"),
        ({"kind": "works", "from": "2026-11-19T09:00", "to": "2026-11-19T08:00"}, "The end is not after the beginning"),
        ({"kind": "cost", "fault": "f9", "paid_on": "2026-11-19", "amount_eur": "2"}, "names the fault"),
        ({"kind": "document"}, "This is missing"),
        ({"kind": "official_result"}, "This is missing"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_is_written(
    fields: dict[str, str], told: str, page: Client, home: Path
) -> None:
    page.get("/case?lang=en")
    answer = post(page, "/case/note", fields)
    assert answer.status_code == 422
    assert told in answer.text
    assert case(home) == {}


def test_a_paper_is_read_kept_and_confirmed(page: Client, home: Path) -> None:
    answer = post(page, "/case/note", {"kind": "official_result"}, ("../../net mede.pdf", OFFICIAL))
    assert answer.headers["location"] == "/case?noted=official_result&amend=official_result%3Aofficial-1"
    (entry,) = case(home)["official_result"]
    assert (str(entry["download_mbps"]), entry["document"]) == ("93.5", "document-1")
    (document,) = case(home)["document"]
    assert document["name"] == "net mede.pdf"
    assert [one.name for one in (home / "case").iterdir()] == [f"{document['sha256']}.pdf"]
    assert 'value="93.5"' in page.get(answer.headers["location"]).text


@pytest.mark.parametrize("data", [b"MZ executable", b"<script>alert(1)</script>"])
def test_what_is_no_paper_is_refused(data: bytes, page: Client, home: Path) -> None:
    answer = post(page, "/case/note", {"kind": "document", "of": "x"}, ("x.pdf", data))
    assert answer.status_code == 422
    assert "is no PDF, PNG or JPEG file" in answer.text
    assert case(home) == {}


def test_a_form_without_its_token_or_from_elsewhere_changes_nothing(page: Client, home: Path) -> None:
    entry = {"kind": "invoice", "issued_on": "2026-11-19"}
    assert page.post("/case/note", data=entry).status_code == 403
    elsewhere = {"Origin": "https://elsewhere.example"}
    assert page.post("/case/note", data={**entry, "token": token(page)}, headers=elsewhere).status_code == 403
    assert page.post("/case/dossier", data={}).status_code == 403
    assert case(home) == {}


@pytest.mark.parametrize("path", ["/case/dossier/x/y", "/case/dossier/..%2f..%2fetc/passwd", "/case/dossier/a/%2e%2e"])
def test_only_files_of_dossiers_are_given(path: str, page: Client) -> None:
    assert page.get(path).status_code == 404


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"from_on": "2026-10-31", "to_on": "2026-10-01"}, "The end is not after"),
        ({"from_on": "x", "to_on": "2026-10-01"}, "This is no day"),
        ({"from_on": "2020-01-01", "to_on": "2026-10-01"}, "400 days at most"),
    ],
)
def test_a_period_that_makes_no_sense_is_told(fields: dict[str, str], told: str, page: Client) -> None:
    page.get("/case?lang=en")
    answer = post(page, "/case/dossier", fields)
    assert answer.status_code == 422
    assert told in answer.text


@asynccontextmanager
async def dossiers(folder: Path, script: str) -> AsyncIterator[Dossiers]:
    """Made by a small program that is asked as `prova dossier` is."""
    one = Dossiers(folder, (sys.executable, "-c", script))
    try:
        yield one
    finally:
        await one.end()


async def finished(one: Dossiers, made: Made | Busy) -> Made:
    async with asyncio.timeout(60):
        while (found := one.find(made.id)) is None or found.state is State.RUNNING:
            await asyncio.sleep(0.02)
    return found


WRITES = """
import json, pathlib, sys
folder = pathlib.Path(sys.argv[sys.argv.index("-o") + 1])
folder.mkdir()
print(json.dumps({"step": "judging", "file": ""}), flush=True)
(folder / "asked.json").write_text(json.dumps(sys.argv[1:]))
"""


async def test_a_dossier_is_made_by_the_command_and_found_again(tmp_path: Path) -> None:
    async with dossiers(tmp_path / "made", WRITES) as one:
        done = await finished(one, one.start(WISH))
    assert (done.state, done.files) == (State.DONE, ("asked.json",))
    path = Dossiers(tmp_path / "made", ()).file(done.id, "asked.json")
    assert path is not None
    asked = json.loads(path.read_text())
    assert asked[:4] == ["--from", "2026-10-01", "--to", "2026-11-01"]
    assert asked[-2:] == ["--lang", "pt"]
    assert one.file(done.id, "../asked.json") is None


async def test_one_is_made_at_a_time_and_what_was_stopped_is_not_there(tmp_path: Path) -> None:
    async with dossiers(tmp_path / "made", "import time; time.sleep(600)") as one:
        first = one.start(WISH)
        assert one.start(WISH) == Busy(first.id)
    assert one.all() == ()


async def test_what_failed_says_its_last_word(tmp_path: Path) -> None:
    async with dossiers(tmp_path / "made", "import sys; sys.exit('prova: There is no key. Start Prova once.')") as one:
        done = await finished(one, one.start(WISH))
    assert (done.state, done.words) == (State.FAILED, "There is no key. Start Prova once.")


async def test_one_that_wants_too_much_memory_fails_and_leaves_nothing(tmp_path: Path) -> None:
    async with dossiers(tmp_path / "made", "bytearray(6 * 2**30)") as one:
        done = await finished(one, one.start(WISH))
    assert done.state is State.FAILED
    assert not list((tmp_path / "made").iterdir())
