"""Vocabulary. What the parts of pages show, as plain strings and numbers, ready to be put into a template.

Knows nothing of where any of it came from. Text is in the reader's language already.
"""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """How something is meant; each has its own colour and its own icon, so that neither stands alone."""

    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Fact:
    """A label, its value, and smaller lines beneath it."""

    label: str
    value: str
    notes: tuple[str, ...] = ()
    tone: Tone = Tone.NOTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """The line now. `since` may be empty; `tests` has download and upload, in this order."""

    tone: Tone
    state: str
    since: str
    why: str
    tests: tuple[Fact, ...]
    targets: tuple[Fact, ...]
    probes: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One promise of the contract and what the day says of it. `excluded` may be empty."""

    level: str
    promised: str
    tone: Tone
    verdict: str
    sentence: str
    clause: str
    used: str
    excluded: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Direction:
    """The three promises of one direction."""

    title: str
    promises: tuple[Promise, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """A day held against the contract. `absent` says why there is none; then `directions` is empty.

    `notes` are what a reader must know of the contract; may be empty.
    """

    day: str
    contract: str
    absent: str
    directions: tuple[Direction, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table; as many cells as the table has columns. `address`: where its first cell leads, or empty."""

    cells: tuple[str, ...]
    tone: Tone = Tone.NOTE
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table that can be folded away. `note` says what is left out, empty where nothing is."""

    id: str
    summary: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Swatch:
    """One entry of a legend; `kind` picks the line's style."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing as SVG markup that is safe to show, under its heading. `legend` may be empty."""

    title: str
    svg: str
    legend: tuple[Swatch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trials:
    """The tests of the window: two pictures and their table; `absent` says why there is nothing to draw.

    `note` says what the pictures leave out, empty where nothing is.
    """

    absent: str
    pictures: tuple[Picture, ...]
    note: str
    table: Table | None


@dataclass(frozen=True, slots=True)
class Latency:
    """Round trips over the window; `absent` says why nothing is drawn. Their numbers stand in the tests' table."""

    absent: str
    picture: Picture | None


@dataclass(frozen=True, slots=True)
class Total:
    """How long one state lasted."""

    state: str
    text: str
    stretch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ribbon:
    """One ledger drawn, its totals, and their sum in words."""

    title: str
    svg: str
    totals: tuple[Total, ...]
    sum: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """The time ledgers of the window; `absent` says why there are none."""

    absent: str
    ribbons: tuple[Ribbon, ...]
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that stands between the evidence and a verdict, and what would mend it."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One finding on time away, money, a repair or a complaint. `facts`: amounts and deadlines; may be empty."""

    title: str
    tone: Tone
    verdict: str
    sentence: str
    facts: tuple[str, ...]
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What follows from the case file: `items` in full, `others` folded away, None where there are none."""

    as_of: str
    items: tuple[Claim, ...]
    others: Table | None
