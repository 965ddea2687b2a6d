"""From clause to rule to code to test, as a table; and what has no row, or a row with nothing behind it."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from analysis.profile import load

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "traceability.md"
_FOLDERS = ("tests/scenario", "tests/golden", "tests/unit/analysis", "tests/property", "tests/integration", "tests/e2e")
_MOST_LINKS = 4
HEAD = """\
# From clause to test

What is asked, by whom, which rule decides it, where that is in the code, and which tests show it. Made by
`python -m tests.traceability` from [requirements.toml](requirements.toml), the rules' own data and the tests' own text;
`make check` fails where a clause has no row, a row no code, or no test.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """`rules` with their versions; `tests` name a rule, or stand in the requirement itself."""

    part: str
    clause: str
    asks: str
    rules: tuple[str, ...]
    code: tuple[str, ...]
    tests: tuple[str, ...]


def rows() -> tuple[Row, ...]:
    """In the order of the requirements."""
    told = tomllib.loads((ROOT / "docs" / "requirements.toml").read_text(encoding="utf-8"))
    return tuple(_row(part["title"], one) for part in told["part"] for one in part["requirement"])


def _row(part: str, one: Mapping[str, Any]) -> Row:
    rules = tuple(one.get("rules", ()))
    named = [path for rule in rules for path in naming(rule)]
    return Row(
        part, one["clause"], one["asks"], rules, tuple(one["code"]), (*one.get("tests", ()), *dict.fromkeys(named))
    )


def naming(rule: str) -> tuple[str, ...]:
    """The tests and scenarios whose text has the rule's id: whole, not as a part of another's."""
    wanted = re.compile(rf"(?<![\w.]){re.escape(rule)}(?![\w.]*\w)")
    return tuple(name for name, text in _texts() if wanted.search(text))


@cache
def _texts() -> tuple[tuple[str, str], ...]:
    return tuple(
        (path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for folder in _FOLDERS
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".py", ".toml"} and "__pycache__" not in path.parts
    )


def faults(rows: Sequence[Row]) -> Iterator[str]:
    """Sentences: what lacks, and where."""
    for row in rows:
        for path in (*row.code, *row.tests):
            if not (ROOT / path.partition("::")[0]).exists():
                yield f"{row.clause}: {path} is not there"
        for lacking, what in ((not row.code, "code"), (not row.tests, "test")):
            if lacking:
                yield f"{row.clause}: no {what} ({row.asks})"
        for rule in row.rules:
            if not naming(rule):
                yield f"{row.clause}: no test names {rule}"
    stand = {(row.clause, rule) for row in rows for rule in row.rules}
    for version in load("pt-nos").rules:
        if (version.clause, version.id) not in stand:
            yield f"{version.id}: its clause, {version.clause}, has no row that names it"


def text(rows: Sequence[Row]) -> str:
    """The document."""
    lines = [HEAD]
    for part in dict.fromkeys(row.part for row in rows):
        lines += [f"## {part}\n", "| clause | asks | rules | code | tests |", "|---|---|---|---|---|"]
        lines += [_line(row) for row in rows if row.part == part]
        lines.append("")
    return "\n".join(lines)


def _line(row: Row) -> str:
    rules = ", ".join(f"`{one}`" for one in row.rules) or "-"
    return f"| {row.clause} | {row.asks} | {rules} | {_links(row.code)} | {_links(row.tests)} |"


def _links(paths: Sequence[str]) -> str:
    shown = ", ".join(_link(one) for one in paths[:_MOST_LINKS])
    return shown + (f" and {len(paths) - _MOST_LINKS} more" if len(paths) > _MOST_LINKS else "")


def _link(path: str) -> str:
    """A file can be opened where the document is read; a folder is named."""
    name = path.removeprefix("tests/")
    return f"[{name}](../{path})" if (ROOT / path).is_file() else f"`{name}`"
