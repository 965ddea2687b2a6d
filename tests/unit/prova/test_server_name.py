import socket

import click
import pytest

from prova.command.server import _name


def test_a_name_is_what_the_operator_gives_or_the_machines_where_it_may_be_told() -> None:
    assert _name(None, tell_hostname=False) is None
    assert _name("lisboa-1", tell_hostname=False) == "lisboa-1"
    assert _name(None, tell_hostname=True) == socket.gethostname()[:64]


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 65, "\x1b[31m"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(click.BadParameter, match="printable"):
        _name(name, tell_hostname=False)


def test_only_one_of_the_two_names_it() -> None:
    with pytest.raises(click.UsageError, match="exclude each other"):
        _name("a", tell_hostname=True)
