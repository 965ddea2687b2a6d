import pytest

from probe.record import Direction
from probe.throughput.ndt7 import protocol as ndt7
from probe.throughput.ndt7.protocol import Asked, asked, next_message_bytes, target
from probe.throughput.websocket.upgrade import Refusal


def test_messages_grow_from_8_kib_to_1_mib_with_what_was_sent() -> None:
    sent = size = 0
    sizes = []
    while size < ndt7.LARGEST_MESSAGE_BYTES:
        size = next_message_bytes(size, sent) or ndt7.FIRST_MESSAGE_BYTES
        assert size <= max(ndt7.FIRST_MESSAGE_BYTES, sent / 8)
        sizes.append(size)
        sent += size
    assert sorted(set(sizes)) == [1 << power for power in range(13, 21)]
    assert sizes == sorted(sizes)
    assert next_message_bytes(size, 1 << 40) == ndt7.LARGEST_MESSAGE_BYTES


def test_an_access_token_is_kept_and_metadata_does_not_replace_it() -> None:
    made = target(
        Direction.DOWNLOAD, "access_token=a%2Bb&client_name=other", {"client_name": "prova", "client_os": "linux"}
    )
    assert made == "/ndt/v7/download?access_token=a%2Bb&client_name=other&client_os=linux"


def test_metadata_that_would_exceed_the_limit_is_left_out() -> None:
    assert target(Direction.UPLOAD, "", {"client_name": "x" * 5000}) == "/ndt/v7/upload"


@pytest.mark.parametrize("direction", Direction)
def test_what_a_client_asks_for_is_understood(direction: Direction) -> None:
    assert asked(target(direction, "", {"client_name": "prova"})) == Asked(direction)
    assert asked(target(direction, "early_exit=250", {})) == Asked(direction, 250_000_000)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 404),
        ("/ndt/v7/download/", 404),
        ("/ndt/v7/upload?early_exit=1", 400),
        (f"/ndt/v7/upload?a={'b' * 4096}", 400),
    ],
)
def test_what_is_not_served_is_refused(path: str, status: int) -> None:
    refusal = asked(path)
    assert isinstance(refusal, Refusal)
    assert refusal.status == status
