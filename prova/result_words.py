"""Pure. One judged speed test in words, a few short lines: what was measured, beside what, and what it is worth.

Text of the other end is shown as its record holds it: printable, and short. Knows nothing of how it was judged.
"""

from collections.abc import Iterator

from analysis.finding import Reason
from analysis.report import JudgedTest
from analysis.validity import grade
from probe.body.speed_test import Failure, Limit, RoundTrips, ServerSaid, SpeedTest
from probe.throughput.plan import Method
from probe.units import mbps_of_bps

_INDENT = 10
_FAILED = {
    Failure.NAME_NOT_RESOLVED: "the server's name was not resolved",
    Failure.NO_ROUTE: "no route to the server",
    Failure.REFUSED: "the server's port is closed",
    Failure.TIMED_OUT: "no answer in time",
    Failure.TLS: "no secure connection was agreed on",
    Failure.SERVER_REFUSED: "the server declined",
    Failure.PROTOCOL: "the server spoke another protocol",
    Failure.CUT_SHORT: "it ended before enough was measured",
    Failure.ABORTED: "stopped",
    Failure.NOT_TOLD: "the log does not say why",
}
_LIMITS = {
    Limit.NETWORK: "network",
    Limit.RECEIVER_WINDOW: "receiver's window",
    Limit.SENDER_BUFFER: "sender's buffer",
    Limit.CPU: "processor",
}


def words(judged: JudgedTest) -> str:
    """At most eight lines."""
    test = judged.stored.record.body
    assert isinstance(test, SpeedTest)
    if test.failure is not None:
        return f"{test.direction:>8}  not measured: {_FAILED[test.failure]}"
    first, *others = _lines(test, judged)
    return "\n".join([f"{test.direction:>8}  {first}", *(f"{'':{_INDENT}}{line}" for line in others)])


def _lines(test: SpeedTest, judged: JudgedTest) -> Iterator[str]:
    yield _rate(test)
    yield from _more_rates(test)
    yield _whole(test)
    latency = _latency(test)
    if latency:
        yield latency
    if test.loaded_round_trips is not None:
        yield _stream(test.idle_round_trips, test.loaded_round_trips)
    if test.server_said is not None:
        yield from _server(test.server_said)
    yield _worth(judged)


def _rate(test: SpeedTest) -> str:
    """An uncertainty of the whole rate says that something else held it down: the line gives as much, or more."""
    assert test.rate_bps is not None
    unsure, least = test.uncertainty_bps, ""
    if unsure is not None and unsure >= test.rate_bps > 0:
        unsure, least = None, "at least "
    spread = "" if unsure is None else f" ± {mbps_of_bps(unsure):.1f}"
    kept_up = {True: ", steady", False: ", not steady", None: ""}[test.steady]
    payload = "as TCP payload" if test.method == Method.UDP else "TCP payload"
    layer = f"{least}{mbps_of_bps(test.rate_bps):.1f}{spread} Mbit/s ({payload}{kept_up})"
    if test.ip_rate_bps is not None:
        layer += f", {mbps_of_bps(test.ip_rate_bps):.1f} Mbit/s in IP packets"
    return layer


def _whole(test: SpeedTest) -> str:
    parts = []
    if test.mean_bps is not None:
        parts.append(f"mean {mbps_of_bps(test.mean_bps):.1f} Mbit/s")
    if test.bytes is not None:
        parts.append(f"{test.bytes / 1e6:.1f} MB")
    if test.duration_s is not None:
        parts.append(f"{test.duration_s:.1f} s")
    if test.retransmitted_share is not None:
        parts.append(f"{test.retransmitted_share:.1%} sent again")
    if test.lost_share is not None:
        parts.append(f"{test.lost_share:.1%} lost")
    if test.limited_by is not None:
        parts.append(f"held down by the {_LIMITS[test.limited_by]}")
    return f"the whole test: {', '.join(parts)}"


def _more_rates(test: SpeedTest) -> Iterator[str]:
    if test.burst is not None:
        first = f"{test.burst.bytes / 1e6:.1f} MB passed at {mbps_of_bps(test.burst.bps):.1f} Mbit/s"
        yield f"the first {first} in {test.burst.duration_s:.1f} s"
    if test.prescribed is not None and test.prescribed.bps is not None:
        yield f"{mbps_of_bps(test.prescribed.bps):.1f} Mbit/s as {test.prescribed.profile} counts it"


def _latency(test: SpeedTest) -> str:
    if test.idle_rtt_ms is None:
        return ""
    parts = [f"latency {test.idle_rtt_ms:.1f} ms idle"]
    if test.loaded_rtt_ms is not None:
        parts.append(f"{test.loaded_rtt_ms:.1f} ms under load")
    if test.loaded_rtt_p95_ms is not None:
        parts[-1] += f" (95 % below {test.loaded_rtt_p95_ms:.1f} ms)"
    if test.responsiveness_rpm is not None:
        parts.append(f"{test.responsiveness_rpm} round trips a minute")
    return ", ".join(parts)


def _stream(idle: RoundTrips | None, loaded: RoundTrips) -> str:
    parts = [
        f"{_milliseconds(one)} {when}" for one, when in ((idle, "idle"), (loaded, "under load")) if one is not None
    ]
    lost = loaded.lost_count / loaded.sent_count if loaded.sent_count else 0
    return f"beside it, by datagrams: {', '.join(parts)}, {lost:.1%} of {loaded.sent_count} lost"


def _milliseconds(found: RoundTrips) -> str:
    return "no answer" if found.median_ms is None else f"{found.median_ms:.1f} ms"


def _server(said: ServerSaid) -> Iterator[str]:
    parts = [said.name or said.instance or "", said.software or ""]
    if said.tests_count is not None and said.tests_count > 1:
        parts.append(f"{said.tests_count} tests at once")
    if said.cpu_share is not None:
        parts.append(f"its busiest core {said.cpu_share:.0%}")
    told = ", ".join(part for part in parts if part)
    if told:
        yield f"server {told}"


def _worth(judged: JudgedTest) -> str:
    if Reason.DEMONSTRATION_SERVER in judged.reasons:
        return "demonstration, not evidence"
    usable = " and ".join(judged.valid_for) or "nothing"
    why = f": {', '.join(reason.replace('_', ' ') for reason in judged.reasons)}" if judged.reasons else ""
    return f"grade {grade(judged.reasons)}, may show {usable}{why}"
