"""Pure. The share of changes that were noticed, and which of the others could not have been.

Knows nothing of how changes are made or tried.
"""

import math
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass

_Z = 1.959963984540054  # of the normal distribution's 0.975
_NOTICED = {"killed", "timeout", "segfault", "suspicious", "caught by type check"}


@dataclass(frozen=True, slots=True)
class Change:
    """One change to a function: the lines before and after, each without its indentation."""

    name: str
    before: str
    after: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What names it however many other changes its function has: function, before, after."""
        return self.name.rsplit("__mutmut_", 1)[0], self.before, self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """`tried` of `of` changes; `equivalent` ones are in neither part of the share."""

    noticed: int
    tried: int
    equivalent: int
    of: int

    @property
    def share(self) -> float:
        """Noticed, of those that something could notice."""
        return self.noticed / max(self.tried - self.equivalent, 1)

    def __str__(self) -> str:
        low, high = wilson(self.noticed, self.tried - self.equivalent)
        drawn = "all" if self.tried == self.of else f"{self.tried} drawn"
        return (
            f"{self.share:.1%} noticed ({low:.1%} to {high:.1%}): {self.noticed} of {self.tried - self.equivalent},"
            f" {self.equivalent} more equivalent; {drawn} of {self.of}"
        )


def score(statuses: Iterable[str], *, equivalent: int, of: int) -> Score:
    """From what became of each change that was tried. Raises ValueError where one was not tried after all."""
    told = list(statuses)
    if "not checked" in told:
        raise ValueError(f"{told.count('not checked')} changes were not tried: mutmut ended early, its output says why")
    return Score(noticed=sum(one in _NOTICED for one in told), tried=len(told), equivalent=equivalent, of=of)


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 0.95 interval of a share (Wilson 1927)."""
    if of == 0:
        return 0.0, 1.0
    share, weight = hits / of, _Z**2 / of
    middle = (share + weight / 2) / (1 + weight)
    half = _Z / (1 + weight) * math.sqrt(share * (1 - share) / of + weight / (4 * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def changed_lines(diff: str) -> tuple[str, str]:
    """(before, after) of a unified diff, several lines joined by a space."""
    rows = [line for line in diff.splitlines() if not line.startswith(("---", "+++"))]
    before = " ".join(line[1:].strip() for line in rows if line.startswith("-"))
    after = " ".join(line[1:].strip() for line in rows if line.startswith("+"))
    return before, after


def told_why(text: str) -> dict[tuple[str, str, str], str]:
    """`equivalent.toml`: each change that nothing could notice, by its key, and why. ValueError at an empty why."""
    found = {}
    for one in tomllib.loads(text).get("equivalent", []):
        if not one["why"].strip():
            raise ValueError(f"{one['function']}: {one['after']!r} is called equivalent without a reason")
        found[one["function"], one["before"], one["after"]] = one["why"]
    return found
