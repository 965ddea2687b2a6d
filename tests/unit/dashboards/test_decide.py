"""Who may do what: decided from the request alone."""

from dataclasses import replace

import pytest

from dashboards.web.access.asked import STATUS, Asked, Refusal, Rules
from dashboards.web.access.decide import decide, hosts

HERE = Asked(method="GET", path="/", scheme="http", host="127.0.0.1:8080", peer="127.0.0.1")
OWN = Rules(hosts=hosts(8080, ("127.0.0.1", "localhost", "[::1]")))
GUARDED = Rules(hosts=hosts(443, ("page.example",)), password=True)
AWAY = Asked(method="GET", path="/", scheme="https", host="page.example", peer="192.0.2.7")


def test_this_machine_reads_without_a_password() -> None:
    assert decide(HERE, OWN) is None
    assert decide(replace(HERE, peer="::1", host="[::1]:8080"), OWN) is None


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get"])
def test_other_methods_are_refused(method: str) -> None:
    assert decide(replace(HERE, method=method), OWN) is Refusal.METHOD


@pytest.mark.parametrize("host", ["", "evil.example", "127.0.0.1", "127.0.0.1:81", "evil.example:8080"])
def test_a_name_that_is_not_the_pages_is_refused(host: str) -> None:
    assert decide(replace(HERE, host=host), OWN) is Refusal.HOST


@pytest.mark.parametrize("peer", ["192.0.2.7", "", "nonsense", "::ffff:192.0.2.7"])
def test_without_a_password_only_this_machine_is_heard(peer: str) -> None:
    assert decide(replace(HERE, peer=peer), OWN) is Refusal.FOREIGN


@pytest.mark.parametrize(
    ("fetch_site", "origin", "heard"),
    [
        ("same-origin", "http://127.0.0.1:8080", True),
        ("same-origin", None, True),
        (None, "http://127.0.0.1:8080", True),
        (None, None, False),
        (None, "null", False),
        ("same-origin", "null", False),
        ("same-site", "http://127.0.0.1:8081", False),
        ("same-site", "http://127.0.0.1:8080", False),
        ("cross-site", "https://evil.example", False),
        ("none", None, False),
        ("", None, False),
        (None, "https://127.0.0.1:8080", False),
        (None, "http://localhost:8080", False),
        (None, "", False),
    ],
)
def test_a_form_is_heard_only_from_a_page_of_our_own(fetch_site: str | None, origin: str | None, heard: bool) -> None:
    asked = replace(HERE, method="POST", fetch_site=fetch_site, origin=origin)
    assert decide(asked, OWN) is (None if heard else Refusal.ORIGIN)


def test_with_a_password_everything_but_the_sign_in_asks_for_it() -> None:
    assert decide(AWAY, GUARDED) is Refusal.SIGN_IN
    assert decide(replace(AWAY, path="/static/page.css"), GUARDED) is None
    assert decide(replace(AWAY, path="/sign-in"), GUARDED) is None
    assert decide(replace(AWAY, path="/staticx"), GUARDED) is Refusal.SIGN_IN
    assert decide(replace(AWAY, signed_in=True), GUARDED) is None
    assert decide(replace(AWAY, signed_in=True, method="POST"), GUARDED) is Refusal.ORIGIN


def test_every_refusal_has_its_status() -> None:
    assert set(STATUS) == set(Refusal)
    assert all(400 <= status < 500 for status in STATUS.values())
