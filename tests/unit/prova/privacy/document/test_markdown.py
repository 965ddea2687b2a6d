"""Tables that no cell can break."""

from prova.privacy.document import markdown


def test_a_cell_cannot_end_its_row() -> None:
    told = markdown.table(["a", "b"], [("x | y", "one\ntwo")])
    assert told.splitlines()[-1] == "| x \\| y | one two |"


def test_a_table_without_rows_is_nothing_and_leaves_no_gap() -> None:
    assert markdown.table(["a"], []) == ""
    assert markdown.document("t", "", "end") == "# t\n\nend\n"
