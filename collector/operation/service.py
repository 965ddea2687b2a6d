"""Pure. The measuring system's own service levels: what was measured of it, held against what it asks of itself.

The numbers are data (`service_levels.toml`), which a home may replace. Knows nothing of how anything was measured.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from collector.settings import SettingsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One number that is asked for: exactly one of `least` and `most` is set."""

    name: str
    least: float | None
    most: float | None
    unit: str
    over: str
    reason: str

    def is_met(self, value: float) -> bool:
        """Whether this is enough."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


@dataclass(frozen=True, slots=True)
class Level:
    """A target and what was measured; `value` and `met` are None where nothing was."""

    target: Target
    value: float | None
    met: bool | None


@cache
def shipped() -> Mapping[str, Target]:
    """The targets that come with this version, by name."""
    text = resources.files("collector.operation").joinpath("service_levels.toml").read_text(encoding="utf-8")
    return {
        name: Target(
            name=name,
            least=one.get("least"),
            most=one.get("most"),
            unit=one["unit"],
            over=one["over"],
            reason=one["reason"],
        )
        for name, one in tomllib.loads(text).items()
    }


def targets(table: Mapping[str, object]) -> Mapping[str, Target]:
    """The shipped ones with a home's own numbers, as `collector_up_share = 0.99`. Raises SettingsError, all at once."""
    known, problems = dict(shipped()), []
    for name, value in table.items():
        if name not in known:
            problems.append(f"{name} is no service level; there are {', '.join(known)}.")
        elif isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            problems.append(f"{name} must be a number from 0 on, but is {value!r}.")
        else:
            old = known[name]
            own = {"least": float(value)} if old.least is not None else {"most": float(value)}
            known[name] = Target(
                name=name,
                least=own.get("least"),
                most=own.get("most"),
                unit=old.unit,
                over=old.over,
                reason="as this home sets it",
            )
    if problems:
        raise SettingsError("\n".join(problems))
    return known


def levels(measured: Mapping[str, float | None], wanted: Mapping[str, Target]) -> tuple[Level, ...]:
    """Each target beside what was measured, in the targets' order."""
    return tuple(
        Level(target, value, None if value is None else target.is_met(value))
        for name, target in wanted.items()
        for value in (measured.get(name),)
    )
