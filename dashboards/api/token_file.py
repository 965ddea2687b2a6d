"""Shell. The tokens' file: digests alone, readable by its owner alone; read anew when it changed.

Knows nothing of HTTP.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

from analysis.fleet.placement import GroupKind
from dashboards.api.token import Group, Token, digest, written
from probe.key import KeyFileError
from probe.keyfile import check_private

_TIMES = ("made_at", "until_at", "revoked_at")


class TokenError(Exception):
    """The tokens cannot be read, or there is no such one. The text says how to mend it."""


class TokenFile:
    """The file at `path`; need not be there, and then nobody is let in. For any number of threads."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, Lock()
        self._read_of: tuple[int, int, int] | None = None
        self._tokens: tuple[Token, ...] = ()

    def tokens(self) -> tuple[Token, ...]:
        """All of them, in the order in which they were made. Raises TokenError."""
        with self._lock:
            try:
                seen = self._path.stat()
            except FileNotFoundError:
                return ()
            now = (seen.st_mtime_ns, seen.st_ino, seen.st_size)
            if now != self._read_of:
                self._tokens, self._read_of = self._load(), now
            return self._tokens

    def add(self, token: Token) -> str:
        """Keeps a new token under an `id` and `sha256` of its own; gives it as it is handed out. Raises TokenError."""
        secret, id_ = secrets.token_urlsafe(32), secrets.token_hex(6)
        with self._alone() as tokens:
            self._write((*tokens, replace(token, id=id_, sha256=digest(secret))))
        return written(id_, secret)

    def revoke(self, id_: str, *, at: datetime) -> Token:
        """Takes a token back, for good. Raises TokenError where there is none of that id."""
        with self._alone() as tokens:
            found = next((one for one in tokens if one.id == id_), None)
            if found is None:
                known = ", ".join(one.id for one in tokens) or "none"
                raise TokenError(f"There is no token {id_}. Known: {known}.")
            gone = replace(found, revoked_at=found.revoked_at or at)
            self._write(tuple(gone if one.id == id_ else one for one in tokens))
        return gone

    def forget_line(self, line: str) -> int:
        """Takes the line out of every token; one for it alone goes. How many named it. Raises TokenError."""
        with self._alone() as tokens:
            named = [one for one in tokens if line in one.lines]
            if named:
                narrower = (_without(one, line) for one in tokens)
                self._write(tuple(one for one in narrower if one is not None))
        return len(named)

    @contextmanager
    def _alone(self) -> Iterator[tuple[Token, ...]]:
        """The tokens, while no other process changes them."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = self._path.with_name(f"{self._path.name}.lock")
        with os.fdopen(os.open(lock, os.O_RDWR | os.O_CREAT, 0o600), "w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield self._load() if self._path.exists() else ()

    def _load(self) -> tuple[Token, ...]:
        try:
            check_private(self._path)
            return tuple(_token(table) for table in json.loads(self._path.read_text(encoding="utf-8"))["tokens"])
        except KeyFileError as error:
            raise TokenError(str(error)) from error
        except OSError as error:
            raise TokenError(f"{self._path} cannot be read ({error.strerror}). Look after its rights.") from error
        except (ValueError, KeyError, TypeError) as error:
            raise TokenError(
                f"{self._path} is damaged ({error}). Restore it from a backup, or remove it and make tokens anew."
            ) from error

    def _write(self, tokens: tuple[Token, ...]) -> None:
        told = {"tokens": [_table(one) for one in tokens]}
        fresh = self._path.with_name(f"{self._path.name}.new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(told, file, indent=2, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)


def _without(token: Token, line: str) -> Token | None:
    """None where nothing is left: without lines and groups it would be for all."""
    if line not in token.lines:
        return token
    rest = tuple(one for one in token.lines if one != line)
    return replace(token, lines=rest) if rest or token.groups else None


def _table(one: Token) -> dict[str, Any]:
    times = {name: None if (at := getattr(one, name)) is None else at.isoformat() for name in _TIMES}
    return {
        "id": one.id,
        "sha256": one.sha256,
        "name": one.name,
        "lines": list(one.lines),
        "groups": [[group.kind.value, group.name] for group in one.groups],
        "personal": one.personal,
        **times,
    }


def _token(table: dict[str, Any]) -> Token:
    revoked_at = table["revoked_at"]
    return Token(
        id=table["id"],
        sha256=table["sha256"],
        name=table["name"],
        made_at=datetime.fromisoformat(table["made_at"]),
        until_at=datetime.fromisoformat(table["until_at"]),
        lines=tuple(table["lines"]),
        groups=tuple(Group(GroupKind(kind), name) for kind, name in table["groups"]),
        personal=table["personal"],
        revoked_at=None if revoked_at is None else datetime.fromisoformat(revoked_at),
    )
