import pytest

from probe.router.location import Location, is_home_address, on_gateway

GATEWAY = "192.168.1.1"
ROOT = Location(5000, "/rootDesc.xml")


@pytest.mark.parametrize("gateway", ["10.0.0.1", "172.16.0.1", "192.168.178.1", "169.254.1.1", "127.0.0.1"])
def test_a_private_address_is_a_home_address(gateway: str) -> None:
    assert is_home_address(gateway)


NO_HOMES = ["8.8.8.8", "172.32.0.1", "255.255.255.255", "224.0.0.1", "fe80::1", "fritz.box", "", "10.1"]


@pytest.mark.parametrize("gateway", [*NO_HOMES, "0.0.0.0"])  # noqa: S104  nothing is bound: it is refused
def test_no_other_is_asked(gateway: str) -> None:
    assert not is_home_address(gateway)


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("/ctl/IPConn", Location(5000, "/ctl/IPConn")),
        ("ctl/IPConn", Location(5000, "/ctl/IPConn")),
        ("http://192.168.1.1:49000/ctl?a=1", Location(49000, "/ctl?a=1")),
        ("http://192.168.1.1", Location(80, "/")),
    ],
)
def test_a_page_of_the_gateway_is_found(url: str, location: Location) -> None:
    assert on_gateway(url, gateway=GATEWAY, base=ROOT) == location


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.1/ctl",
        "//192.0.2.1/ctl",
        "http://192.168.1.1@192.0.2.1/ctl",
        "http://user@192.168.1.1/ctl",
        "http://192.168.1.1.example.org/ctl",
        "http://192.168.001.001/ctl",
        "http://0xc0a80101/ctl",
        "http://3232235777/ctl",
        "http://localhost/ctl",
        "https://192.168.1.1/ctl",
        "file:///etc/passwd",
        "ftp://192.168.1.1/ctl",
        "http://192.168.1.1:99999/ctl",
        "http://[::1/ctl",
        "http://192.168.1.1/ctl<x>",
        "http://192.168.1.1/c tl",
        "http://192.168.1.1/" + "x" * 600,
    ],
)
def test_no_other_place_is_accepted(url: str) -> None:
    assert on_gateway(url, gateway=GATEWAY, base=ROOT) is None


def test_a_line_end_in_a_url_reaches_no_request() -> None:
    location = on_gateway("http://192.168.1.1/ctl\r\nX-Evil: 1", gateway=GATEWAY)
    assert location is None or "\r" not in location.path


def test_a_relative_url_needs_a_base() -> None:
    assert on_gateway("/ctl", gateway=GATEWAY) is None
