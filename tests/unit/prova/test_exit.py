"""Every error that a person can mend has a code, and the table names only classes that exist."""

import errno
import importlib

import pytest

from prova.exit import _CODES, CommandError, Exit, mendable


@pytest.mark.parametrize("name", _CODES)
def test_the_table_names_only_classes_that_exist(name: str) -> None:
    module, _, cls = name.rpartition(".")
    assert issubclass(getattr(importlib.import_module(module), cls), Exception)


def test_a_bug_keeps_its_traceback() -> None:
    assert mendable(ZeroDivisionError()) is None


def test_a_subclass_has_its_parents_code() -> None:
    class NarrowerError(CommandError):
        pass

    assert mendable(NarrowerError("x", Exit.EVIDENCE)) == ("x", Exit.EVIDENCE)


def test_a_disk_that_gives_way_is_said_with_its_mend() -> None:
    mend = mendable(OSError(errno.ENOSPC, "No space left on device", "/home/casa/spool"))
    assert mend is not None
    assert "/home/casa/spool" in mend[0]
    assert "--home" in mend[0]
    assert mend[1] is Exit.USAGE
