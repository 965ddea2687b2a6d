"""The page opened from another machine: TLS, password, session, sign-out, over real sockets and in a real browser."""

import asyncio
import datetime as dt
import http.client
import ipaddress
import re
import ssl
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from playwright.sync_api import expect

from collector.audit_log.book import check
from dashboards.web import app as page
from dashboards.web.access.entrance import Certificate, Entrance
from dashboards.web.access.password import hash_of
from dashboards.web.hands import Hands
from prova.audit.page_door import PageDoor
from prova.page.entrance import Wanted, entrance
from tests.e2e.served import chromium
from tests.e2e.stores import NOW

PASSWORD = "correct horse battery"
HASH = hash_of(PASSWORD)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """For localhost and 127.0.0.1, signed by itself."""
    folder = tmp_path_factory.mktemp("tls")
    own = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    at = dt.datetime.now(dt.UTC)  # noqa: TID251  a certificate of now
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - dt.timedelta(hours=1))
        .not_valid_after(at + dt.timedelta(days=2))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(own, hashes.SHA256())
    )
    (folder / "chain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        own.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return Certificate(folder / "chain.pem", folder / "key.pem")


@dataclass(frozen=True)
class Site:
    port: int
    trust: Path | None

    @property
    def origin(self) -> str:
        return f"{'https' if self.trust else 'http'}://localhost:{self.port}"

    def ask(
        self, path: str, *, body: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Mapping[str, str], str]:
        if self.trust:
            context = ssl.create_default_context(cafile=str(self.trust))
            asking: http.client.HTTPConnection = http.client.HTTPSConnection(
                "localhost", self.port, timeout=20, context=context
            )
        else:
            asking = http.client.HTTPConnection("localhost", self.port, timeout=20)
        sent = {"Origin": self.origin, "Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        try:
            encoded = None if body is None else urlencode(body)
            asking.request("GET" if body is None else "POST", path, encoded, sent | dict(headers or {}))
            answer = asking.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()
        finally:
            asking.close()

    def token(self, **headers: str) -> tuple[str, str]:
        """A form's token, and the cookie that goes with it."""
        _, fields, text = self.ask("/sign-in", headers=headers)
        found = re.search(r'name="token" value="([^"]+)"', text)
        assert found
        return found[1], fields["set-cookie"].split(";", maxsplit=1)[0]

    def sign_in(self, password: str, **headers: str) -> tuple[int, Mapping[str, str], str]:
        token, cookie = self.token(**headers)
        body = {"token": token, "password": password, "next": "/day"}
        return self.ask("/sign-in", body=body, headers={"Cookie": cookie, **headers})


@contextmanager
def serving(
    home: Path, made: Entrance, port_of: Wanted, listening: object = None, hands: Hands | None = None
) -> Iterator[Site]:
    """A page that is entered so."""
    import socket

    assert isinstance(listening, socket.socket)
    app = page.make_app(
        home=home,
        contract_path=None,
        line="casa",
        demonstration=False,
        port=port_of.port,
        entrance=made,
        hands=hands,
        clock=lambda: NOW,
    )
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        stop = asyncio.Event()
        started.set_result((asyncio.get_running_loop(), stop))
        await page.serve_on(listening, app, stop=stop, certificate=made.certificate)

    thread = Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    loop, stop = started.result(20)
    try:
        yield Site(port_of.port, made.certificate.chain if made.certificate else None)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(20)
        assert not thread.is_alive()


@contextmanager
def guarded(home: Path, certificate: Certificate, hands: Hands | None = None) -> Iterator[Site]:
    """On every address of this machine, by TLS."""
    listening = page.listen("0.0.0.0", 0)  # noqa: S104  the very thing that is guarded
    wanted = Wanted(
        host="0.0.0.0",  # noqa: S104
        port=listening.getsockname()[1],
        chain=certificate.chain,
        key=certificate.key,
    )
    with serving(home, entrance(wanted, HASH), wanted, listening, hands) as site:
        yield site


@contextmanager
def proxied(home: Path) -> Iterator[Site]:
    """Behind a proxy on this machine that speaks TLS for it."""
    listening = page.listen("127.0.0.1", 0)
    wanted = Wanted(host="127.0.0.1", port=listening.getsockname()[1], names=("page.example",), proxies=("127.0.0.1",))
    with serving(home, entrance(wanted, HASH), wanted, listening) as site:
        yield site


PASSED_ON = {
    "Host": "page.example",
    "X-Forwarded-For": "203.0.113.7",
    "X-Forwarded-Proto": "https",
    "Origin": "https://page.example",
}


def test_nothing_of_the_line_is_seen_before_the_password(tmp_path: Path, certificate: Certificate) -> None:
    with guarded(tmp_path, certificate) as site:
        for path in ("/", "/parts", "/day?day=2026-11-20"):
            status, headers, text = site.ask(path)
            assert (status, text) == (303, "")
            assert headers["location"].startswith("/sign-in")
            assert headers["strict-transport-security"] == "max-age=31536000"
        status, _, text = site.ask("/sign-in")
        assert status == 200
        assert "casa" not in text
        assert site.ask("/", body={})[0] == 401


def test_the_password_opens_a_session_that_signing_out_ends(tmp_path: Path, certificate: Certificate) -> None:
    with guarded(tmp_path, certificate) as site:
        status, headers, _ = site.sign_in(PASSWORD)
        assert (status, headers["location"]) == (303, "/day")
        cookie = headers["set-cookie"]
        assert all(part in cookie for part in ("HttpOnly", "Secure", "SameSite=Strict", "Path=/"))
        session = cookie.split(";", maxsplit=1)[0]
        status, _, text = site.ask("/", headers={"Cookie": session})
        assert status == 200
        assert "casa" in text
        token, word = site.token(Cookie=session)
        left = site.ask("/sign-out", body={"token": token}, headers={"Cookie": f"{session}; {word}"})
        assert left[0] == 303
        assert site.ask("/", headers={"Cookie": session})[0] == 303


def test_wrong_passwords_are_told_and_then_made_to_wait(tmp_path: Path, certificate: Certificate) -> None:
    with guarded(tmp_path, certificate) as site:
        tries = [site.sign_in("wrong password", **{"Accept-Language": "en"}) for _ in range(6)]
        assert [status for status, _, _ in tries] == [403] * 5 + [429]
        assert "That is not the password" in tries[0][2]
        assert "Too many requests" in tries[5][2]
        assert site.sign_in(PASSWORD)[0] == 429


def test_a_name_that_is_not_the_pages_is_not_heard(tmp_path: Path, certificate: Certificate) -> None:
    with guarded(tmp_path, certificate) as site:
        assert site.ask("/sign-in", headers={"Host": f"evil.example:{site.port}"})[0] == 421
        assert site.ask("/sign-in", headers={"Host": f"127.0.0.1:{site.port}"})[0] == 200


def test_a_proxy_is_believed_about_who_asks_and_nobody_comes_in_clear(tmp_path: Path) -> None:
    with proxied(tmp_path) as site:
        assert site.ask("/sign-in", headers=PASSED_ON)[0] == 200
        assert site.ask("/sign-in", headers=PASSED_ON | {"X-Forwarded-Proto": "http"})[0] == 403
        assert site.ask("/sign-in")[0] == 403
        tries = [site.sign_in("wrong password", **PASSED_ON)[0] for _ in range(6)]
        assert tries == [403] * 5 + [429]
        status, headers, _ = site.sign_in(PASSWORD, **(PASSED_ON | {"X-Forwarded-For": "203.0.113.8"}))
        assert status == 303
        assert "Secure" in headers["set-cookie"]
        assert headers["strict-transport-security"]


def test_a_certificate_that_cannot_be_used_is_told_before_anything_starts(
    tmp_path: Path, certificate: Certificate
) -> None:
    (tmp_path / "none.pem").write_text("nothing")
    for chain, own in ((tmp_path / "none.pem", certificate.key), (certificate.chain, tmp_path / "missing.pem")):
        with pytest.raises(page.PageError, match="cannot be used"):
            page.check_certificate(Certificate(chain, own))
    page.check_certificate(certificate)


@pytest.mark.component("chromium")
@pytest.mark.parametrize(
    ("locale", "button"), [("pt-PT", "Entrar"), pytest.param("en-GB", "Sign in", marks=pytest.mark.slow)]
)
def test_in_a_browser_one_signs_in_by_keyboard_and_out_again(
    tmp_path: Path, certificate: Certificate, locale: str, button: str
) -> None:
    with guarded(tmp_path, certificate) as site, chromium() as browser:
        context = browser.new_context(ignore_https_errors=True, locale=locale, viewport={"width": 390, "height": 844})
        shown = context.new_page()
        shown.goto(f"{site.origin}/day")
        expect(shown.get_by_role("button")).to_have_text(button)
        assert Axe().run(shown).response["violations"] == []
        shown.keyboard.type("not the password")
        shown.keyboard.press("Enter")
        expect(shown.get_by_role("alert")).to_be_visible()
        assert Axe().run(shown).response["violations"] == []
        shown.keyboard.type(PASSWORD)
        shown.keyboard.press("Enter")
        shown.wait_for_url("**/day")
        shown.locator("#session").click()
        shown.get_by_role("button").click()
        expect(shown.locator("#password")).to_be_visible()
        shown.goto(site.origin)
        assert "/sign-in" in shown.url
        context.close()


def test_who_signed_in_stands_in_the_audit_log_and_no_password_does(tmp_path: Path, certificate: Certificate) -> None:
    with guarded(tmp_path, certificate, Hands(doorkeeper=PageDoor(tmp_path, lambda: 0.0))) as site:
        assert site.sign_in("another horse battery")[0] == 403
        status, fields, _ = site.sign_in(PASSWORD)
        assert status == 303
        session = fields["set-cookie"].split(";", maxsplit=1)[0]
        token, cookie = site.token()
        site.ask("/sign-out", body={"token": token}, headers={"Cookie": f"{cookie}; {session}"})
    told = [(line.entry.act, line.entry.outcome) for line in check(tmp_path / "audit").lines]
    assert told == [("page.sign_in", "refused"), ("page.sign_in", "done"), ("page.sign_out", "done")]
    kept = "".join(path.read_text() for path in (tmp_path / "audit").iterdir())
    assert "horse" not in kept
