"""The page over HTTP, without a browser: what it answers, to whom, and what every answer carries."""

import asyncio
import html
import http.client
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from dashboards.web import app as page
from tests.e2e import stores
from tests.e2e.served import CONTRACT, served

NOTHING: Mapping[str, str] = {}


def ask(
    address: str, path: str = "/", *, method: str = "GET", headers: Mapping[str, str] = NOTHING
) -> tuple[int, Mapping[str, str], str]:
    where = urlsplit(address)
    connection = http.client.HTTPConnection(str(where.hostname), where.port, timeout=20)
    try:
        connection.request(method, path, headers=dict(headers))
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stores.fill(tmp_path_factory.mktemp("home"), stores.BREACHED)


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    with served(home) as at:
        yield at


@pytest.mark.parametrize("path", ["/", "/parts", "/healthz", "/static/page.css", "/no/such/thing"])
def test_every_answer_carries_the_strict_headers(address: str, path: str) -> None:
    _, headers, _ = ask(address, path)
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == ("no-cache" if path.startswith("/static/") else "no-store")
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "localhost.evil"])
def test_a_name_that_merely_resolves_to_this_machine_gets_no_answer(address: str, host: str) -> None:
    port = urlsplit(address).port
    status, _, text = ask(address, headers={"Host": host.format(port=port)})
    assert status == 421
    assert "Mbit" not in text


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST", "[::1]"])
def test_every_name_of_this_machine_is_heard(address: str, name: str) -> None:
    assert ask(address, "/healthz", headers={"Host": f"{name}:{urlsplit(address).port}"})[0] == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE"])
def test_nothing_but_get_head_and_forms_is_heard(address: str, method: str) -> None:
    assert ask(address, method=method)[0] == 405


def test_a_page_without_a_form_takes_none(address: str) -> None:
    status, _, text = ask(address, method="POST", headers={"Origin": address})
    assert (status, text.splitlines()[1]) == (405, "This page only answers GET, and its own forms.")


def test_the_language_is_asked_for_then_remembered(address: str) -> None:
    browser = {"Accept-Language": "pt-PT,pt;q=0.9,en;q=0.8"}
    assert '<html lang="pt">' in ask(address, headers=browser)[2]
    _, headers, text = ask(address, "/?lang=en", headers=browser)
    assert '<html lang="en">' in text
    cookie = headers["set-cookie"]
    assert "samesite=strict" in cookie.lower()
    assert "httponly" in cookie.lower()
    assert '<html lang="en">' in ask(address, headers={**browser, "Cookie": cookie.split(";")[0]})[2]
    assert "set-cookie" not in ask(address, "/?lang=xx")[1]


def test_the_verdicts_of_a_day_are_shown_as_the_analysis_gave_them(address: str) -> None:
    text = ask(address, "/day?lang=en&day=2026-11-20")[2]
    assert "was below the contract&#39;s normally available speed of 1000 Mbit/s" in text
    assert text.count('class="verdict bad"') == 2
    assert text.count('class="verdict good"') == 4
    assert "NOS 3.10.1(ii)" in text
    assert "not certified by the regulator" in text


@pytest.mark.parametrize("day", ["2026-13-45", "2099-01-01", "<script>", "0001-01-01", "20261120"])
def test_a_day_that_cannot_be_is_no_error(address: str, day: str) -> None:
    status, _, text = ask(address, f"/day?lang=en&day={day}")
    assert status == 200
    assert "<script>" not in text.replace('<script src="/static/page.js" defer></script>', "")


def test_a_days_old_address_leads_to_its_page(address: str) -> None:
    status, headers, _ = ask(address, "/?lang=en&day=2026-11-20")
    assert (status, headers["location"]) == (308, "/day?lang=en&day=2026-11-20")
    assert ask(address, "/?day=//evil.example")[1]["location"] == "/day"


HOSTILE = ("", "0", "-1", "9" * 400, "2026-13", "<script>", "../../etc/passwd", "\N{SNOWMAN}", "%00", "p1/1")


@pytest.mark.parametrize("path", ["/month", "/outages", "/tests", "/test", "/readiness"])
def test_nothing_in_an_address_breaks_a_page(address: str, path: str) -> None:
    for number, nonsense in enumerate(HOSTILE):
        other = HOSTILE[(number + 3) % len(HOSTILE)]
        names = {"month": nonsense, "day": other, "id": nonsense, "page": other, "counts": nonsense, "direction": other}
        status, _, text = ask(address, f"{path}?lang=en&{urlencode(names)}")
        assert status == (404 if path == "/test" else 200)
        assert "<script>" not in text.replace('<script src="/static/page.js" defer></script>', "")


def test_a_test_is_opened_with_the_findings_that_it_went_into(address: str) -> None:
    listed = ask(address, "/tests?lang=en&counts=full&direction=download&page=2")[2]
    link = html.unescape(listed.split('<p class="head"><a href="')[1].split('"')[0])
    status, _, text = ask(address, f"{link}&lang=en")
    assert status == 200
    assert "Grade A: proof" in text
    assert "NOS 3.10.1" in text
    assert ask(address, "/test?lang=en&day=2026-11-20&id=p9%2F1")[0] == 404


def test_the_parts_are_the_pages_own(address: str) -> None:
    for path in ("/", "/day"):
        whole, parts = ask(address, f"{path}?lang=en")[2], ask(address, f"/parts{path.rstrip('/')}?lang=en")[2]
        assert parts.strip() in whole


def test_a_healthy_store_is_said_to_be_so(address: str) -> None:
    assert ask(address, "/healthz")[0] == 200


def test_before_the_first_record_the_page_says_what_will_happen(tmp_path: Path) -> None:
    with served(tmp_path, contract=None) as at:
        assert ask(at, "/healthz")[0] == 503
        assert ask(at, "/livez")[0] == 200
        status, _, text = ask(at, "/?lang=en")
    assert status == 200
    assert "Nothing has been measured yet" in text
    assert "Within a minute or two" in text
    assert "0 Mbit/s" not in text


def test_a_probe_that_has_sent_nothing_is_shown_as_waiting(tmp_path: Path) -> None:
    stores.fill(tmp_path, stores.SILENT)
    with served(tmp_path) as at:
        text = ask(at, "/?lang=en")[2]
    assert "Enrolled, nothing measured yet" in text
    assert "Nothing has been measured yet" in text
    assert text.count("Sum: 24 h<") == 2
    assert text.count("<strong>not measured</strong>") == 4


def test_a_broken_contract_shows_its_sentence_and_no_traceback(home: Path, tmp_path: Path) -> None:
    journal = tmp_path / "collector" / "journal.sqlite3"
    journal.parent.mkdir()
    journal.symlink_to(home / "collector" / "journal.sqlite3")
    with served(tmp_path, contract=CONTRACT.replace("maximum_mbps", "maximum_mbit")) as at:
        status, _, text = ask(at, "/?lang=en")
    assert status == 200
    assert "The contract cannot be read" in text
    assert "maximum_mbit: unknown key" in text
    assert "Traceback" not in text
    assert "The line now" in text


def test_a_contract_mended_while_the_page_runs_is_read_again(tmp_path: Path) -> None:
    stores.fill(tmp_path, stores.DEMONSTRATION)
    with served(tmp_path, contract="nonsense") as at:
        assert "The contract cannot be read" in ask(at, "/?lang=en")[2]
        (tmp_path / "contract.toml").write_text(CONTRACT)
        assert "The contract cannot be read" not in ask(at, "/?lang=en")[2]
        (tmp_path / "contract.toml").unlink()
        assert "The contract cannot be read" in ask(at, "/?lang=en")[2]


def test_another_lines_contract_is_refused_with_a_sentence(tmp_path: Path) -> None:
    stores.fill(tmp_path, stores.DEMONSTRATION)
    with served(tmp_path, contract=CONTRACT.replace('id = "casa"', 'id = "praia"')) as at:
        status, _, text = ask(at, "/?lang=en")
    assert status == 200
    assert "is the contract of line praia, and this page shows line casa" in text


def test_a_store_that_is_none_shows_its_sentence(tmp_path: Path) -> None:
    journal = tmp_path / "collector" / "journal.sqlite3"
    journal.parent.mkdir()
    journal.write_bytes(b"not a database, but long enough to look like a file of one" * 20)
    with served(tmp_path) as at:
        assert ask(at, "/healthz")[0] == 503
        assert ask(at, "/livez")[0] == 200
        status, _, text = ask(at, "/?lang=en")
    assert status == 200
    assert "What was measured cannot be read" in text


def test_new_records_show_at_the_next_question(tmp_path: Path) -> None:
    with served(tmp_path) as at:
        assert "Nothing has been measured yet" in ask(at, "/?lang=en")[2]
        stores.fill(tmp_path, stores.GOOD)
        assert "Nothing has been measured yet" not in ask(at, "/?lang=en")[2]


def test_a_port_in_use_is_said_with_its_mend() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(page.PageError, match=rf"127\.0\.0\.1:{port}: another program uses it.*--page"):
            page.check_free("127.0.0.1", port)


async def test_it_ends_soon_after_it_is_told_to(tmp_path: Path) -> None:
    listening = page.listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    listening.close()
    stop = asyncio.Event()
    app = page.make_app(home=tmp_path, contract_path=None, line="casa", demonstration=True, port=port)
    serving = asyncio.create_task(page.serve(app, host="127.0.0.1", port=port, stop=stop))
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            break
        except ConnectionRefusedError:
            await asyncio.sleep(0.01)
    writer.write(f"GET /?lang=en HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    assert await asyncio.wait_for(reader.readline(), 10) == b"HTTP/1.1 200 OK\r\n"
    stop.set()
    await asyncio.wait_for(serving, 5)  # although the visitor keeps the connection open
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-20", 24)])
def test_a_days_ledger_adds_up_to_its_own_length(address: str, day: str, hours: int) -> None:
    text = ask(address, f"/day?lang=en&day={day}")[2]
    assert text.count(f"Sum: {hours} h<") == 2


def test_a_day_that_is_not_over_ends_now_and_does_not_claim_the_rest(address: str) -> None:
    text = ask(address, "/day?lang=en&day=2026-11-21")[2]
    assert text.count("Sum: 18 h 40 min 20 s<") == 2
