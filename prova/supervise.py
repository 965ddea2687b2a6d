"""Shell. Runs the rooms as child processes of one `prova up`: starts, restarts, passes their words on, ends them all.

Children get no terminal signal of their own; they end when told, and die with their parent even if it is killed.
Knows nothing of what the children do.
"""

import asyncio
import ctypes
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from prova.exit import CommandError, Exit

_PR_SET_PDEATHSIG = 1  # prctl(2)
_RESTART_WAITS_S = (0.2, 0.5, 1, 2, 5, 10, 30)
_STEADY_S = 60  # a child that ran this long starts its restart waits from the beginning
_END_WITHIN_S = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """One process to keep running. `ready` returns once it serves; None where nothing waits for it."""

    name: str
    argv: tuple[str, ...]
    ready: Callable[[], Awaitable[None]] | None = None


@dataclass(slots=True)
class _Running:
    child: Child
    process: asyncio.subprocess.Process
    said: list[str] = field(default_factory=list)


class Supervisor:
    """Keeps children running in the order they were added and ends them in the opposite order."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._running: dict[str, _Running] = {}
        self._keepers: list[asyncio.Task[None]] = []
        self._ending = False
        self._renewed: set[str] = set()
        self.failed: asyncio.Future[CommandError] = asyncio.get_running_loop().create_future()

    async def add(self, child: Child) -> None:
        """Starts a child and waits until it is ready. Raises CommandError if it ends before that."""
        running = await self._start(child)
        waiting = asyncio.create_task(_ready(child))
        ended = asyncio.create_task(running.process.wait())
        await asyncio.wait({waiting, ended}, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()
            raise _ended_early(running)
        ended.cancel()
        await waiting
        self._keepers.append(asyncio.create_task(self._keep(running), name=f"keep {child.name}"))

    def keeps(self, name: str) -> bool:
        """Whether a child of that name was added."""
        return name in self._running

    async def renew(self, name: str) -> None:
        """Ends the child of that name, which is then started anew at once: it is to read its settings again."""
        running = self._running.get(name)
        if running is not None:
            self._renewed.add(name)
            await _end(running.process)

    async def end(self) -> None:
        """Ends every child, last started first; what does not end in time is killed."""
        self._ending = True
        for running in reversed(list(self._running.values())):
            await _end(running.process)
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)

    async def _start(self, child: Child) -> _Running:
        try:
            process = await asyncio.create_subprocess_exec(
                *child.argv,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,  # a Ctrl-C reaches the supervisor alone, which ends the children in order
                preexec_fn=_die_with_parent,
            )
        except OSError as error:
            raise CommandError(f"The {child.name} cannot be started: {error.strerror} ({child.argv[0]}).") from error
        running = _Running(child, process)
        self._running[child.name] = running
        return running

    async def _keep(self, running: _Running) -> None:
        """Waits for the child's end and starts it again, unless it ended for something that a person must mend."""
        tries = 0
        while True:
            began = time.monotonic()
            await _pass_on(running, self._say)
            code = await running.process.wait()
            if self._ending:
                return
            if running.child.name in self._renewed:
                self._renewed.discard(running.child.name)
                tries = 0
                running = await self._start(running.child)
                continue
            if code == Exit.USAGE:
                if not self.failed.done():
                    self.failed.set_result(_ended_early(running))
                return
            tries = 0 if time.monotonic() - began > _STEADY_S else tries + 1
            wait_s = _RESTART_WAITS_S[min(tries, len(_RESTART_WAITS_S) - 1)]
            self._say(f"The {running.child.name} ended unexpectedly ({_how(code)}); starting it again in {wait_s:g} s.")
            await asyncio.sleep(wait_s)
            running = await self._start(running.child)


def _die_with_parent() -> None:
    """Runs in the child before it becomes its program: the kernel ends it when the supervisor is gone."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


async def _ready(child: Child) -> None:
    if child.ready is not None:
        await child.ready()


async def _pass_on(running: _Running, say: Callable[[str], None]) -> None:
    assert running.process.stdout is not None
    async for line in running.process.stdout:
        text = line.decode(errors="replace").rstrip()
        running.said.append(text)
        del running.said[:-20]
        say(f"{running.child.name}: {text}")


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _END_WITHIN_S)
        except TimeoutError:
            process.kill()
            await process.wait()


def _ended_early(running: _Running) -> CommandError:
    reason = running.said[-1] if running.said else _how(running.process.returncode)
    return CommandError(f"The {running.child.name} could not go on: {reason.removeprefix('prova: ')}")


def _how(code: int | None) -> str:
    if code is not None and code < 0:
        return f"by signal {signal.Signals(-code).name}"
    return f"exit code {code}"
