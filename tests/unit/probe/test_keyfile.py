"""Files of secrets: refused where others may read or change them."""

import os
from pathlib import Path

import pytest

from probe.key import KeyFileError
from probe.keyfile import check_private, load_or_make

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="gives files to other users")


def test_a_key_that_is_made_is_its_owners_alone_and_is_the_same_next_time(tmp_path: Path) -> None:
    made = load_or_make(tmp_path / "probe" / "key.json")
    check_private(tmp_path / "probe" / "key.json")
    assert load_or_make(tmp_path / "probe" / "key.json").thumbprint() == made.thumbprint()


@pytest.mark.parametrize("rights", [0o640, 0o620, 0o604, 0o644, 0o666, 0o660])
def test_a_key_that_others_may_read_or_change_is_refused_with_the_mend(tmp_path: Path, rights: int) -> None:
    path = tmp_path / "key.json"
    load_or_make(path)
    path.chmod(rights)
    with pytest.raises(KeyFileError, match=f"Run: chmod 600 {path}"):
        load_or_make(path)
    path.chmod(0o600)
    load_or_make(path)


@pytest.mark.parametrize("rights", [0o600, 0o400])
def test_what_only_its_owner_may_read_is_taken(tmp_path: Path, rights: int) -> None:
    (tmp_path / "secret").touch()
    (tmp_path / "secret").chmod(rights)
    check_private(tmp_path / "secret")


@needs_root
def test_what_root_hands_to_a_group_is_taken_and_what_another_owns_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service reads its certificate's key by its group."""
    for name, owner, rights in (("roots", 0, 0o640), ("open", 0, 0o644), ("anothers", 1234, 0o600)):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(rights)
        os.chown(tmp_path / name, owner, -1)
    monkeypatch.setattr(os, "geteuid", lambda: 4321)
    check_private(tmp_path / "roots")
    with pytest.raises(KeyFileError, match="others may read"):
        check_private(tmp_path / "open")
    with pytest.raises(KeyFileError, match="belongs to another user"):
        check_private(tmp_path / "anothers")
