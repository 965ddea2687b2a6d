"""Vocabulary. How one format's columns become a test: what a mapping file says, and what is said of known tools.

Nothing is run and nothing is computed by a mapping: it names columns, units and words. Knows nothing of any tool.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """How rows stand in the file. JSON: objects, one after the other or in an array; inner names joined by a point."""

    CSV = "csv"
    JSON = "json"


class Marks(StrEnum):
    """What of a test its time is of."""

    START = "start"
    END = "end"


class Zero(StrEnum):
    """What a speed of zero is: never a speed."""

    FAILED = "failed"
    NOT_MEASURED = "not_measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """`columns`: the first that the file has. `joined`: columns that make one time together, in this order.

    `format`: `auto` (ISO 8601 and its like), `epoch_s`, `epoch_ms`, or as strptime has it. `zone`: in which times
    without one are, None to ask.
    """

    columns: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    format: str = "auto"
    zone: str | None = None
    marks: Marks = Marks.START


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """`unit` as in "Mbit/s" or "MB/s"; None: each cell says its own. `unit_column` names one that says it instead.

    `bytes` and `elapsed_ms` name what the rate is checked against.
    """

    column: str
    unit: str | None = None
    unit_column: str | None = None
    bytes: str | None = None
    elapsed_ms: str | None = None
    loaded_ms: str | None = None
    error: str | None = None  # a column with the tool's own words where this direction failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Rows by what stands in `column`: one of `values`, anything but `other_than`, or anything at all (`present`)."""

    column: str
    values: tuple[str, ...] = ()
    other_than: tuple[str, ...] = ()
    present: bool = False
    message: str | None = None  # the column with the tool's own words


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """`columns`: the first that is not empty names the server. `tunnel`: a column that is true in a tunnel or VPN."""

    columns: tuple[str, ...] = ()
    address: str | None = None
    tunnel: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A table without a header: `names` of its columns, and a regular expression for each by which it is known.

    `decimal`: the sign before decimals, "." or ","; None where it shows itself.
    """

    names: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    decimal: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """One format. It is known by `columns`, all of which it has, and `lacks`, none of which it has.

    `failed` chooses the rows that tell of a failure, `skip` those that are no test's result.
    """

    name: str
    title: str
    method: str
    kind: Kind = Kind.CSV
    columns: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    time: Time = field(default_factory=Time)
    download: Rate | None = None
    upload: Rate | None = None
    ping_ms: str | None = None
    zero: Zero = Zero.FAILED
    failed: Choice | None = None
    skip: Choice | None = None
    server: Server = field(default_factory=Server)
    table: Layout = field(default_factory=Layout)
