"""Shell. Reads mappings, a person's and those that come with Prova, strictly: an unknown key is an error."""

import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from functools import cache
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec

from analysis.importer.mapping import Mapping
from analysis.importer.told import UnreadableError, fold

_MOST_BYTES = 100_000


def known() -> tuple[Mapping, ...]:
    """Every mapping that comes with Prova, by name."""
    return tuple(_known().values())


def load(path: Path) -> tuple[Mapping, str]:
    """(a person's mapping, digest of its file). Raises UnreadableError that names what is wrong and where."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise UnreadableError(f"The mapping {path} cannot be read: {error.strerror}. Name one that can.") from error
    if len(data) > _MOST_BYTES:
        raise UnreadableError(f"The mapping {path} is over {_MOST_BYTES} bytes long. A mapping only names columns.")
    return parse(data, str(path)), sha256(data).hexdigest()


def parse(data: bytes, where: str) -> Mapping:
    """The mapping that `data` is, its columns' names folded. Raises UnreadableError."""
    try:
        table = tomllib.loads(data.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UnreadableError(f"The mapping {where} is no TOML: {error}.") from error
    problems = list(_unknown(table, Mapping, ""))
    if problems:
        raise UnreadableError(f"The mapping {where} cannot be used: {'; '.join(problems)}.")
    try:
        mapping = msgspec.convert(_folded(table), Mapping)
    except msgspec.ValidationError as error:
        raise UnreadableError(f"The mapping {where} cannot be used: {error}.") from error
    if mapping.download is None and mapping.upload is None:
        raise UnreadableError(f"The mapping {where} names no speed: give it [download] or [upload] with a column.")
    if len(mapping.table.names) != len(mapping.table.patterns):
        raise UnreadableError(f"The mapping {where} needs as many table.patterns as table.names.")
    return mapping


@cache
def _known() -> dict[str, Mapping]:
    files = resources.files("analysis").joinpath("importer", "mappings").iterdir()
    read = [parse(file.read_bytes(), file.name) for file in files if file.name.endswith(".toml")]
    return {one.name: one for one in sorted(read, key=lambda one: one.name)}


def _unknown(table: dict[str, Any], kind: type, path: str) -> Iterator[str]:
    names = {one.name for one in fields(kind)}
    hints = get_type_hints(kind)
    for key, value in table.items():
        if key not in names:
            near = get_close_matches(key, names, n=1)
            yield f"{path}{key} is not known" + (f", do you mean {path}{near[0]}?" if near else "")
            continue
        inner = next((one for one in (hints[key], *get_args(hints[key])) if is_dataclass(one)), None)
        if inner is not None and isinstance(value, dict):
            assert isinstance(inner, type)
            yield from _unknown(value, inner, f"{path}{key}.")


_NAMES_COLUMN = {
    "column",
    "unit_column",
    "bytes",
    "elapsed_ms",
    "loaded_ms",
    "error",
    "message",
    "address",
    "tunnel",
    "ping_ms",
}
_NAMES_COLUMNS = {"columns", "lacks", "joined", "names"}


def _folded(table: dict[str, Any]) -> dict[str, Any]:
    """With every column's name as it is compared."""
    done: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            done[key] = _folded(value)
        elif key in _NAMES_COLUMN and isinstance(value, str):
            done[key] = fold(value)
        elif key in _NAMES_COLUMNS and isinstance(value, list):
            done[key] = [fold(one) if isinstance(one, str) else one for one in value]
        else:
            done[key] = value
    return done
