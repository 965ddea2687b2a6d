"""Pure. The documents' own words, in one language. Knows nothing of what the record says."""

import tomllib
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Any, Protocol

_FILE = "phrases.toml"


class Told(Protocol):
    """Whatever is told in both languages."""

    @property
    def pt(self) -> str: ...

    @property
    def en(self) -> str: ...


Say = Callable[..., str]


def sayer(lang: str) -> Say:
    """`say("record.title")` in that language, `pt` or `en`, its slots filled. Raises KeyError for unknown words."""

    def say(key: str, **slots: object) -> str:
        part, _, name = key.partition(".")
        return str(_phrases()[part][name][lang]).format(**slots)

    return say


def within(told: Told, lang: str) -> str:
    """In that language."""
    return told.pt if lang == "pt" else told.en


def clause(told: str, lang: str) -> str:
    """A clause as that language names it.

    >>> clause("GDPR art. 12 to 21", "pt")
    'RGPD, art. 12 a 21'
    """
    return told.replace("GDPR ", "RGPD, ").replace(" to ", " a ") if lang == "pt" else told


@cache
def _phrases() -> dict[str, Any]:
    return tomllib.loads((resources.files("prova.privacy.document") / _FILE).read_text(encoding="utf-8"))
