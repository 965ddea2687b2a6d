"""`python -m tests.processing.declare [NAME=CATEGORY ...]`: the record's files brought to what there is.

Each new field comes under the category that its name has elsewhere; one that is new everywhere is named, to be given
one. Read what it wrote before it is kept.
"""

import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from prova.privacy.document.documents import documents
from prova.privacy.processing.place import Place, places
from prova.privacy.processing.record_file import load
from tests.processing.kept import kept
from tests.processing.sent import sent

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "prova" / "privacy" / "processing"
WIDE = 118


def main() -> None:
    """Writes it, and says what is left."""
    with TemporaryDirectory() as folder:
        found = {**kept(Path(folder)), **sent()}
    told = dict(word.split("=", 1) for word in sys.argv[1:])
    every = {one.id: one for one in places(load())}
    for place in sorted(found):
        store = place.partition(".")[0]
        beside = [one for one in every.values() if one.id.partition(".")[0] == store]
        fields, unknown = _sorted(found[place], every.get(place), (beside, every.values()), told)
        if unknown:
            click.echo(f"{place}: no category is known for {', '.join(unknown)}")
        if fields != _sets(every.get(place)):
            _write(place, fields)
    load.cache_clear()
    for name, text in documents(load()).items():
        (ROOT / "docs" / "privacy" / name).write_text(text, encoding="utf-8")


def _sets(place: Place | None) -> dict[str, set[str]]:
    return {} if place is None else {category: set(names) for category, names in place.fields.items()}


def _sorted(
    names: Iterable[str],
    own: Place | None,
    others: tuple[Collection[Place], Collection[Place]],
    told: Mapping[str, str],
) -> tuple[dict[str, set[str]], list[str]]:
    """By category; and those of which none is known. What stands in a place keeps its category."""
    fields: dict[str, set[str]] = {}
    unknown = []
    known = {name: category for category, held in (own.fields if own else {}).items() for name in held}
    for name in sorted(names):
        beside, every = others
        category = (
            known.get(name)
            or told.get(name.rpartition(".")[2])
            or _elsewhere(name, beside)
            or _only(beside)
            or _elsewhere(name, every)
        )
        if category is None:
            unknown.append(name)
        else:
            fields.setdefault(category, set()).add(name)
    return fields, unknown


def _only(beside: Iterable[Place]) -> str | None:
    """The one category that all of a store is of, if it is so."""
    found = {category for one in beside for category in one.fields}
    return found.pop() if len(found) == 1 else None


def _elsewhere(name: str, every: Iterable[Place]) -> str | None:
    """The category that most fields of that name are of."""
    leaf = name.rpartition(".")[2]
    found = Counter(
        category
        for one in every
        for category, names in one.fields.items()
        for told in names
        if told.rpartition(".")[2] == leaf
    )
    return found.most_common(1)[0][0] if found else None


def _write(place: str, fields: Mapping[str, set[str]]) -> None:
    store, _, part = place.partition(".")
    head = f"[store.{store}.field.{part or 'all'}]"
    order = list(load().category)
    block = "\n".join([head, *(_line(one, fields[one]) for one in sorted(fields, key=order.index))])
    for path in sorted(FOLDER.glob("stores-*.toml")):
        text = path.read_text(encoding="utf-8")
        if head in text:
            new = re.sub(re.escape(head) + r"\n(?:.*\n)*?(?=\n|\Z)", lambda _: f"{block}\n", text)
        elif f"[store.{store}]" in text:
            new = f"{text.rstrip()}\n\n{block}\n"
        else:
            continue
        path.write_text(new, encoding="utf-8")
        return
    click.echo(f"{place}: there is no [store.{store}] yet")


def _line(category: str, names: Iterable[str]) -> str:
    quoted = ['"' + one.replace("\\", "\\\\").replace('"', '\\"') + '"' for one in sorted(names)]
    if len(line := f"{category} = [{', '.join(quoted)}]") <= WIDE:
        return line
    rows = [""]
    for one in quoted:
        if len(rows[-1]) + len(one) + 2 > WIDE - 4:
            rows.append("")
        rows[-1] += f"{' ' if rows[-1] else ''}{one},"
    return "\n".join([f"{category} = [", *(f"    {row}" for row in rows), "]"])


if __name__ == "__main__":
    main()
