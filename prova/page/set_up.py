"""Shell. The page's set-up on this machine: looks, reads PDFs, and writes what was confirmed, older files kept beside.

Knows nothing of pages or processes: who starts the probe anew is handed in.
"""

import hashlib
import os
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from analysis.contract import Contract
from analysis.contract_file import ContractError
from analysis.summary.page.extract import ask
from analysis.summary.page.paper import Paper, Refusal
from analysis.summary.read import read
from analysis.summary.reading import Reading
from collector.audit_log.act import Act
from collector.audit_log.book import AuditLogError
from dashboards.web.page.setup.deed import Plan, Seen, ServerKind, SetUpError, Watched
from probe import clock
from probe.settings import MeasureSettings
from probe.throughput.mlab.locate import NAME as MLAB
from probe.throughput.plan import default_duration_s
from prova.audit.noted import note
from prova.contract.written import written
from prova.exit import CommandError
from prova.page import chosen, line_look
from prova.page.chosen import Chosen

_PROFILE = "pt-nos"
_LONGEST_NAME = 100
_MONTH_DAYS = 30
Renew = Callable[[Contract | None, Chosen], Awaitable[None]]


class HomeSetUp:
    """Of one line. `contract` is the file that `prova up` goes by, `chosen_file` the rest of the set-up.

    `renew` brings the probe to work by what was written: with a contract, unless the old one is kept.
    """

    def __init__(self, *, home: Path, line: str, contract: Path, chosen_file: Path, renew: Renew) -> None:
        self._home = home
        self._line, self._contract, self._chosen, self._renew = line, contract, chosen_file, renew

    def look(self, maximum_bps: int | None) -> tuple[Seen, ...]:
        """At the way to the router, the clock and the router."""
        return line_look.look(maximum_bps)

    def read(self, name: str, data: bytes) -> Reading | Refusal:
        """A contract summary's PDF, opened in a process with limits."""
        said = ask(data)
        if said.refusal is not None:
            return said.refusal
        digest = hashlib.sha256(data).hexdigest()
        return read(Paper(name=_plain(name), sha256=digest, page_count=said.page_count, pieces=said.pieces))

    def month_bytes(self, download_bps: int, upload_bps: int) -> int:
        """What the speed tests of a month move on a line of these speeds, within the probe's own bounds."""
        usual = MeasureSettings()
        seconds = usual.tests_per_day * default_duration_s(usual.method)
        day = min(int(seconds * (download_bps + upload_bps) / 8), usual.bytes_per_day)
        return min(day * _MONTH_DAYS, usual.bytes_per_month)

    async def take_up(self, plan: Plan) -> None:
        """Writes both files, older ones kept beside, and lets the probe go on with them. Raises SetUpError."""
        choice, contract = _chosen(plan), None
        try:
            files = {self._chosen: chosen.written(choice)}
            if plan.agreed is not None:
                text, contract = written(plan.agreed, line=self._line, profile=_PROFILE)
                files[self._contract] = text
            note(self._home, Act.PAGE_SETTINGS, ", ".join(sorted(path.name for path in files)), who="page:set up")
            undo = replace_all(files, clock.now())
        except (AuditLogError, ContractError) as error:
            raise SetUpError(str(error)) from error
        except OSError as error:
            raise SetUpError(
                f"{error.filename} cannot be written: {error.strerror}. Make room, then try again."
            ) from error
        try:
            await self._renew(contract, choice)
        except CommandError as error:
            undo()
            raise SetUpError(str(error)) from error


def replace_all(files: dict[Path, str], at: datetime) -> Callable[[], None]:
    """All of them or none: what was there is kept beside, under its moment. Gives what undoes it. Raises OSError."""
    older = {path: path.read_text(encoding="utf-8") if path.exists() else None for path in files}
    fresh = {path: path.with_name(path.name + ".new") for path in files}
    try:
        for path, text in files.items():
            _write(fresh[path], text)
        for path, was in older.items():
            if was is not None:
                _write(path.with_name(f"{path.name}.before-{at:%Y%m%dT%H%M%S}"), was)
    except OSError:
        for one in fresh.values():
            one.unlink(missing_ok=True)
        raise
    for path in files:
        fresh[path].rename(path)
    return lambda: _put_back(older)


def _put_back(older: dict[Path, str | None]) -> None:
    for path, text in older.items():
        if text is None:
            path.unlink(missing_ok=True)
        else:
            _write(path, text)


def _write(path: Path, text: str) -> None:
    """Durably, readable by its owner alone."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _chosen(plan: Plan) -> Chosen:
    servers = {ServerKind.OWN: (plan.server,), ServerKind.MLAB: (MLAB,), ServerKind.DEMONSTRATION: ()}[plan.kind]
    return Chosen(servers=servers, mlab_accepted=plan.mlab_accepted, watched=tuple(map(_target, plan.watched)))


def _target(watched: Watched) -> str:
    return f"{watched.network}@{watched.host}" if watched.network else watched.host


def _plain(name: str) -> str:
    """A file's name as a contract may have it: what somebody wrote, and no path."""
    kept = "".join(letter for letter in name.replace("\\", "/").rpartition("/")[2] if letter.isprintable())
    return kept[:_LONGEST_NAME] or "CST.pdf"
