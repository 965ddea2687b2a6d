"""Pure. What jurisdictions prescribe of a speed test's length and connections, read from `profiles.toml`.

Knows nothing of what a result is held against.
"""

import tomllib
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

from probe.body.speed_test import Direction
from probe.throughput.ndt7.protocol import FULL_DURATION_S
from probe.throughput.plan import Method, Plan, Prescription
from probe.units import bps_of_mbps

_SPARE_S = 0.5  # a server that ends with us counts the last moments too


class ProfileError(Exception):
    """There is no such profile, or a plan cannot follow it. The text says how to mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodProfile:
    """`streams`: (from this rate in bit/s, connections), sorted, the first from 0."""

    name: str
    edition: str
    source: str
    lead_in_s: float
    measured_s: dict[Direction, float]
    streams: tuple[tuple[int, int], ...]


def profiles() -> tuple[MethodProfile, ...]:
    """All of them, by name."""
    text = resources.files(__package__).joinpath("profiles.toml").read_text(encoding="utf-8")
    return tuple(sorted((_profile(row) for row in tomllib.loads(text)["profile"]), key=lambda one: one.name))


def profile(name: str) -> MethodProfile:
    """The one of that name. Raises ProfileError."""
    known = {one.name: one for one in profiles()}
    if name not in known:
        raise ProfileError(f"{name!r} is no method profile. Name one of {', '.join(known)}.")
    return known[name]


def streams_at(wanted: MethodProfile, rate_bps: int | None) -> int:
    """How many connections a line of that rate gets; the fewest where it is not known."""
    return max(count for from_bps, count in wanted.streams if from_bps <= (rate_bps or 0))


def planned(plan: Plan, wanted: MethodProfile, direction: Direction, rate_bps: int | None) -> Plan:
    """`plan` at the length and with the connections that are prescribed. Raises ProfileError."""
    measured_s = wanted.measured_s[direction]
    duration_s = wanted.lead_in_s + measured_s + _SPARE_S
    if plan.method is Method.NDT7 and duration_s > FULL_DURATION_S:
        raise ProfileError(
            f"{wanted.name} takes {duration_s:g} seconds, and ndt7 ends after {FULL_DURATION_S:g}. Use --method msak."
        )
    if plan.method is Method.UDP:
        raise ProfileError(f"{wanted.name} is measured over TCP. Use --method msak.")
    return replace(
        plan,
        duration_s=duration_s,
        adaptive=False,
        streams=streams_at(wanted, rate_bps),
        prescription=Prescription(
            profile=wanted.name, edition=wanted.edition, lead_in_s=wanted.lead_in_s, measured_s=measured_s
        ),
    )


def _profile(row: dict[str, Any]) -> MethodProfile:
    return MethodProfile(
        name=row["name"],
        edition=row["edition"],
        source=row["source"],
        lead_in_s=row["lead_in_s"],
        measured_s={Direction.DOWNLOAD: row["download_s"], Direction.UPLOAD: row["upload_s"]},
        streams=tuple((bps_of_mbps(one["from_mbps"]), one["count"]) for one in row["streams"]),
    )
