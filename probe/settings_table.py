"""Pure. One table of a settings file while it is read: hands out values of the right kind, collects what is wrong.

Knows no setting by name.
"""

import difflib
from collections.abc import Mapping

from probe.record import check_name


class Table:
    """Reads one table. A wrong value is replaced by the default and noted in `problems`, one line each.

    `problems` is shared with the tables inside, in the order of reading.
    """

    def __init__(self, raw: Mapping[str, object], *, where: str = "", problems: list[str] | None = None) -> None:
        self._raw = raw
        self._where = where
        self._inner: list[Table] = []
        self._known: list[str] = []
        self.problems: list[str] = [] if problems is None else problems

    def complain(self, key: str, what: str) -> None:
        """Notes a problem with `key`; `what` follows its name and ends without a full stop."""
        self.problems.append(f"{self._where}{key} {what}.")

    def table(self, key: str) -> "Table":
        """The table `key`; an empty one where it is absent."""
        value = self._take(key, {})
        if not isinstance(value, Mapping):
            self.complain(key, f"must be a table, but is {value!r}; write [{self._where}{key}] above its settings")
            value = {}
        inner = Table(value, where=f"{self._where}{key}.", problems=self.problems)
        self._inner.append(inner)
        return inner

    def text(self, key: str) -> str | None:
        """Text that is not empty, None where absent."""
        value = self._take(key, None)
        if value is None or (isinstance(value, str) and value):
            return value
        self.complain(key, f"must be text that is not empty, but is {value!r}")
        return None

    def required_text(self, key: str) -> str:
        """Text that is not empty."""
        if key not in self._raw:
            section = f" under [{self._where[:-1]}]" if self._where else " at the top"
            self.complain(key, f'is missing; add {key} = "..."{section}')
        return self.text(key) or ""

    def checked_name(self, key: str, text: str | None) -> str | None:
        """`text`, the value of `key`, with a problem noted where it cannot be one level of a topic."""
        if text:
            try:
                return check_name("", text)
            except ValueError as error:
                self.complain(key, str(error).strip())
        return text

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        value = self._take(key, default)
        if isinstance(value, bool):
            return value
        self.complain(key, f"must be true or false, but is {value!r}")
        return default

    def integer(self, key: str, *, default: int, low: int, high: int | None = None) -> int:
        """A whole number from `low` to `high`."""
        value = self._take(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value and (high is None or value <= high):
            return value
        self.complain(key, f"must be a whole number {_span(low, high)}, but is {value!r}")
        return default

    def number(self, key: str, *, low: float, high: float) -> float | None:
        """A number from `low` to `high`, None where absent."""
        value = self._take(key, None)
        if value is None:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return float(value)
        self.complain(key, f"must be a number {_span(low, high)}, but is {value!r}")
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty where absent."""
        value = self._take(key, [])
        if isinstance(value, list) and all(isinstance(one, str) and one for one in value):
            return tuple(value)
        self.complain(key, f'must be a list of texts, as in {key} = ["...", "..."], but is {value!r}')
        return ()

    def entries(self, key: str) -> "tuple[str | Table, ...]":
        """A list of texts and tables, empty where absent."""
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str | Mapping) and one for one in value):
            self.complain(key, f'must be a list of texts or tables, as in {key} = ["..."], but is {value!r}')
            return ()
        found: list[str | Table] = []
        for one in value:
            if isinstance(one, Mapping):
                inner = Table(one, where=f"{self._where}{key}.", problems=self.problems)
                self._inner.append(inner)
                found.append(inner)
            else:
                found.append(one)
        return tuple(found)

    def refuse_unknown(self) -> None:
        """Notes every key that was never asked for, here and in the tables inside, with the nearest that was."""
        for key in self._raw:
            if key not in self._known:
                nearest = difflib.get_close_matches(key, self._known, n=1, cutoff=0.0)[0]
                self.complain(key, f"is not a setting; perhaps {self._where}{nearest} was meant")
        for inner in self._inner:
            inner.refuse_unknown()

    def _take(self, key: str, default: object) -> object:
        self._known.append(key)
        return self._raw.get(key, default)


def _span(low: float, high: float | None) -> str:
    return f"of at least {low}" if high is None else f"from {low} to {high}"
