"""Pure. What was seen of a rung, in both languages: figures, times of day (UTC), and few words about them.

What a router says of itself stays in its own words. Knows nothing of what it means.
"""

from collections.abc import Iterable

from analysis.finding import Sentence
from analysis.outage.rung.looks import Count
from analysis.wording import sentence
from probe.body.rung import Neighbour
from probe.units import at_epoch_us


def listed(parts: Iterable[Sentence]) -> Sentence:
    """All of them in one line; empty ones are left out, and of equal ones all but the first."""
    kept = tuple(dict.fromkeys(part for part in parts if part.en))
    return Sentence(pt="; ".join(part.pt for part in kept), en="; ".join(part.en for part in kept))


def in_own_words(words: str) -> Sentence:
    """What somebody else said, as it was said."""
    return Sentence(pt=words, en=words)


def asked_throughout(probes: Iterable[str]) -> Sentence:
    """By which probes."""
    return sentence("rung.asked", probes=", ".join(sorted(probes)))


def answered(name: str, earlier: Count | None, during: Count | None) -> Sentence:
    """How often it answered while the interruption began, of so many questions, and before."""
    return sentence("rung.answered", name=name, during=str(during or Count()), before=str(earlier or Count()))


def answered_at_home() -> Sentence:
    """The gateway did, so there was a link to it."""
    return sentence("rung.gateway_answered")


def carrier() -> Sentence:
    """It was there."""
    return sentence("rung.carrier")


def carrier_lost(at_us: int) -> Sentence:
    """When it went."""
    return sentence("rung.carrier_lost", time=f"{at_epoch_us(at_us):%H:%M:%SZ}")


def carrier_counted(times: int) -> Sentence:
    """How often the kernel saw it go, and nobody else."""
    return sentence("rung.carrier_counted", times=str(times))


def neighbour(state: Neighbour) -> Sentence:
    """What the neighbour table says of the gateway."""
    return sentence(f"rung.neighbour.{state.value}")


def device_up(uptime_s: int, since_us: int) -> Sentence:
    """For how long the router's device had been running."""
    return sentence("rung.device_up", uptime=str(uptime_s), since=f"{at_epoch_us(since_us):%Y-%m-%d %H:%M:%SZ}")


def connection_up(uptime_s: int, since_us: int) -> Sentence:
    """For how long its connection had."""
    return sentence("rung.connection_up", uptime=str(uptime_s), since=f"{at_epoch_us(since_us):%H:%M:%SZ}")


def connected() -> Sentence:
    """The router said so."""
    return sentence("rung.connected")


def paths(count: int) -> Sentence:
    """So many paths to somebody beyond were found."""
    return sentence(f"rung.paths.{'one' if count == 1 else 'other'}", count=str(count))
