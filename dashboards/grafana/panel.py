"""Vocabulary. A dashboard before Grafana's form: questions, panels, the choices at its top. Knows no JSON and no query.

Colours and words are of states that somebody else concluded; there is no threshold.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """How a panel shows what it got: Grafana's own panel types."""

    SERIES = "timeseries"
    STAT = "stat"
    TABLE = "table"
    STATES = "state-timeline"
    CELLS = "status-history"
    BARS = "barchart"


class Shape(StrEnum):
    """How the points of a series are drawn."""

    LINE = "line"
    STEPS = "steps"
    POINTS = "points"
    STACKED_BARS = "bars"


class Unit(StrEnum):
    """Grafana's names of the units in use. `WORD` is text."""

    BPS = "bps"
    BYTES = "decbytes"
    MS = "ms"
    S = "s"
    SHARE = "percentunit"
    COUNT = "short"
    MIN = "m"
    RPM = "suffix:rpm"
    AT_S = "dateTimeAsIso"
    WORD = "string"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question in InfluxQL, in parts. `select`, `where`, `group` are its clauses' texts; "" is none.

    What every question has (scope, time, what was withdrawn) is added by `influxql`. `zone`: days are the line's own.
    `table`: rows, else series. `alias` names a series.
    """

    select: str
    measurement: str
    where: str = ""
    group: str = ""
    fill: str = ""
    table: bool = False
    zone: bool = False
    alias: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One panel. `units`: of single columns, by name, where they differ from `unit`. `palette`: Grafana's colour mode.

    `words`: by value, the colour in which a state is shown. `hidden`: columns that are not.
    `no_data`: said where nothing was measured or found.
    """

    kind: Kind
    title: str
    description: str
    unit: Unit
    queries: tuple[Query, ...]
    width: int = 12
    height: int = 8
    shape: Shape = Shape.LINE
    palette: str = "palette-classic-by-name"
    no_data: str = "Nothing was measured in this time"
    units: Mapping[str, Unit] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()


class Choice(StrEnum):
    """What can be chosen at the top of a dashboard, in this order."""

    SOURCE = "source"
    OPERATOR = "operator"
    GROUP = "group"
    LINE = "line"  # one
    LINES = "lines"  # some, or all
    ZONE = "zone"
    LANG = "lang"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """`uid` stays for good: links and bookmarks name it. The time range is Grafana's: `now-24h`."""

    uid: str
    title: str
    description: str
    panels: tuple[Panel, ...]
    choices: tuple[Choice, ...]
    time_from: str = "now-30d"
    time_to: str = "now"
    refresh: str = "5m"


VERDICTS = {"met": "green", "breached": "red", "insufficient": "#8e8e8e", "not_applicable": "transparent"}
STATES = {"up": "green", "down": "red", "unobserved": "#8e8e8e"}
STATUSES = {"online": "green", "sleeping": "blue", "lost": "red"}
KINDS = {
    "recurring": "red",
    "exceptional": "orange",
    "self_inflicted": "blue",
    "plan_change": "purple",
    "none": "green",
    "unknown": "#8e8e8e",
}
