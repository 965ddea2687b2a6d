"""Shell. The diary's file: an entry written into it, all or nothing. Knows nothing of what an entry means."""

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from analysis.case.diary import DiaryError, noted


def write_down(path: Path, kind: str, entry: Mapping[str, str], zone: ZoneInfo) -> str | None:
    """Write the entry into the case file at `path`, made if need be; its name. Raises DiaryError and CaseError.

    Two that write at once write one after the other.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path):
        try:
            text = path.read_text(encoding="utf-8") if path.exists() else ""
        except UnicodeDecodeError as error:
            raise DiaryError(f"{path} is not UTF-8 text. Save it again as UTF-8.") from error
        new, name = noted(text, kind, entry, zone)
        part = path.with_name(f".{path.name}.part")
        part.touch(mode=0o600)
        part.write_text(new, encoding="utf-8")
        part.replace(path)
    return name


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.with_name(f".{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
