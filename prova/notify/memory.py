"""Shell. What was told, kept over restarts: written before a message goes out, so that none goes out twice."""

import json
from datetime import datetime
from pathlib import Path

from analysis.tell.news import Told
from prova.notify.settings import NotifyError


def load(path: Path, now: datetime) -> Told:
    """What was told; on the first look nothing, and nothing of before now is news. Raises NotifyError."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        told = {str(key): datetime.fromisoformat(at) for key, at in held["told"].items()}
        return Told(datetime.fromisoformat(held["since"]), told)
    except FileNotFoundError:
        first = Told(now)
        keep(path, first)
        return first
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotifyError(f"{path} is not as it was written. Remove it: what is old is then not told again.") from error


def keep(path: Path, told: Told) -> None:
    """All or nothing. Raises NotifyError."""
    held = {"since": told.since.isoformat(), "told": {key: at.isoformat() for key, at in sorted(told.told.items())}}
    part = path.with_name(f".{path.name}.part")
    try:
        part.touch(mode=0o600)
        part.write_text(json.dumps(held, indent=1), encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise NotifyError(f"{path} cannot be written: {error.strerror}. Make room there.") from error
