import pytest

from probe.throughput.plan import Family, Method, Plan


@pytest.mark.parametrize(
    "url", ["", "host:80", "http://host", "ws://", "ws://host:0", "ws://host:99999", "ws://[::1", "wss://host:x"]
)
def test_an_address_that_is_no_measuring_servers_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"address|ws://"):
        Plan(url=url)


@pytest.mark.parametrize(
    "url", ["ws://host", "wss://host:8443", "ws://[::1]:8080", "ws://host/ndt/v7/download?access_token=x"]
)
def test_an_address_may_name_port_path_and_token(url: str) -> None:
    assert Plan(url=url).url == url


def test_a_plan_without_a_test_is_refused() -> None:
    with pytest.raises(ValueError, match="duration_s"):
        Plan(url="ws://h", duration_s=0)
    with pytest.raises(ValueError, match="streams"):
        Plan(url="ws://h", streams=0)
    with pytest.raises(ValueError, match="connect_timeout_s"):
        Plan(url="ws://h", connect_timeout_s=0)


@pytest.mark.parametrize(
    ("method", "url"),
    [(Method.MSAK, "http://h"), (Method.LIBRESPEED, "ws://h"), (Method.UDP, "ws://h"), (Method.NDT7, "udp://h")],
)
def test_each_method_has_its_own_schemes(method: Method, url: str) -> None:
    with pytest.raises(ValueError, match=r"must be \w+://HOST"):
        Plan(url=url, method=method)


def test_an_address_of_the_other_family_is_refused() -> None:
    with pytest.raises(ValueError, match="IPv4 address, but family is ipv6"):
        Plan(url="ws://192.0.2.1", family=Family.IPV6)
    with pytest.raises(ValueError, match="IPv6 address, but family is ipv4"):
        Plan(url="ws://[2001:db8::1]", family=Family.IPV4)
    assert Plan(url="ws://host", family=Family.IPV6).family is Family.IPV6


def test_what_may_be_secret_in_an_address_is_not_shown() -> None:
    plan = Plan(url="wss://user:word@host:8443/ndt/v7/download?access_token=eyJ&x=1#f")
    assert plan.shown_url == "wss://host:8443/ndt/v7/download"
    assert "eyJ" not in repr(plan)
    assert Plan(url="ws://[2001:db8::1]:80").shown_url == "ws://[2001:db8::1]:80"


def test_the_number_of_connections_is_the_protocols_own_unless_named() -> None:
    assert [Plan(url="ws://h", method=method).connections for method in (Method.NDT7, Method.MSAK)] == [4, 4]
    assert Plan(url="ws://h", method=Method.MSAK, streams=4).connections == 4
