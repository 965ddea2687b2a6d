"""Pure. How each thing stands that a claim needs, in the order of use: without the one before, the next helps little.

Read off the findings, the tests' reasons and what is there at all; this knows no threshold.
"""

from collections.abc import Collection, Iterator

from analysis.finding import Reason, Verdict
from dashboards.web.page.readiness.shown import Standing
from dashboards.web.part.counting import speed_of
from dashboards.web.part.lacks import is_demonstration
from dashboards.web.part.state_now import answer_count, asked_count, is_silent, targets_now
from dashboards.web.past.told import Readiness, Tried
from probe.body.reachability import Role

_CLOCK = frozenset({Reason.CLOCK_UNSYNCHRONISED, Reason.CLOCK_UNKNOWN})
_LINK = frozenset({Reason.WIRELESS, Reason.LINK_TOO_SLOW, Reason.LINK_UNKNOWN, Reason.TUNNEL, Reason.MTU_ODD})
_SERVER = frozenset({Reason.SERVER_ON_OWN_NETWORK, Reason.SERVER_ON_THIS_MACHINE, Reason.DEMONSTRATION_SERVER})
Stands = tuple[str, Standing]


def standings(ready: Readiness) -> tuple[Stands, ...]:
    """(the thing, how it stands), in order."""
    return (
        ("contract", _contract(ready)),
        ("probe", _probe(ready)),
        ("collector", _collector(ready)),
        ("server", _server(ready)),
        ("clock", _clock(ready)),
        ("link", _by_reasons(ready, _LINK)),
        ("router", _router(ready)),
        ("calibration", _calibration(ready)),
        ("coverage", _coverage(ready)),
        ("second_server", _second_server(ready)),
        ("case", _case(ready)),
        ("official", _official(ready)),
        ("time_stamps", _stamps(ready)),
        ("version", _version(ready)),
    )


def tests_of(ready: Readiness) -> list[Tried]:
    """Every test of the days looked at, oldest first."""
    return [test for day in ready.days for test in day.tests]


def _contract(ready: Readiness) -> Standing:
    reading = ready.now
    if reading.contract is None:
        return Standing.MISSING
    return Standing.PRESENT if reading.contract.on(reading.day) else Standing.STALE


def _probe(ready: Readiness) -> Standing:
    if not any(probe.last_record_at for probe in ready.now.probes):
        return Standing.MISSING
    return Standing.STALE if is_silent(ready.now) else Standing.PRESENT


def _collector(ready: Readiness) -> Standing:
    """Its own time away; where it never said that it was at work, nothing is known of it."""
    uptime = ready.uptime
    if uptime is None or not (uptime.up_s or uptime.down_s):
        return Standing.UNKNOWN
    if not uptime.at_work:
        return Standing.MISSING
    return Standing.STALE if uptime.down else Standing.PRESENT


def _server(ready: Readiness) -> Standing:
    if is_demonstration(ready.now):
        return Standing.MISSING
    return _by_reasons(ready, _SERVER)


def _clock(ready: Readiness) -> Standing:
    synchronised = [stored.record.ended.synchronised for stored in ready.now.minutes[-1:]]
    if synchronised == [False]:
        return Standing.MISSING
    if synchronised == [None] or not synchronised:
        return Standing.UNKNOWN
    return _by_reasons(ready, _CLOCK)


def _by_reasons(ready: Readiness, reasons: Collection[Reason]) -> Standing:
    """The newest test tells how it is; earlier ones of these days, that it was not always so."""
    spoilt = [bool(set(reasons).intersection(test.reasons)) for test in tests_of(ready) if test.failure is None]
    if not spoilt:
        return Standing.UNKNOWN
    if spoilt[-1]:
        return Standing.MISSING
    return Standing.STALE if any(spoilt) else Standing.PRESENT


def _router(ready: Readiness) -> Standing:
    routers = [target for _, target in targets_now(ready.now) if target.role is Role.GATEWAY and asked_count(target)]
    if not routers:
        return Standing.MISSING if ready.now.minutes else Standing.UNKNOWN
    return Standing.PRESENT if any(answer_count(target) for target in routers) else Standing.STALE


def _calibration(ready: Readiness) -> Standing:
    latest = [speed_of(test) for test in ready.now.latest_tests]
    known = [test.conditions.ceiling_bps is not None for test in latest]
    if not known:
        return Standing.UNKNOWN
    if not known[-1]:
        return Standing.STALE if any(known) else Standing.MISSING
    near = any(Reason.NEAR_CEILING in test.reasons for test in ready.now.latest_tests)
    return Standing.STALE if near else Standing.PRESENT


def _coverage(ready: Readiness) -> Standing:
    """Whether the newest day that is over has its verdicts; only in part is stale."""
    over = [day for day in ready.days if day.on < ready.now.day]
    if not over or not over[-1].findings:
        return Standing.MISSING if ready.now.contract else Standing.UNKNOWN
    decided = [one.verdict is not Verdict.INSUFFICIENT for one in over[-1].findings if one.local_day is not None]
    if all(decided):
        return Standing.PRESENT
    return Standing.STALE if any(decided) else Standing.MISSING


def _second_server(ready: Readiness) -> Standing:
    tests = [test for test in tests_of(ready) if not test.imported]
    if not tests:
        return Standing.UNKNOWN
    return Standing.PRESENT if len(set(_servers(tests))) > 1 else Standing.MISSING


def _servers(tests: list[Tried]) -> Iterator[str]:
    return (test.server_url for test in tests)


def _case(ready: Readiness) -> Standing:
    if ready.case is None:
        return Standing.STALE if ready.now.case_problem else Standing.MISSING
    return Standing.PRESENT if ready.case.faults or ready.case.complaints else Standing.STALE


def _official(ready: Readiness) -> Standing:
    """One of these days stands close in time; an older one does not."""
    results = ready.case.official_results if ready.case else ()
    if not results:
        return Standing.MISSING
    known = {day.on for day in ready.days}
    recent = any(one.measured_at.astimezone(ready.now.zone).date() in known for one in results)
    return Standing.PRESENT if recent else Standing.STALE


def _stamps(ready: Readiness) -> Standing:
    if ready.is_stamped is None:
        return Standing.UNKNOWN
    return Standing.PRESENT if ready.is_stamped else Standing.MISSING


def _version(ready: Readiness) -> Standing:
    told = [stored.record.software for stored in ready.now.minutes]
    if not told:
        return Standing.UNKNOWN
    return Standing.PRESENT if all(one == ready.software for one in told) else Standing.STALE
