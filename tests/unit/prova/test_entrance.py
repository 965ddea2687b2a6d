"""Off this machine only with a password and TLS; what is kept of the password."""

from dataclasses import replace
from pathlib import Path

import pytest

from prova.exit import CommandError
from prova.page.entrance import EntranceError, Wanted, entrance
from prova.page.password import from_file, keep, kept

CHAIN, KEY = Path("chain.pem"), Path("key.pem")
HERE = Wanted(host="127.0.0.1", port=8080)
AWAY = Wanted(host="0.0.0.0", port=8443, chain=CHAIN, key=KEY)  # noqa: S104  the very thing that is guarded


def test_this_machine_needs_neither_and_asks_for_a_password_once_one_is_set() -> None:
    made = entrance(HERE, None)
    assert (made.rules.password, made.certificate) == (False, None)
    assert "127.0.0.1:8080" in made.rules.hosts
    assert entrance(HERE, "hash").rules.password


@pytest.mark.parametrize(
    ("wanted", "password", "sentence"),
    [
        (AWAY, None, "no password is set"),
        (replace(HERE, proxies=("127.0.0.1",)), None, "no password is set"),
        (replace(AWAY, chain=None, key=None), "hash", "in clear text"),
        (replace(AWAY, key=None), "hash", "go together"),
        (replace(HERE, proxies=("proxy.example",)), "hash", "own address"),
        (replace(AWAY, host="::"), None, "no password is set"),
    ],
)
def test_what_would_let_anybody_in_is_refused_with_its_mend(
    wanted: Wanted, password: str | None, sentence: str
) -> None:
    with pytest.raises(EntranceError, match=sentence):
        entrance(wanted, password)


def test_names_are_heard_as_they_are_called() -> None:
    away = entrance(replace(AWAY, names=("Home.example", "odd.example:99")), "hash").rules
    assert {"home.example:8443", "odd.example:99", "localhost:8443"} <= away.hosts
    assert away.addresses
    proxied = entrance(replace(HERE, proxies=("127.0.0.1",), names=("page.example",)), "hash").rules
    assert {"page.example", "page.example:443"} <= proxied.hosts
    assert "127.0.0.1:8080" not in proxied.hosts
    assert not proxied.addresses


def test_a_password_is_kept_as_a_hash_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "page-password"
    assert kept(path) is None
    keep(path, "correct horse battery")
    assert "horse" not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    found = kept(path)
    assert found is not None
    assert found.startswith("$argon2id$")


@pytest.mark.parametrize("short", ["", "short", "x" * 501])
def test_what_is_no_password_is_refused_and_the_old_one_stays(tmp_path: Path, short: str) -> None:
    path = tmp_path / "page-password"
    keep(path, "correct horse battery")
    before = path.read_text()
    with pytest.raises(CommandError, match="10 to 500 characters"):
        keep(path, short)
    assert path.read_text() == before


def test_a_damaged_file_is_no_open_door(tmp_path: Path) -> None:
    path = tmp_path / "page-password"
    path.touch(0o600)
    for damaged in (b"", b"\xff\xfe", b"hunter2", b"$argon2id$v=19$broken"):
        path.write_bytes(damaged)
        with pytest.raises(CommandError, match="prova password"):
            kept(path)


def test_the_first_line_of_a_file_is_the_password(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("correct horse\nsecond line\n")
    assert from_file(tmp_path / "f") == "correct horse"
    with pytest.raises(CommandError, match="first line"):
        from_file(tmp_path / "missing")
