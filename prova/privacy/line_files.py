"""Shell. What of the home folder is one line's alone, and is removed whole.

Knows nothing of files that several lines share.
"""

import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

from prova.home import Home

_OWN = ("setup.toml", "setup.toml.*", "notify.toml", "notify-told.json", ".notify-told.json.part", "contract.toml.*")
_CASE = ("case.toml", "case.toml.*", "case", ".case*")


def of_line(home: Home, line: str, *, with_case: bool) -> tuple[Path, ...]:
    """The files and folders there are. `with_case`: the diary and its papers too, if the home is the line's.

    What tells whose home it is comes last, so that what was begun is found again.
    """
    found = {one for one in _found(home, line, with_case=with_case) if one.exists() or one.is_symlink()}
    return tuple(sorted(found, key=lambda one: (one == home.contract, one == home.of_line(line).path, one)))


def is_own(home: Home, line: str) -> bool:
    """Whether the home's contract, and so its case, is of this line; with no contract, whether it is the only line."""
    named = _line_of_contract(home.contract)
    if named is not None:
        return named == line
    lines = home.path / "lines"
    return [one.name for one in lines.iterdir()] == [line] if lines.is_dir() else False


def remove(path: Path) -> None:
    """A folder with all in it, or a file. Raises OSError."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _found(home: Home, line: str, *, with_case: bool) -> Iterator[Path]:
    yield home.of_line(line).path
    if _line_of_settings(home.probe_settings) == line:
        yield home.probe_settings.parent
    shown = re.compile(rf"{re.escape(line)}-[0-9a-f]{{8}}\.(json|new)")
    if home.judged_view.is_dir():
        yield from (one for one in home.judged_view.iterdir() if shown.fullmatch(one.name))
    if is_own(home, line):
        yield from addresses(home)
        yield from _matching(home, _OWN)
        if with_case:
            yield from _matching(home, _CASE)
        if _line_of_contract(home.contract) == line:
            yield home.contract


def _matching(home: Home, patterns: tuple[str, ...]) -> Iterator[Path]:
    for pattern in patterns:
        yield from home.path.glob(pattern)


def addresses(home: Home) -> Iterator[Path]:
    """The file of the addresses that messages go to, which may hold passwords; none if there is none in the home."""
    named = _table(home.path / "notify.toml").get("urls_file")
    if isinstance(named, str):
        path = (home.path / named).resolve()
        if path.is_relative_to(home.path.resolve()) and path.is_file():
            yield path


def _line_of_contract(path: Path) -> str | None:
    line = _table(path).get("line")
    return str(line["id"]) if isinstance(line, dict) and "id" in line else None


def _line_of_settings(path: Path) -> str | None:
    line = _table(path).get("line")
    return line if isinstance(line, str) else None


def _table(path: Path) -> dict[str, object]:
    """Empty where there is none that can be read: then it is found by its bytes (`prova.privacy.trace`)."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}
