"""Pure. Whom the outside witness asks, as the settings say it. Knows nothing of sockets or of clocks."""

from collections.abc import Mapping
from dataclasses import dataclass

from probe.record import check_name

_KEYS = frozenset({"line", "address", "port", "every_s"})
_EVERY_S = 30.0
_PORTS = range(1, 65_536)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """One line's address. `port` None: it is asked for an ICMP echo, else for a TCP connection, which it may refuse.

    The address is the customer's, and personal: it stands in the settings and is written nowhere else.
    """

    line: str
    address: str
    port: int | None = None
    every_s: float = _EVERY_S

    @property
    def method(self) -> str:
        """How it is asked."""
        return "icmp" if self.port is None else "tcp"


def read_aims(raw: object) -> tuple[tuple[Aim, ...], list[str]]:
    """The aims of `[[witness]]`, and what is wrong with them, one line each."""
    if not isinstance(raw, list) or not all(isinstance(one, Mapping) for one in raw):
        return (), ["witness must be a list of tables: write [[witness]] above each."]
    problems = [f"witness.{problem}" for one in raw for problem in _problems(one)]
    if problems:
        return (), problems
    return tuple(Aim(**one) for one in raw), []


def _problems(one: Mapping[str, object]) -> list[str]:
    found = [f"{key} is not a setting; use {', '.join(sorted(_KEYS))}." for key in one if key not in _KEYS]
    found += [
        f"{key} must be text that is not empty, but is {one.get(key)!r}."
        for key in ("line", "address")
        if not (isinstance(one.get(key), str) and one[key])
    ]
    if isinstance(one.get("line"), str) and one["line"]:
        try:
            check_name("line", str(one["line"]))
        except ValueError as error:
            found.append(f"{error}.")
    port, every_s = one.get("port", 1), one.get("every_s", _EVERY_S)
    if type(port) is not int or port not in _PORTS:
        found.append(f"port must be a whole number from 1 to 65535, but is {port!r}.")
    if isinstance(every_s, bool) or not isinstance(every_s, int | float) or not 5 <= every_s <= 60:
        found.append(f"every_s must be a number from 5 to 60, but is {every_s!r}.")
    return found
