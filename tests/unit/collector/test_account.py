"""Accounts in mosquitto's file forms."""

import subprocess
from pathlib import Path

import pytest

from collector.account import (
    COLLECTOR_USER,
    access_text,
    collector_account,
    covers,
    parse_access,
    password_line,
    password_matches,
    probe_account,
)
from probe.record import check_name

BOTH = (collector_account(), probe_account(line="casa", probe="p1"))


def test_the_access_file_reads_back_as_it_was_written() -> None:
    assert parse_access(access_text(BOTH)) == BOTH


@pytest.mark.parametrize("line", ["topic read x", "user a\ntopic readwrite x", "user a\npattern read x", "user a\n\n"])
def test_an_access_file_of_another_hand_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="not a line of an access file"):
        parse_access(line)


def test_no_probe_can_be_named_like_the_collectors_account() -> None:
    with pytest.raises(ValueError, match="must be 1 to 63"):
        check_name("probe", COLLECTOR_USER)


@pytest.mark.parametrize(
    ("allowed", "asked", "within"),
    [
        ("a/b", "a/b", True),
        ("a/+", "a/b", True),
        ("a/+", "a/+", True),
        ("a/b", "a/+", False),
        ("a/+", "a/#", False),
        ("a/+", "a", False),
        ("a/+", "a/b/c", False),
        ("a/+", "#", False),
    ],
)
def test_a_filter_covers_what_lies_within_it(allowed: str, asked: str, within: bool) -> None:
    assert covers(allowed, asked) is within


def test_a_password_matches_its_own_line_and_no_other() -> None:
    line = password_line("u", "right", salt=b"123456789012")
    assert password_matches(line, "right")
    assert not password_matches(line, "wrong")


@pytest.mark.parametrize("line", ["", "u:", "u:plain", "u:$7$x$y$z", "u:$7$1000$!$!", "u:$6$c2FsdA==$aGFzaA=="])
def test_a_line_of_another_form_matches_nothing(line: str) -> None:
    assert not password_matches(line, "")


@pytest.mark.component("mosquitto")
def test_a_line_made_by_mosquitto_is_understood(tmp_path: Path) -> None:
    file = tmp_path / "made"
    subprocess.run(["mosquitto_passwd", "-c", "-b", str(file), "u", "right"], check=True, capture_output=True)
    line = file.read_text().strip()
    assert password_matches(line, "right")
    assert not password_matches(line, "wrong")
