"""The supervisor keeps children running, passes their words on, and leaves nothing behind."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from prova.exit import CommandError, Exit
from prova.supervise import Child, Supervisor

SLEEPER = "import sys, time; print('up', flush=True); time.sleep(60)"


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


async def until(condition: object, *, within_s: float = 20.0) -> None:
    assert callable(condition)
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(0.02)


async def _never() -> None:
    await asyncio.Event().wait()


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


async def test_a_killed_child_is_started_again(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    said: list[str] = []
    supervisor = Supervisor(said.append)
    code = f"import os, time; open({str(pids)!r}, 'a').write(f'{{os.getpid()}}\\n'); time.sleep(60)"
    await supervisor.add(Child(name="sleeper", argv=python(code)))
    await until(lambda: pids.exists() and len(pids.read_text().split()) == 1)
    os.kill(int(pids.read_text()), signal.SIGKILL)
    await until(lambda: len(pids.read_text().split()) == 2)
    assert any("ended unexpectedly (by signal SIGKILL)" in words for words in said)
    await supervisor.end()
    assert not any(alive(int(pid)) for pid in pids.read_text().split())


async def test_a_child_that_asks_for_a_mend_is_not_started_again() -> None:
    supervisor = Supervisor(lambda _: None)
    await supervisor.add(
        Child(name="wrong", argv=python("import time; time.sleep(.3); print('prova: mend it'); exit(2)"))
    )
    async with asyncio.timeout(20):
        error = await supervisor.failed
    assert "mend it" in str(error)
    assert error.code == Exit.USAGE
    await supervisor.end()


async def test_a_child_that_ends_before_it_is_ready_is_an_error() -> None:
    supervisor = Supervisor(lambda _: None)
    with pytest.raises(CommandError, match="hopeless"):
        await supervisor.add(Child(name="hopeless", argv=python("exit(1)"), ready=_never))
    await supervisor.end()


async def test_a_program_that_is_not_there_is_an_error() -> None:
    supervisor = Supervisor(lambda _: None)
    with pytest.raises(CommandError, match="cannot be started"):
        await supervisor.add(Child(name="absent", argv=("/no/such/program",)))
    await supervisor.end()


async def test_a_child_that_will_not_end_is_killed() -> None:
    said: list[str] = []
    supervisor = Supervisor(said.append)
    code = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPER}"
    await supervisor.add(Child(name="stubborn", argv=python(code)))
    await until(lambda: "stubborn: up" in said)
    async with asyncio.timeout(5):
        await supervisor.end()


async def test_children_die_with_a_killed_supervisor(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    child = f"import os, time; open({str(pid_file)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    parent = (
        "import asyncio, sys\n"
        "from prova.supervise import Child, Supervisor\n"
        "async def main():\n"
        f"    await Supervisor(print).add(Child(name='c', argv=(sys.executable, '-c', {child!r})))\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(*python(parent))
    await until(lambda: pid_file.exists() and pid_file.read_text() != "")
    process.kill()
    await process.wait()
    await until(lambda: not alive(int(pid_file.read_text())))
