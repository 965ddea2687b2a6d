import pytest

from probe.body.speed_test import Direction
from probe.throughput.msak.protocol import MSAK, asked, options
from probe.throughput.websocket.dialect import Asked, target
from probe.throughput.websocket.upgrade import Refusal


@pytest.mark.parametrize("direction", Direction)
def test_what_our_client_asks_for_is_what_our_server_understands(direction: Direction) -> None:
    wanted = options(mid="m", streams=3, duration_s=2.5, congestion_control="cubic")
    assert asked(target(MSAK.paths[direction], "", wanted)) == Asked(
        direction=direction, duration_s=2.5, congestion_control="cubic", test="m"
    )


def test_a_congestion_control_that_throughput1_does_not_know_is_not_asked_for() -> None:
    assert "cc" not in options(mid="m", streams=1, duration_s=1, congestion_control="vegas")


def test_what_is_not_said_has_the_sources_default() -> None:
    plain = asked("/throughput/v1/upload?mid=m&streams=1")
    assert plain == Asked(direction=Direction.UPLOAD, duration_s=5.0, test="m")


def test_no_connection_is_asked_to_last_beyond_the_hard_limit() -> None:
    endless = asked("/throughput/v1/upload?mid=m&streams=1&duration=9999999&bytes=7")
    assert endless == Asked(direction=Direction.UPLOAD, duration_s=25.0, most_bytes=7, test="m")


def test_an_access_token_names_the_measurement_too() -> None:
    assert isinstance(asked("/throughput/v1/upload?access_token=t&streams=1"), Asked)


@pytest.mark.parametrize(
    "query",
    [
        "streams=1",
        "mid=m",
        "mid=m&streams=1&duration=x",
        "mid=m&streams=1&duration=-1",
        "mid=m&streams=1&duration=1e3",
        "mid=m&streams=1&bytes=many",
        "mid=m&streams=1&cc=vegas",
        f"mid=m&streams=1&{'n' * 51}=1",
        f"mid=m&streams=1&n={'v' * 513}",
        f"mid=m&streams=1&n={'v' * 5000}",
    ],
)
def test_what_is_not_served_is_refused(query: str) -> None:
    refusal = asked(f"/throughput/v1/download?{query}")
    assert isinstance(refusal, Refusal)
    assert refusal.status == 400


@pytest.mark.parametrize("path", ["/", "/throughput/v1/download/", "/ndt/v7/download"])
def test_another_path_is_for_others_to_judge(path: str) -> None:
    assert asked(path) is None
