"""Pure. The rungs that the home router tells of itself: whether the device ran on, and how its connection fared.

An uptime compares only with the clock: what began before the interruption ran on through it. Of the connection only a
new beginning counts, and what the router said of it meanwhile: some report the whole machine's uptime as the
connection's. Knows nothing of how the router was asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.finding import Sentence
from analysis.outage.outage import Rung, RungName, RungState
from analysis.outage.rung import seen
from analysis.outage.rung.looks import Look, Looks
from analysis.outage.rung.moment import Moment
from probe.body.rung import LinkStatus, RouterSeen, WanStatus

_US_PER_S = 1_000_000
_SLACK_US = 5 * _US_PER_S  # uptimes are whole seconds, read a round trip late
_DRIFT_SHARE = 0.001  # of an uptime: a cheap clock
_AFTER_US = 1_200 * _US_PER_S  # how long after the recovery a look still tells of it
_LINK_GONE = frozenset({LinkStatus.DOWN, LinkStatus.INITIALIZING})


@dataclass(frozen=True, slots=True)
class Told:
    """Both rungs. `restarted_later`: the device started anew during the interruption, but not at its onset."""

    router: Rung
    wan: Rung
    link_gone: bool
    restarted_later: bool


def told(looks: Looks, moment: Moment, gateway: RungState) -> Told:
    """What the router said of the interruption. `gateway`: whether it was seen to answer at the onset."""
    answers = [look for look in looks.routers if look.seen.silence is None]
    during = [look for look in answers if moment.first_us <= look.at_us <= moment.last_us]
    later = [look for look in answers if moment.last_us < look.at_us <= moment.until_us + _AFTER_US]
    device, started_us = _device([*during, *later[:1]], moment, gateway)
    restarted_later = started_us is not None and device.state is RungState.WELL
    if restarted_later:  # what the router said after that is of the restart
        during = [look for look in during if look.at_us < (started_us or 0)]
        later = []
    gone = any(look.seen.link_status in _LINK_GONE for look in during)
    return Told(device, _wan(during, later[:1], moment), gone, restarted_later)


def _device(looks: Sequence[Look[RouterSeen]], moment: Moment, gateway: RungState) -> tuple[Rung, int | None]:
    """The device, and when it started if that was during the interruption."""
    starts = [
        (look.at_us - look.seen.device_uptime_s * _US_PER_S, look.seen.device_uptime_s)
        for look in looks
        if look.seen.device_uptime_s is not None
    ]
    if not starts:
        return Rung(RungName.ROUTER, RungState.UNSEEN), None
    started_us, uptime_s = starts[-1]
    evidence = seen.device_up(uptime_s, started_us)
    if started_us <= moment.from_us - _slack_us(uptime_s):
        return Rung(RungName.ROUTER, RungState.WELL, evidence), None
    later = started_us > moment.onset_end_us + _slack_us(uptime_s) and gateway is RungState.WELL
    return Rung(RungName.ROUTER, RungState.WELL if later else RungState.FAULT, evidence), started_us


def _wan(during: Sequence[Look[RouterSeen]], later: Sequence[Look[RouterSeen]], moment: Moment) -> Rung:
    lost = [_words(look.seen) for look in during if _is_lost(look.seen)]
    if lost:
        return Rung(RungName.WAN, RungState.FAULT, seen.listed(lost))
    for look in [*during, *later]:
        uptime_s = look.seen.wan_uptime_s
        if uptime_s is None or look.seen.wan_status not in {None, WanStatus.CONNECTED}:
            continue
        started_us = look.at_us - uptime_s * _US_PER_S
        if moment.from_us - _slack_us(uptime_s) < started_us <= moment.until_us + _slack_us(uptime_s):
            return Rung(RungName.WAN, RungState.FAULT, seen.connection_up(uptime_s, started_us))
    if any(look.seen.wan_status is WanStatus.CONNECTED for look in during):
        return Rung(RungName.WAN, RungState.WELL, seen.connected())
    return Rung(RungName.WAN, RungState.UNSEEN)


def _is_lost(said: RouterSeen) -> bool:
    return said.link_status in _LINK_GONE or said.wan_status not in {None, WanStatus.CONNECTED}


def _words(said: RouterSeen) -> Sentence:
    return seen.in_own_words(", ".join(str(one) for one in (said.wan_status, said.link_status, said.last_error) if one))


def _slack_us(uptime_s: int) -> int:
    return _SLACK_US + round(_DRIFT_SHARE * uptime_s * _US_PER_S)
