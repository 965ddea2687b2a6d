import pytest

from probe.body.speed_test import Direction
from probe.throughput.ndt7.protocol import FULL_DURATION_S, NDT7, asked
from probe.throughput.websocket.dialect import Asked, target
from probe.throughput.websocket.upgrade import Refusal


def test_an_access_token_is_kept_and_metadata_does_not_replace_it() -> None:
    made = target("/path", "access_token=a%2Bb&client_name=other", {"client_name": "prova", "client_os": "linux"})
    assert made == "/path?access_token=a%2Bb&client_name=other&client_os=linux"


def test_metadata_that_would_exceed_the_limit_is_left_out() -> None:
    assert target("/path", "", {"client_name": "x" * 5000}) == "/path"


@pytest.mark.parametrize("direction", Direction)
def test_what_a_client_asks_for_is_understood(direction: Direction) -> None:
    wanted = Asked(direction=direction, duration_s=FULL_DURATION_S, congestion_control="bbr")
    assert asked(target(NDT7.paths[direction], "", {"client_name": "prova"})) == wanted


def test_an_early_exit_is_a_downloads() -> None:
    download = asked("/ndt/v7/download?early_exit=250")
    assert isinstance(download, Asked)
    assert download.most_bytes == 250_000_000
    upload = asked("/ndt/v7/upload?early_exit=250")
    assert isinstance(upload, Asked)
    assert upload.most_bytes is None


@pytest.mark.parametrize("path", ["/ndt/v7/upload?early_exit=1", f"/ndt/v7/upload?a={'b' * 4096}"])
def test_what_is_not_served_is_refused(path: str) -> None:
    refusal = asked(path)
    assert isinstance(refusal, Refusal)
    assert refusal.status == 400


@pytest.mark.parametrize("path", ["/", "/ndt/v7/download/", "/throughput/v1/download"])
def test_another_path_is_for_others_to_judge(path: str) -> None:
    assert asked(path) is None
