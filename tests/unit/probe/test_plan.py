import pytest

from probe.throughput.plan import Plan


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
