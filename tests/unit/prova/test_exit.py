"""Every error that a person can mend has a code, and the table names only classes that exist."""

import importlib

import pytest

from prova.exit import _CODES, CommandError, Exit, code_of


@pytest.mark.parametrize("name", _CODES)
def test_the_table_names_only_classes_that_exist(name: str) -> None:
    module, _, cls = name.rpartition(".")
    assert issubclass(getattr(importlib.import_module(module), cls), Exception)


def test_a_bug_keeps_its_traceback() -> None:
    assert code_of(ZeroDivisionError()) is None


def test_a_subclass_has_its_parents_code() -> None:
    class NarrowerError(CommandError):
        pass

    assert code_of(NarrowerError("x", Exit.EVIDENCE)) is Exit.EVIDENCE
