"""Shell. One direction of one test against a server that M-Lab assigns: consent, limits, Locate, then the test itself.

Without consent, or beyond M-Lab's limits, nothing is sent. Knows nothing of schedules.
"""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from probe import clock
from probe.body.speed_test import Direction, Failure, Server, SpeedTest
from probe.throughput import fetch, outcome
from probe.throughput.mlab import allowance, ledger, locate
from probe.throughput.mlab.consent import CONSENT
from probe.throughput.mlab.locate import Located
from probe.throughput.plan import Live, Method, Plan

ASSIGNED = "wss://mlab"  # a plan's address until Locate has named one
_NEXT_MAY_DO = {Failure.NAME_NOT_RESOLVED, Failure.NO_ROUTE, Failure.REFUSED, Failure.TIMED_OUT, Failure.SERVER_REFUSED}


class MlabError(Exception):
    """M-Lab may not be asked. The text says why and what can be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MlabPlan:
    """`plan` is what to do; its address is put in place for each test. `accepted`: the person agreed to M-Lab's policy.

    `kept` is the file of the requests made. `service` is another Locate service than M-Lab's own.
    """

    plan: Plan
    accepted: bool
    kept: Path
    service: str = locate.SERVICE


def measure(
    mlab: MlabPlan,
    direction: Direction,
    *,
    on_progress: Callable[[Live], None] | None = None,
    stop: threading.Event | None = None,
) -> SpeedTest:
    """As `probe.throughput.client.measure`, against the first of the assigned servers that can be reached.

    Raises MlabError, LedgerError.
    """
    from probe.throughput.client import measure as measure_at

    stop = stop or threading.Event()
    _check(mlab)
    located = _ask(mlab, direction, stop)
    if isinstance(located, Failure):
        return _failed(mlab, direction, located)
    test: SpeedTest | None = None
    for one in located:
        test = measure_at(
            replace(mlab.plan, url=one.url, streams=_streams(mlab.plan)), direction, on_progress=on_progress, stop=stop
        )
        if test.failure not in _NEXT_MAY_DO:
            break
    assert test is not None
    return test


def measure_unattended(
    mlab: MlabPlan,
    direction: Direction,
    stop: threading.Event,
    *,
    on_progress: Callable[[Live], None] | None = None,
) -> SpeedTest:
    """The same where nobody watches: a download begins a round, and the wait until the next; nothing is raised.

    Whether a round may begin is asked before (`allowance.next_round_at`).
    """
    try:
        if direction is Direction.DOWNLOAD and mlab.accepted:
            now, uniform = clock.now(), random.random()
            ledger.change(mlab.kept, lambda spent: allowance.began_round(spent, now, uniform))
        return measure(mlab, direction, on_progress=on_progress, stop=stop)
    except (MlabError, ledger.LedgerError):
        return _failed(mlab, direction, Failure.ABORTED)


def require_consent(*, accepted: bool) -> None:
    """Raises MlabError unless the person agreed to what M-Lab publishes."""
    if not accepted:
        raise MlabError(CONSENT)


def _streams(plan: Plan) -> int:
    """M-Lab's own numbers, unless more were asked for: its data is of ndt7 over one connection, and msak over two."""
    return plan.streams or (1 if plan.method is Method.NDT7 else 2)


def _check(mlab: MlabPlan) -> None:
    require_consent(accepted=mlab.accepted)
    if not locate.is_served(mlab.plan.method):
        raise MlabError(f"M-Lab has no servers for {mlab.plan.method}. Use --method ndt7 or msak.")
    at = allowance.next_at(ledger.read(mlab.kept), clock.now())
    if at is not None:
        raise MlabError(
            f"M-Lab allows {allowance.MOST_REQUESTS} requests an hour from one address, and they are spent."
            f" Test again after {ledger.said(at)}, or against a server of your own."
        )


def _ask(mlab: MlabPlan, direction: Direction, stop: threading.Event) -> tuple[Located, ...] | Failure:
    """One request for each test: a token is good for one, and for a minute."""
    now = clock.now()
    ledger.change(mlab.kept, lambda spent: allowance.asked(spent, now))
    target = locate.target(mlab.plan.method, urlsplit(mlab.service).path)
    answer = fetch.get(mlab.plan, mlab.service, direction, stop, target=target, most_bytes=locate.MOST_ANSWER_BYTES)
    if isinstance(answer, Failure):
        return answer
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        ledger.change(mlab.kept, lambda spent: allowance.refused(spent, now))
    if answer.status != HTTPStatus.OK:
        return Failure.SERVER_REFUSED
    return locate.read(answer.body, mlab.plan.method, direction) or Failure.PROTOCOL


def _failed(mlab: MlabPlan, direction: Direction, failure: Failure) -> SpeedTest:
    return outcome.failed(
        direction=direction,
        method=mlab.plan.method,
        version=mlab.plan.method,
        server=Server(url=locate.NAME, tls=True),
        failure=failure,
        streams=_streams(mlab.plan),
    )
