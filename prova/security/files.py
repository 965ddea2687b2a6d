"""Shell. Who else on this machine may read or change the home folder's files.

Looks at rights and owners, never into a file. Knows nothing of what a file is for.
"""

import os
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from prova.security.seen import Seen, advice, shut, stands_open

_MOST_FILES = 200_000
_MOST_TOLD = 20
_READ, _WRITE = 0o044, 0o022
_NAME = "files"


def look(home: Path) -> Iterator[Seen]:
    """Of the folder itself first: where nobody else may enter it, what lies in it is out of reach."""
    try:
        rights = stat.S_IMODE(home.stat().st_mode)
    except OSError:
        yield shut(_NAME, "home_absent", path=str(home))
        return
    if rights & 0o077:
        yield stands_open(_NAME, f"home_{_how(rights)}", path=str(home))
    found: list[Seen] = []
    count = 0
    for path, seen in islice(_walked(home), _MOST_FILES):
        count += 1
        if len(found) < _MOST_TOLD and (told := _odd(home, path, seen, home_open=bool(rights & 0o011))) is not None:
            found.append(told)
    yield from found
    if count == _MOST_FILES:
        yield advice(_NAME, "home_large", path=str(home), count=str(count))
    elif not found and not rights & 0o077:
        yield shut(_NAME, "home_shut", path=str(home), count=str(count))


def _odd(home: Path, path: Path, seen: os.stat_result, *, home_open: bool) -> Seen | None:
    """What of one file stands open; None where nothing does."""
    rights = stat.S_IMODE(seen.st_mode)
    if stat.S_ISLNK(seen.st_mode):
        inside = path.resolve().is_relative_to(home.resolve())
        return None if inside else advice(_NAME, "file_link", path=str(path))
    if seen.st_uid not in {home.stat().st_uid, 0}:
        return stands_open(_NAME, "file_foreign", path=str(path), home=str(home))
    if rights & _WRITE or (home_open and rights & _READ and not stat.S_ISDIR(seen.st_mode)):
        return stands_open(_NAME, f"file_{_how(rights)}", path=str(path))
    return None


def _how(rights: int) -> str:
    return "changed" if rights & _WRITE else "read"


def _walked(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Every file and folder below, links not followed; what goes meanwhile, or cannot be entered, is passed over."""
    waiting = [folder]
    while waiting:
        try:
            entries = list(os.scandir(waiting.pop()))
        except OSError:
            continue
        for entry in entries:
            try:
                seen = entry.stat(follow_symlinks=False)
            except OSError:
                continue
            yield Path(entry.path), seen
            if stat.S_ISDIR(seen.st_mode):
                waiting.append(Path(entry.path))
