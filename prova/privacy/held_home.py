"""Shell. What the home folder holds of a line beside the store, as files for that person. No secret is among them.

Knows nothing of records.
"""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.event import change_log, entry
from analysis.fleet import topology_file
from collector.audit_log import book as audit_log
from collector.operation.places import places
from collector.projection import announce_settings, settings
from collector.request.book import Book
from collector.retention import hold_file
from dashboards.api.token_file import TokenFile
from prova.home import Home
from prova.privacy import line_files
from prova.privacy.package import Package, copied

_SECRET = ("key", "password", "token", "secret")


def write(package: Package, home: Home, line: str, probes: tuple[str, ...]) -> None:
    """Raises what the files' own modules raise."""
    _json(package, "access.json", _access(home, line))
    _json(package, "sent-where.json", _sent_where(home))
    _json(package, "holds.json", [_plain(one) for one in hold_file.entries(home.collector) if _is_of(one, line)])
    _json(package, "requests.json", _requests(home, line))
    _json(package, "topology.json", [_plain(one.placement) for one in topology_file.load(home.topology).of(line)])
    _json(package, "audit-log.json", _acts(home, {line, *probes}))
    with package.file("changes.jsonl") as file:
        for one in change_log.load(home.changes).entries:
            if {one.line, one.subject, *one.state.values()} & {line, *probes}:
                file.write(entry.line_of(one, entry.FIRST))
    for path in line_files.of_line(home, line, with_case=True):
        _files(package, home, path)


def _files(package: Package, home: Home, path: Path) -> None:
    """All but keys and passwords, and databases that are at work."""
    every = sorted(path.rglob("*")) if path.is_dir() else [path]
    private = {one.resolve() for one in line_files.addresses(home)}
    for one in every:
        name = one.name.lower()
        if one.is_symlink() or not one.is_file() or any(word in name for word in _SECRET) or one.resolve() in private:
            continue
        copied(package, f"home/{one.relative_to(home.path)}", one)


def _access(home: Home, line: str) -> dict[str, Any]:
    tokens = TokenFile(home.tokens).tokens()
    return {
        "tokens": [
            {"id": one.id, "name": one.name, "made_at": one.made_at, "until_at": one.until_at, "personal": one.personal}
            for one in tokens
            if line in one.lines or not (one.lines or one.groups)
        ],
        "tokens_of_groups": [one.id for one in tokens if one.groups],
        "hooks": [
            {"name": one.get("name"), "url": one.get("url"), "personal": one.get("personal", False)}
            for one in _hooks(home)
            if line in one.get("lines", [line])
        ],
    }


def _sent_where(home: Home) -> dict[str, Any]:
    own = home.collector
    database = settings.load(own.projection_settings).target if own.projection_settings.exists() else None
    announced = announce_settings.load(own.announce_settings).broker.host if own.announce_settings.exists() else None
    return {"database": database, "home_assistant": announced, "copies": list(places(own))}


def _requests(home: Home, line: str) -> list[dict[str, Any]]:
    book = Book(home.collector)
    mark = book.subject(line)
    return [
        {"id": one.id, "kind": one.kind, "state": one.event, "due_on": one.due_on, "said": list(book.said(one))}
        for one in book.requests()
        if one.subject == mark
    ]


def _acts(home: Home, names: set[str]) -> list[dict[str, Any]]:
    lines = audit_log.check(home.collector.audit_log).lines
    return [
        {
            "at": one.entry.at,
            "who": one.entry.who,
            "act": one.entry.act,
            "on": one.entry.on,
            "outcome": one.entry.outcome,
        }
        for one in lines
        if one.entry.on in names
    ]


def _is_of(one: object, line: str) -> bool:
    return getattr(one, "line", None) == line


def _hooks(home: Home) -> list[Mapping[str, Any]]:
    if not home.hooks.exists():
        return []
    found = tomllib.loads(home.hooks.read_text(encoding="utf-8")).get("hook", [])
    return [one for one in found if isinstance(one, dict)]


def _plain(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__slots__}


def _json(package: Package, name: str, told: object) -> None:
    with package.file(name) as file:
        file.write(json.dumps(told, indent=2, ensure_ascii=False, default=str).encode() + b"\n")
