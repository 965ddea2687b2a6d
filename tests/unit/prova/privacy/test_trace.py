"""A name left anywhere is found: as a word, across pieces of a file, in a file's own name."""

from pathlib import Path

from prova.privacy.trace import left


def test_a_whole_word_is_found_wherever_it_stands_and_a_part_of_one_is_not(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * (1024 * 1024 - 3) + b' "p-7c1e2d" ')
    (tmp_path / "b").write_text("p-7c1e2dd and xp-7c1e2d")
    (tmp_path / "p-7c1e2d.json").write_text("")
    assert [one.name for one in left(tmp_path, ["p-7c1e2d"])] == ["a", "p-7c1e2d.json"]
    assert left(tmp_path, []) == ()
