"""The home folder's files, as other users of the machine could reach them."""

import os
from pathlib import Path

import pytest

from prova.security.files import look
from prova.security.seen import State


def home(tmp_path: Path) -> Path:
    path = tmp_path / "home"
    path.mkdir(mode=0o700)
    (path / "collector").mkdir(mode=0o700)
    (path / "collector" / "key.json").touch(0o600)
    return path


def told(path: Path) -> list[tuple[State, str]]:
    return [(one.state, one.key) for one in look(path)]


def test_a_home_of_its_owner_alone_has_nothing_open(tmp_path: Path) -> None:
    assert told(home(tmp_path)) == [(State.SHUT, "home_shut")]


def test_a_home_that_is_not_there_has_nothing_open(tmp_path: Path) -> None:
    assert told(tmp_path / "none") == [(State.SHUT, "home_absent")]


@pytest.mark.parametrize(("rights", "key"), [(0o755, "home_read"), (0o777, "home_changed"), (0o770, "home_changed")])
def test_a_home_that_others_may_enter_is_open(tmp_path: Path, rights: int, key: str) -> None:
    path = home(tmp_path)
    path.chmod(rights)
    assert (State.OPEN, key) in told(path)


def test_a_key_that_others_may_read_in_a_home_that_they_may_enter_is_named(tmp_path: Path) -> None:
    path = home(tmp_path)
    path.chmod(0o711)
    (path / "collector" / "key.json").chmod(0o644)
    (seen,) = [one for one in look(path) if one.key == "file_read"]
    assert dict(seen.parts)["path"].endswith("collector/key.json")


def test_a_file_that_others_may_change_is_open_wherever_it_lies(tmp_path: Path) -> None:
    path = home(tmp_path)
    (path / "collector" / "key.json").chmod(0o666)
    assert (State.OPEN, "file_changed") in told(path)


def test_a_link_out_of_the_home_is_told(tmp_path: Path) -> None:
    path = home(tmp_path)
    (path / "out").symlink_to(tmp_path)
    (path / "in").symlink_to(path / "collector")
    assert told(path) == [(State.ADVICE, "file_link")]


def test_a_file_of_another_user_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = home(tmp_path)
    own = os.getuid()
    if own == 0:
        os.chown(path, 1234, -1)
        os.chown(path / "collector", 1234, -1)
        os.chown(path / "collector" / "key.json", 4321, -1)
        assert (State.OPEN, "file_foreign") in told(path)
    else:
        assert (State.OPEN, "file_foreign") not in told(path)
