"""Pure. The catalogue of the page's words: one entry per key, Portuguese and English beside each other.

Knows nothing of who shows what; the files in `words/` hold the words.
"""

import string
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from dashboards.web.language import Language

_PLURALS = {"one", "other"}
Forms = Mapping[str, str]  # {"one": ..., "other": ...}; only "other" where no number decides


class CatalogueError(ValueError):
    """The catalogue is not whole: a language, a plural form or a placeholder is missing. The text names the key."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every entry has both languages, and both have the same placeholders."""

    entries: Mapping[str, Mapping[Language, Forms]]

    def forms(self, key: str, language: Language) -> Forms:
        """The words of one entry. Raises KeyError for a key that is not in the catalogue."""
        return self.entries[key][language]


def parse(toml: str) -> Catalogue:
    """The catalogue written in `toml`, its tables joined by dots to keys. Raises CatalogueError, TOMLDecodeError."""
    return Catalogue(dict(_entries("", tomllib.loads(toml))))


def joined(parts: Iterable[Catalogue]) -> Catalogue:
    """One catalogue of several. Raises CatalogueError for a key that stands in two of them."""
    entries: dict[str, Mapping[Language, Forms]] = {}
    for part in parts:
        if twice := sorted(entries.keys() & part.entries.keys()):
            raise CatalogueError(f"{twice[0]} stands in two files")
        entries |= part.entries
    return Catalogue(entries)


def placeholders(template: str) -> frozenset[str]:
    """The names that a text wants filled in.

    >>> sorted(placeholders("{used} of {count}"))
    ['count', 'used']
    """
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name is not None)


def _entries(prefix: str, table: Mapping[str, object]) -> Iterator[tuple[str, Mapping[Language, Forms]]]:
    if table.keys() & set(Language):
        yield prefix, _entry(prefix, table)
        return
    for name, inner in table.items():
        key = f"{prefix}.{name}" if prefix else name
        if not isinstance(inner, dict):
            raise CatalogueError(f"{key} is neither a table nor an entry with pt and en")
        yield from _entries(key, inner)


def _entry(key: str, table: Mapping[str, object]) -> Mapping[Language, Forms]:
    if table.keys() != set(Language):
        raise CatalogueError(f"{key} must have pt and en, and nothing else")
    entry = {Language(name): _forms(key, words) for name, words in table.items()}
    if len({placeholders(forms["other"]) for forms in entry.values()}) > 1:
        raise CatalogueError(f"{key} has other placeholders in pt than in en")
    return entry


def _forms(key: str, words: object) -> Forms:
    if isinstance(words, str):
        return {"other": words}
    if isinstance(words, dict) and words.keys() == _PLURALS:
        return words
    raise CatalogueError(f"{key} must be a text, or a table with one and other")
