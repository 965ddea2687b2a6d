"""Pure. The case file as a diary: an entry put in or amended, everything that a person wrote left as it is.

An entry with a name of its own gets one where none is given; the same name again amends it. The new text is read as
strictly as any case file before it is handed back. Knows nothing of where the file lies.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from analysis.case import case_file

# The file's kinds of entries, each with what `id` begins with; None: entries without a name.
KINDS: Mapping[str, str | None] = {
    "fault": "fault",
    "cause": None,
    "suspension": None,
    "works": None,
    "pause": None,
    "visit": "visit",
    "activation": None,
    "complaint": "complaint",
    "data_request": "request",
    "invoice": None,
    "refund": None,
    "cost": "cost",
    "outside": None,
    "document": "document",
    "reply": "reply",
    "official_result": "official",
}
_NUMBERS = frozenset({"download_mbps", "upload_mbps", "rtt_ms", "credit_eur", "amount_eur"})  # a comma may be typed
_FLAGS = {"true": True, "false": False}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class DiaryError(ValueError):
    """This cannot be written down. The text says what and how to mend it."""


def noted(text: str, kind: str, entry: Mapping[str, str], zone: ZoneInfo) -> tuple[str, str | None]:
    """(the new text of the case file, the entry's name or None). Values as a person types them.

    Raises DiaryError for an unknown kind or a file that is none, CaseError where the file would no longer be one.
    """
    if kind not in KINDS:
        raise DiaryError(f"There is no {kind!r} in a case. There are: {', '.join(KINDS)}.")
    try:
        document = tomlkit.parse(text)
    except (TOMLKitError, ValueError) as error:
        raise DiaryError(f"The case file is not TOML: {error}. Mend that line first.") from error
    name = entry.get("id") or (_free(document, kind) if KINDS[kind] else None)
    table = _present(document, kind, name) if name else None
    if table is None:
        table = tomlkit.table()
        if name:
            table["id"] = name
        _entries(document, kind).append(table)
    for key, value in entry.items():
        table[key] = _value(key, value)
    new = tomlkit.dumps(document)
    case_file.parse(tomllib.loads(new), zone)
    return new, name


def _entries(document: tomlkit.TOMLDocument, kind: str) -> AoT:
    if kind not in document:
        document.append(kind, tomlkit.aot())
    found = document[kind]
    if not isinstance(found, AoT):
        raise DiaryError(f"{kind} stands in the case file as something else than [[{kind}]]. Mend it first.")
    return found


def _named(document: tomlkit.TOMLDocument, kind: str) -> Iterator[Table]:
    found = document.get(kind)
    if isinstance(found, AoT):
        yield from found


def _present(document: tomlkit.TOMLDocument, kind: str, name: str) -> Table | None:
    return next((one for one in _named(document, kind) if one.get("id") == name), None)


def _free(document: tomlkit.TOMLDocument, kind: str) -> str:
    taken = {one.get("id") for one in _named(document, kind)}
    number = 1
    while f"{KINDS[kind]}-{number}" in taken:
        number += 1
    return f"{KINDS[kind]}-{number}"


def _value(key: str, value: str) -> str | bool | date | datetime:
    """By what the key's name says of its value."""
    try:
        if key.endswith("_at") or (key in {"from", "to"} and not _is_word(key, value)):
            return datetime.fromisoformat(value)
        if key.endswith("_on"):
            return date.fromisoformat(value)
    except ValueError as error:
        shape = "2026-11-20" if key.endswith("_on") else "2026-11-20T09:30"
        raise DiaryError(f"{key}={value} is no time. Write for example {key}={shape}.") from error
    if key in _NUMBERS:
        return _FLAGS.get(value, value.replace(",", "."))
    return _FLAGS.get(value, value)


def _is_word(key: str, value: str) -> bool:
    """A complaint's `to` is a desk, not a time."""
    return key == "to" and not _DAY.match(value)
