"""Vocabulary. The record of processing: what is done with which data, what for, on which ground, where and how long.

Knows nothing of how it is read or shown, or of whether it is true: a test holds it against what there really is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Personal(StrEnum):
    """Whether data of a category are about a person: by themselves, for who knows more, or not."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    NONE = "none"


class Confidence(StrEnum):
    """Whether a ground is what its clause says, or how it is read here."""

    TEXT = "text"
    READING = "reading"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The same in both languages."""

    pt: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One kind of data."""

    personal: Personal
    pt: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """A ground of processing, by its clause."""

    clause: str
    confidence: Confidence
    pt: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One thing that the contract with a processor says; `where`: the document that shows what Prova gives of it."""

    clause: str
    where: str
    pt: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """One right, and `how` it is answered."""

    clause: str
    how: str
    pt: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How long. `held`: the table of the retention settings that bounds it; None: no period is declared for it.

    `proposed_days` is for who has not decided; `clause`: the law behind that proposal.
    """

    pt: str
    en: str
    held: str | None = None
    proposed_days: int | None = None
    clause: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What guards data; `where`: the document that tells more."""

    where: str
    pt: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """One place of data, or one way out. `field`: by part ("all" where there is one alone), then by category.

    `files`: patterns below the home folder, none of what is sent. `holds`: categories, of what has no named fields.
    `kept_apart`: parts that are kept otherwise than `kept`. `to`: who gets it.
    """

    about: Text
    kept: str
    to: str
    files: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    kept_apart: Mapping[str, str] = field(default_factory=dict)
    field: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One thing that is done with data. `basis`: by role. `stores`: whole stores, or a part as in `journal.probe`.

    `needed`: why it is needed and no more than needed. `sent_to`: who gets data on the way, beside the stores' own.
    """

    id: str
    name: Text
    purpose: Text
    needed: Text
    people: tuple[str, ...]
    basis: Mapping[str, str]
    stores: tuple[str, ...]
    measures: tuple[str, ...]
    sent_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """What may happen. `before` and `after` the measures: (likelihood, severity), each 1 to 4."""

    id: str
    name: Text
    how: Text
    before: tuple[int, int]
    measures: tuple[str, ...]
    after: tuple[int, int]
    remains: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """All of it, as it is from `dated` on. Everything is named by its key."""

    version: int
    dated: date
    role: Mapping[str, Text]
    basis: Mapping[str, Basis]
    term: Mapping[str, Term]
    right: Mapping[str, Right]
    category: Mapping[str, Category]
    people: Mapping[str, Text]
    recipient: Mapping[str, Text]
    keeping: Mapping[str, Keeping]
    measure: Mapping[str, Measure]
    store: Mapping[str, Store]
    activity: tuple[Activity, ...]
    risk: tuple[Risk, ...]
