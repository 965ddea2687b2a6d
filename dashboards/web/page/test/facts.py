"""Pure. All that is known of one test, in groups: rates, round trips, server, this machine, how it was made.

What was not measured is said where a reader would look for it, and left out elsewhere. Judges nothing.
"""

from collections.abc import Iterator

from collector.envelope import StoredRecord
from dashboards.web.page.test.shown import Group
from dashboards.web.voice import Voice
from probe.body.conditions import Conditions
from probe.body.speed_test import RoundTrips, SpeedTest
from probe.record import Stamp

Facts = Iterator[tuple[str, str | None]]  # a key of `fact.` and its value; None where it is not known
_ALWAYS = frozenset({"rate", "ip_rate", "bytes", "idle_rtt", "loaded_rtt", "server", "link_type", "link_rate", "cpu"})


def groups(stored: StoredRecord, test: SpeedTest, voice: Voice) -> tuple[Group, ...]:
    """In the order of a reader's questions; a group of which nothing is known is left out."""
    told = {
        "rates": _rates(test, voice),
        "latency": _latency(test, voice),
        "server": _server(test, voice),
        "machine": _machine(test.conditions, voice),
        "made": _made(stored, test, voice),
    }
    made = [Group(voice.say(f"fact_group.{name}"), tuple(_said(facts, voice))) for name, facts in told.items()]
    return tuple(group for group in made if group.facts)


def _said(facts: Facts, voice: Voice) -> Iterator[tuple[str, str]]:
    for name, value in facts:
        if value is not None or name in _ALWAYS:
            yield voice.say(f"fact.{name}"), voice.say("not_measured") if value is None else value


def _rates(test: SpeedTest, voice: Voice) -> Facts:
    yield "ip_rate", _rate(test.ip_rate_bps, voice)
    yield "rate", _rate(test.rate_bps, voice)
    yield "uncertainty", _rate(test.uncertainty_bps, voice)
    yield "mean", _rate(test.mean_bps, voice)
    yield "ethernet_rate", _rate(test.ethernet_rate_bps, voice)
    yield "bytes", None if test.bytes is None else voice.bytes(test.bytes)
    yield "duration", None if test.duration_s is None else f"{voice.number(test.duration_s, 1)} s"
    yield "limited_by", None if test.limited_by is None else voice.say(f"limit.{test.limited_by}")
    yield "burst", None if test.burst is None else voice.rate(test.burst.bps)
    yield "retransmitted", _share(test.retransmitted_share, voice)
    yield "lost", _share(test.lost_share, voice)


def _latency(test: SpeedTest, voice: Voice) -> Facts:
    yield "idle_rtt", _ms(test.idle_rtt_ms, voice)
    yield "loaded_rtt", _ms(test.loaded_rtt_ms, voice)
    yield "loaded_p95", _ms(test.loaded_rtt_p95_ms, voice)
    yield "loaded_p99", _ms(test.loaded_rtt_p99_ms, voice)
    yield "responsiveness", None if test.responsiveness_rpm is None else voice.number(test.responsiveness_rpm)
    yield "idle_small", _small(test.idle_round_trips, voice)
    yield "loaded_small", _small(test.loaded_round_trips, voice)


def _small(trips: RoundTrips | None, voice: Voice) -> str | None:
    if trips is None:
        return None
    middle = voice.say("not_measured") if trips.median_ms is None else voice.milliseconds(trips.median_ms)
    return voice.say("fact.round_trips", median=middle, lost=trips.lost_count, count=trips.sent_count)


def _server(test: SpeedTest, voice: Voice) -> Facts:
    server, said = test.server, test.server_said
    yield "server", server.url or None
    yield "address", server.address
    yield "family", None if server.address_family is None else f"IPv{server.address_family}"
    yield "tls", " · ".join(one for one in (server.tls_version, server.tls_cipher) if one) or None
    if said is not None:
        yield "server_name", said.name
        yield "server_software", said.software
        yield "server_tests", None if said.tests_count is None else voice.number(said.tests_count)
        yield "server_cpu", _share(said.cpu_share, voice)
        yield "server_link", _rate(said.link_bps, voice)
        yield "server_other", None if said.other_bytes is None else voice.bytes(said.other_bytes)


def _machine(seen: Conditions, voice: Voice) -> Facts:
    yield "path", None if seen.path is None else voice.say(f"path.{seen.path}")
    yield "link_type", None if seen.link_type is None else voice.say(f"link.{seen.link_type}")
    yield "link_rate", _rate(seen.link_bps, voice)
    yield "duplex", None if seen.full_duplex is None else voice.say("yes" if seen.full_duplex else "no")
    yield "mtu", None if seen.mtu_bytes is None else voice.bytes(seen.mtu_bytes)
    yield "signal", None if seen.signal_dbm is None else f"{voice.number(seen.signal_dbm)} dBm"
    yield "cpu", _share(seen.cpu_share, voice)
    yield "cpu_pressure", _share(seen.cpu_pressure_share, voice)
    yield "memory_pressure", _share(seen.memory_pressure_share, voice)
    yield "other_traffic", None if seen.other_bytes is None else voice.bytes(seen.other_bytes)
    yield "household", None if seen.household_bytes is None else voice.bytes(seen.household_bytes)
    yield "ceiling", _rate(seen.ceiling_bps, voice)


def _made(stored: StoredRecord, test: SpeedTest, voice: Voice) -> Facts:
    record = stored.record
    yield "method", f"{test.method} {test.method_version}".strip()
    yield "streams", voice.number(test.streams)
    yield "origin", voice.say(f"origin.{test.draw.origin}") if test.draw is not None else voice.say("origin.person")
    yield "clock", _clock(record.started, voice)
    yield "record", record.id
    yield "software", record.software or None
    if stored.imported is None:
        yield "received", voice.moment_seconds(stored.received_at)
        yield "batch", stored.batch_sha256
    else:
        yield "file", stored.imported.source.name
        yield "place", voice.number(stored.imported.place)


def _clock(started: Stamp, voice: Voice) -> str:
    synchronised = started.synchronised
    return voice.say("not_measured" if synchronised is None else "yes" if synchronised else "no")


def _rate(bps: int | None, voice: Voice) -> str | None:
    return None if bps is None else voice.rate(bps)


def _ms(value_ms: float | None, voice: Voice) -> str | None:
    return None if value_ms is None else voice.milliseconds(value_ms)


def _share(share: float | None, voice: Voice) -> str | None:
    return None if share is None else f"{voice.number(share * 100, 1)} %"
