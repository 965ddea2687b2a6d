"""Vocabulary. What stands around every page, ready to be put into a template.

Knows nothing of what a page is about. Text is in the reader's language already.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Where:
    """A page's place: `name` in the catalogue (`nav.NAME`, `title.NAME`) and of its template, and its address.

    A page that is `refreshed` renews its parts by itself while it is looked at; one with a form in it is not.
    `under`: the page that it is reached from, where it has no link of its own on every page.
    """

    name: str
    path: str
    refreshed: bool = True
    under: str = ""


@dataclass(frozen=True, slots=True)
class Banner:
    """Something to know before anything else. `commands` are what to type, one after the other; may be empty."""

    key: str
    title: str
    text: str
    commands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One link of a small set. `id` keeps the focus on it when the page refreshes itself."""

    id: str
    text: str
    address: str
    chosen: bool = False
    lang: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """`address` leads back to the page, `parts_address` to its changing parts alone: empty where none are refreshed."""

    where: Where
    lang: str
    address: str
    parts_address: str
    title: str
    subtitle: str
    languages: tuple[Choice, ...]
    zone: str
    updated: str
    banners: tuple[Banner, ...]
