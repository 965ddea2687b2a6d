"""Who really asks, behind a proxy."""

import pytest

from dashboards.web.access.asked import Asked, Refusal
from dashboards.web.access.forwarded import seen

PROXIES = frozenset({"127.0.0.1", "192.0.2.1"})
ASKED = Asked(method="GET", path="/", scheme="http", host="page.example", peer="127.0.0.1")


def test_a_proxy_of_ours_is_believed_and_nobody_else() -> None:
    found = seen(ASKED, PROXIES, "203.0.113.9", "https")
    assert isinstance(found, Asked)
    assert (found.peer, found.scheme) == ("203.0.113.9", "https")
    other = Asked(method="GET", path="/", scheme="http", host="page.example", peer="203.0.113.9")
    assert seen(other, PROXIES, "127.0.0.1", "https") is Refusal.PROXY


@pytest.mark.parametrize("scheme", ["", "http", "https,http", "wss"])
def test_what_did_not_come_by_https_is_refused(scheme: str) -> None:
    assert seen(ASKED, PROXIES, "203.0.113.9", scheme) is Refusal.CLEAR


@pytest.mark.parametrize(
    ("said", "peer"),
    [
        ("10.0.0.1, 203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, 192.0.2.1", "203.0.113.9"),
        ("127.0.0.1", ""),
        ("", ""),
        (", ".join(["198.51.100.1"] * 5000 + ["203.0.113.9"]), "203.0.113.9"),
    ],
)
def test_the_last_address_that_is_no_proxy_counts(said: str, peer: str) -> None:
    found = seen(ASKED, PROXIES, said, "https")
    assert isinstance(found, Asked)
    assert found.peer == peer
