"""Shell. Judges, puts what is new into the outbox, and sends what is due: once, or until it is stopped.

Holds no judgement and no clock of its own.
"""

import random
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from analysis import run
from analysis.contract import Contract
from analysis.finding import Finding
from analysis.period import Period, local_day
from analysis.run import Records
from dashboards.hook.hook import Hook, HookError, read, secret_of
from dashboards.hook.message import WAITS_S, of_finding, wait_s
from dashboards.hook.outbox import Outbox
from dashboards.hook.send import Answered, send
from probe.key import KeyFileError
from probe.keyfile import check_private

_AT_ONCE = 50  # of one hook, before the next has its turn
_MOST_FILE = 1_000_000
_MOST_ALONE = 2  # of `WAITS_S`: a receiver is left alone for five minutes at most


@dataclass(frozen=True, slots=True)
class _Trouble:
    """A receiver that took nothing, so many times in a row, and until when it is left alone."""

    count: int
    until_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Works for one thread. `say` hears in words what a person should know."""

    hooks: tuple[Hook, ...]
    secrets: Mapping[str, bytes]
    outbox: Outbox
    clock: Callable[[], datetime]
    software: str
    say: Callable[[str], None]
    _trouble: dict[str, "_Trouble"] = field(default_factory=dict)

    def judge(self, store: Records, contracts: Iterable[Contract], days: int) -> int:
        """Puts in what the last `days` civil days of each contract's line are found to be; how much of it was new."""
        put = 0
        for contract in contracts:
            now = self.clock()
            today = now.astimezone(contract.line.zone).date()
            first = local_day(today - timedelta(days=days - 1), contract.line.zone)
            period = Period(first.start_at, local_day(today, contract.line.zone).end_at)
            put += self._put(contract.line.id, run.check(store, contract, period, now).findings, now)
        return put

    def deliver(self) -> int:
        """Sends what is due, each hook's oldest first; how many were taken.

        A receiver that does not answer, or not now, is left alone for a while with all its messages; one that refuses
        a message gets the next.
        """
        return sum(self._deliver(hook) for hook in self.hooks)

    def _put(self, line: str, findings: Sequence[Finding], now: datetime) -> int:
        wanted = [of_finding(hook, line, one, now) for hook in self.hooks for one in findings if hook.wants(line, one)]
        return self.outbox.put(wanted, at=now) if wanted else 0

    def _deliver(self, hook: Hook) -> int:
        taken, trouble = 0, self._trouble.get(hook.name)
        if trouble is not None and self.clock() < trouble.until_at:
            return 0
        for one in self.outbox.due(hook.name, at=self.clock(), most=_AT_ONCE):
            now = self.clock()
            answered = send(
                hook,
                self.secrets[hook.name],
                one.message,
                timestamp_s=int(now.timestamp()),
                software=self.software,
            )
            if not answered.is_taken:
                self._failed(hook, one.message.id, one.attempts + 1, answered)
                if answered.is_refused and not answered.is_gone:
                    continue
                break
            self.outbox.sent(one.message.id, at=self.clock())
            self._trouble.pop(hook.name, None)
            taken += 1
        return taken

    def _failed(self, hook: Hook, id_: str, attempts: int, answered: Answered) -> None:
        now = self.clock()
        wait = wait_s(attempts, random.random())
        self.outbox.failed(id_, said=answered.said, due_at=None if wait is None else now + timedelta(seconds=wait))
        if not answered.is_refused:
            count = self._trouble[hook.name].count + 1 if hook.name in self._trouble else 1
            left_alone = timedelta(seconds=WAITS_S[min(count, _MOST_ALONE) - 1])
            self._trouble[hook.name] = _Trouble(count, now + left_alone)
        if answered.is_gone:
            self.outbox.close_hook(hook.name, at=now)
            self.say(
                f"{hook.name}: its receiver wants nothing more (410); `prova api hooks reopen {hook.name}` resumes"
            )
        else:
            again = "given up" if wait is None else f"tried again in {wait:.0f} s"
            self.say(f"{hook.name}: {id_} was not taken ({answered.said}); {again}")


def load(path: Path) -> tuple[Hook, ...]:
    """The hooks of the settings file; none where there is no file. Raises HookError."""
    if not path.exists():
        return ()
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_FILE)
        return read(tomllib.loads(content.decode()), path.parent, str(path))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise HookError(f"{path} cannot be read ({error}). Mend it there.") from error


def secrets_of(hooks: Iterable[Hook]) -> dict[str, bytes]:
    """Each hook's secret, from its file. Raises HookError."""
    found: dict[str, bytes] = {}
    for hook in hooks:
        try:
            check_private(hook.secret_file)
            secret = secret_of(hook.secret_file.read_text(encoding="ascii"))
        except KeyFileError as error:
            raise HookError(str(error)) from error
        except (OSError, UnicodeDecodeError) as error:
            raise HookError(f"{hook.secret_file} cannot be read ({error}). Name the file of {hook.name}.") from error
        if secret is None:
            raise HookError(
                f"{hook.secret_file} holds no secret. Make one with `prova api hooks secret -o {hook.secret_file}`."
            )
        found[hook.name] = secret
    return found
