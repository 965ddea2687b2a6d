"""Every clause has its row, every row code and tests, and the document is what they say."""

from dataclasses import replace

from tests.traceability.table import DOCUMENT, faults, rows, text

ROWS = rows()


def test_nothing_is_without_a_row_code_or_test() -> None:
    assert not list(faults(ROWS))


def test_a_row_that_lacks_something_is_named() -> None:
    first, *others = ROWS
    assert any("no test" in one for one in faults([replace(first, tests=()), *others]))
    assert any("is not there" in one for one in faults([replace(first, code=("analysis/nowhere.py",)), *others]))
    assert any(f"{first.rules[0]}: its clause" in one for one in faults(others))


def test_the_document_is_made_of_what_there_is() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == text(ROWS), "run: python -m tests.traceability"
