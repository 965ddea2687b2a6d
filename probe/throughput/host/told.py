"""Pure. What a measuring server tells of itself, in its text messages and of its health: who it is, how busy it was.

One JSON object of texts and whole numbers, which other clients pass over. Whatever a peer puts there ends as a value or
as nothing. Knows nothing of how any of it was found out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from probe.body.speed_test import ServerSaid

NAME = "Prova"  # of the object in a message
MOST_TEXT = 64  # characters of a name, an instance or a version
_PERMILLE = 1000
_TEXTS = {"name": "Name", "instance": "Instance", "software": "Software"}
_COUNTS = {"tests_count": "Tests", "other_bytes": "OtherBytes", "link_bps": "LinkBps"}
_SHARES = {
    "cpu_share": "CorePermille",
    "process_cpu_share": "ProcessPermille",
    "cpu_pressure_share": "PressurePermille",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """Who serves. `name` is its operator's, None where none was given; `instance` a random word."""

    instance: str
    software: str
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Working:
    """How busy the machine was since a test began. `tests_count`: the most at once. None as in `ServerSaid`."""

    tests_count: int
    cpu_share: float | None = None
    process_cpu_share: float | None = None
    cpu_pressure_share: float | None = None
    other_bytes: int | None = None
    link_bps: int | None = None


def is_name(text: str) -> bool:
    """Whether a server may go by it.

    >>> is_name("lisboa-1"), is_name("")
    (True, False)
    """
    return bool(text.strip()) and len(text) <= MOST_TEXT and text.isprintable()


def message(host: Host, working: Working) -> dict[str, dict[str, int | str]]:
    """The object with its name, for a message. What is not known is left out."""
    texts: dict[str, int | str | None] = {wire: getattr(host, ours) for ours, wire in _TEXTS.items()}
    counts = {wire: getattr(working, ours) for ours, wire in _COUNTS.items()}
    shares = {wire: _permille(getattr(working, ours)) for ours, wire in _SHARES.items()}
    return {NAME: {name: value for name, value in (texts | counts | shares).items() if value is not None}}


def read(told: Mapping[str, Any], *, connection: object = None, own_address: object = None) -> ServerSaid | None:
    """What `told`, an object as above, says; None where it and the two others, which M-Lab's servers tell, say nothing.

    A value that is none is taken as not told.
    """
    texts: dict[str, Any] = {ours: _text(told.get(wire)) for ours, wire in _TEXTS.items()}
    counts: dict[str, Any] = {ours: _count(told.get(wire)) for ours, wire in _COUNTS.items()}
    permille = {ours: _count(told.get(wire)) for ours, wire in _SHARES.items()}
    shares: dict[str, Any] = {ours: None if one is None else one / _PERMILLE for ours, one in permille.items()}
    said = ServerSaid(**texts, **counts, **shares, connection=_text(connection), own_address=_text(own_address))
    return None if said == ServerSaid() else said


def together(connections: Iterable[Sequence[ServerSaid]]) -> ServerSaid | None:
    """What was said over a test's connections as one: who it is by the first message, the busiest that any last one
    says, for each tells of all the time until then. None where nothing was said.
    """
    said = [one for one in connections if one]
    if not said:
        return None
    lasts = [one[-1] for one in said]
    worst: dict[str, Any] = {
        name: max((value for one in lasts if (value := getattr(one, name)) is not None), default=None)
        for name in (*_COUNTS, *_SHARES)
    }
    return replace(said[0][0], **worst)


def _permille(share: float | None) -> int | None:
    return None if share is None else round(share * _PERMILLE)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and is_name(value) else None


def _count(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 63:
        return None
    return value
