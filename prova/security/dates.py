"""Pure. What ends or grows old: certificates, tokens, keys under way, the software below.

Knows nothing of files.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from importlib import resources

from dashboards.api.token import Token
from prova.security.seen import Seen, advice, shut, stands_open

_SOON = timedelta(days=21)
_OLD = timedelta(days=400)


def certificates(ends: Mapping[str, datetime | None], now: datetime) -> Iterator[Seen]:
    """`ends`: when each certificate ends, by its file; None for what is none."""
    known = {path: at for path, at in ends.items() if at is not None}
    for path, at in ends.items():
        if at is None:
            yield advice("certificates", "certificate_unreadable", path=path)
        elif at <= now:
            yield stands_open("certificates", "certificate_over", path=path, day=f"{at:%Y-%m-%d}")
        elif at - now < _SOON:
            yield advice("certificates", "certificate_soon", path=path, day=f"{at:%Y-%m-%d}")
    if not ends:
        yield shut("certificates", "certificates_none")
    elif known and min(known.values()) - now >= _SOON:
        first = min(known.values())
        yield shut("certificates", "certificates_fine", count=str(len(known)), day=f"{first:%Y-%m-%d}")


def tokens(kept: Sequence[Token], now: datetime) -> Iterator[Seen]:
    """Those that still hold."""
    valid = [one for one in kept if one.revoked_at is None and one.made_at <= now < one.until_at]
    odd = False
    for one in valid:
        if now - one.made_at > _OLD:
            odd = True
            yield advice("tokens", "token_old", id=one.id, name=one.name, day=f"{one.made_at:%Y-%m-%d}")
        if one.personal and not one.lines and not one.groups:
            odd = True
            yield advice("tokens", "token_wide", id=one.id, name=one.name)
    if not odd:
        yield shut("tokens", "tokens_fine", count=str(len(valid))) if valid else shut("tokens", "tokens_none")


def software(versions: Mapping[str, str], today_on: date) -> Iterator[Seen]:
    """`versions`: by name as the table has it. What is past its makers' care may still be in a distribution's."""
    table = tomllib.loads(resources.files("prova.security").joinpath("support.toml").read_text(encoding="utf-8"))
    for name, version in versions.items():
        until = table.get(name.lower(), {}).get(".".join(version.split(".")[:2]))
        if until is None:
            yield advice("software", "software_unknown", name=name, version=version)
        elif until < today_on:
            yield advice("software", "software_over", name=name, version=version, day=str(until))
        else:
            yield shut("software", "software_kept", name=name, version=version, day=str(until))


def rotations(waiting: Mapping[str, datetime]) -> Iterator[Seen]:
    """`waiting`: keys that are to follow and are not confirmed yet, since when."""
    for path, at in waiting.items():
        yield advice("keys", "rotation_pending", path=path, day=f"{at:%Y-%m-%d}")
    if not waiting:
        yield shut("keys", "rotation_none")
