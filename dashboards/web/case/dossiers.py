"""Shell. Dossiers made in a process of their own, one at a time, bounded in memory and time; kept in a folder each.

Which command makes one is handed in: this room knows none. Knows nothing of what stands in a dossier.
"""

import asyncio
import json
import os
import re
import resource
import secrets
import shutil
import signal
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from dashboards.web.case.made import Busy, Made, State, Wish

_WITHIN_S = 600.0
_MEMORY_BYTES = 4 * 2**30
_NICE = 10
_KEPT_MOST = 20
_MOST_WORDS = 400
_ID = re.compile(r"(\d{4}-\d\d-\d\d)_(\d{4}-\d\d-\d\d)_(pt|en|both)_(whole|redacted)_([0-9a-f]{8})")
_WISH = "wish"


class Dossiers:
    """What was made is found again after a restart by its folder's name; what was not finished then is not there."""

    def __init__(self, folder: Path, command: tuple[str, ...]) -> None:
        self._folder, self._command = folder, command
        self._running: dict[str, Made] = {}
        self._failed: dict[str, Made] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def possible(self) -> bool:
        """Whether there is a command that makes one."""
        return bool(self._command)

    def all(self) -> tuple[Made, ...]:
        """The newest first."""
        found = {one.id: one for one in self._on_disk()} | self._failed | self._running
        return tuple(found[name] for name in sorted(found, key=self._age, reverse=True))

    def find(self, name: str) -> Made | None:
        """The one of that id."""
        return next((one for one in self.all() if one.id == name), None)

    def file(self, name: str, file: str) -> Path | None:
        """A file of a dossier that is done; None where there is none of that name."""
        one = self.find(name)
        return self._folder / name / file if one is not None and file in one.files else None

    def start(self, wish: Wish) -> Made | Busy:
        """Begin to make one. Must be called on the loop."""
        if self._running:
            return Busy(next(iter(self._running)))
        lang = wish.lang or "both"
        kind = "redacted" if wish.redacted else "whole"
        made = Made(
            id=f"{wish.from_on}_{wish.to_on}_{lang}_{kind}_{secrets.token_hex(4)}", state=State.RUNNING, wish=wish
        )
        self._running[made.id] = made
        task = asyncio.create_task(self._make(made))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return made

    async def end(self) -> None:
        """Stop what is being made; nothing of it is kept."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._running.clear()  # a task that was stopped before its first step left its entry

    async def _make(self, made: Made) -> None:
        part = self._folder / f".{made.id}"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            words = await asyncio.wait_for(self._run(made, part), _WITHIN_S)
            if words is None:
                part.rename(self._folder / made.id)
                self._forget_oldest()
            else:
                self._failed[made.id] = replace(made, state=State.FAILED, words=words[:_MOST_WORDS])
        except TimeoutError:
            self._failed[made.id] = replace(made, state=State.FAILED, words=f"It took longer than {_WITHIN_S:g} s.")
        except OSError as error:
            self._failed[made.id] = replace(made, state=State.FAILED, words=f"{error.filename}: {error.strerror}.")
        finally:
            self._running.pop(made.id, None)
            shutil.rmtree(part, ignore_errors=True)

    async def _run(self, made: Made, part: Path) -> str | None:
        """None once the command has made it, else its last word."""
        wish = made.wish
        asked = (
            "--from",
            str(wish.from_on),
            "--to",
            str(wish.to_on + timedelta(days=1)),
            "-o",
            str(part),
            "--progress",
        )
        languages = () if wish.lang is None else ("--lang", wish.lang)
        process = await asyncio.create_subprocess_exec(
            *self._command,
            *asked,
            *languages,
            *(("--redacted",) if wish.redacted else ()),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            preexec_fn=_bound,
        )
        try:
            _, errors = await asyncio.gather(self._follow(made, process), _last_words(process))
            code = await process.wait()
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        return None if code == 0 else errors or f"The process ended with {code}."

    async def _follow(self, made: Made, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            with suppress(ValueError, KeyError, TypeError):
                self._running[made.id] = replace(made, step=str(json.loads(line)["step"]))

    def _on_disk(self) -> list[Made]:
        if not self._folder.is_dir():
            return []
        return [
            Made(
                id=one.name,
                state=State.DONE,
                wish=_wish(found),
                files=tuple(sorted(file.name for file in one.iterdir() if not file.name.startswith("."))),
            )
            for one in self._folder.iterdir()
            if (found := _ID.fullmatch(one.name)) and one.is_dir()
        ]

    def _age(self, name: str) -> tuple[float, str]:
        path = self._folder / name
        return (path.stat().st_mtime if path.exists() else float("inf"), name)

    def _forget_oldest(self) -> None:
        for one in sorted(self._on_disk(), key=lambda one: self._age(one.id), reverse=True)[_KEPT_MOST:]:
            shutil.rmtree(self._folder / one.id, ignore_errors=True)


def _wish(found: re.Match[str]) -> Wish:
    return Wish(
        from_on=date.fromisoformat(found[1]),
        to_on=date.fromisoformat(found[2]),
        lang=None if found[3] == "both" else found[3],
        redacted=found[4] == "redacted",
    )


async def _last_words(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    said = ""
    async for line in process.stderr:
        said = line.decode(errors="replace").strip() or said
    return said.removeprefix("prova: ")


def _bound() -> None:
    """Runs in the child before it becomes its program."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_NICE)
