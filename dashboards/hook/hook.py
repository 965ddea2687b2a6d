"""Pure. Whom findings are sent to, from a settings file read strictly; which findings, and to which addresses never.

Knows nothing of sockets, and of names only what they look like.
"""

import base64
import binascii
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from analysis.contract_table import Problem, Table
from analysis.finding import Finding, Verdict

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_KEYS = ("name", "url", "secret_file", "ca_file", "lines", "rules", "verdicts", "allow_private", "personal")
_SECRET = "whsec_"  # noqa: S105  how Standard Webhooks marks a secret, not one itself
_LEAST_SECRET, _MOST_SECRET = 24, 64  # bytes, as Standard Webhooks bounds it
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class HookError(ValueError):
    """The hooks cannot be used. The text has every problem, one a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """One receiver. `lines` empty: all; `rules` may hold `*`. `allow_private`: own networks, and plain HTTP there.

    `personal`: texts with addresses too. `ca_file` None: the system's authorities.
    """

    name: str
    url: str
    secret_file: Path
    ca_file: Path | None = None
    lines: tuple[str, ...] = ()
    rules: tuple[str, ...] = ("*",)
    verdicts: tuple[Verdict, ...] = (Verdict.BREACHED,)
    allow_private: bool = False
    personal: bool = False

    def wants(self, line: str, finding: Finding) -> bool:
        """Whether it is to hear of that."""
        return (
            (not self.lines or line in self.lines)
            and finding.verdict in self.verdicts
            and any(fnmatchcase(finding.rule, rule) for rule in self.rules)
        )


def read(tables: Mapping[str, Any], folder: Path, source: str) -> tuple[Hook, ...]:
    """The hooks of a settings file; relative paths start from `folder`. Raises HookError with every problem."""
    problems: list[Problem] = []
    Table("", tables, problems).allow(("hook",))
    told = tables.get("hook", [])
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        problems.append(Problem("hook", "it is no list of tables", "Begin each with [[hook]]"))
        told = []
    hooks = [_hook(f"hook {number}", one, folder, problems) for number, one in enumerate(told, 1)]
    names = [one.name for one in hooks if one is not None]
    problems += [
        Problem(f"hook {name}", "the name stands twice", "Give each its own")
        for name in {*names}
        if names.count(name) > 1
    ]
    if problems:
        raise HookError("\n  ".join([f"{source} cannot be used:", *map(str, problems)]))
    return tuple(one for one in hooks if one is not None)


def secret_of(text: str) -> bytes | None:
    """The bytes of a secret as Standard Webhooks writes it (`whsec_` and base64); None where it is none."""
    try:
        found = base64.b64decode(text.strip().removeprefix(_SECRET), validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if text.strip().startswith(_SECRET) and _LEAST_SECRET <= len(found) <= _MOST_SECRET else None


def secret_text(secret: bytes) -> str:
    """The inverse."""
    return _SECRET + base64.b64encode(secret).decode()


def is_public(text: str) -> bool:
    """Whether an address is one of the open Internet, whatever it is wrapped in.

    >>> [is_public(one) for one in ("8.8.8.8", "10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "fe80::1%eth0")]
    [True, False, False, False, False]
    """
    address = ipaddress.ip_address(text.partition("%")[0])
    return address.is_global and not address.is_multicast and all(map(_is_open, _inside(address)))


def _is_open(address: Address) -> bool:
    return address.is_global and not address.is_multicast


def _inside(address: Address) -> tuple[Address, ...]:
    """What stands in an address of IPv6 that leads to IPv4."""
    if isinstance(address, ipaddress.IPv4Address):
        return ()
    nat64 = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF) if address in _NAT64 else None
    teredo = address.teredo or ()
    return tuple(one for one in (address.ipv4_mapped, address.sixtofour, nat64, *teredo) if one is not None)


def _hook(where: str, content: Mapping[str, Any], folder: Path, problems: list[Problem]) -> Hook | None:
    noted = len(problems)
    table = Table(where, content, problems)
    table.allow(_KEYS)
    allow_private, personal = _flag(table, "allow_private"), _flag(table, "personal")
    name, url = _word(table, "name"), _word(table, "url")
    secret_file, ca_file = _word(table, "secret_file"), _word(table, "ca_file", needed=False)
    if name is not None and not _NAME.fullmatch(name):
        table.note("name", f"{name[:40]!r} is no name", "Write 1 to 32 of a-z, 0-9, '-' and '_'")
    if url is not None:
        _check_url(table, url, allow_private=allow_private)
    lines, rules = _words(table, "lines"), _words(table, "rules")
    verdicts = [one for one in _words(table, "verdicts") if _is_verdict(table, one)]
    if len(problems) > noted or name is None or url is None or secret_file is None:
        return None
    return Hook(
        name=name,
        url=url,
        secret_file=folder / secret_file,
        ca_file=None if ca_file is None else folder / ca_file,
        lines=lines,
        rules=rules or ("*",),
        verdicts=tuple(Verdict(one) for one in verdicts) or (Verdict.BREACHED,),
        allow_private=allow_private,
        personal=personal,
    )


def _check_url(table: Table, url: str, *, allow_private: bool) -> None:
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        port, host, parts = None, None, urlsplit("")
    if parts.scheme not in {"https", "http"} or not host or port == 0 or not url.isascii() or not url.isprintable():
        table.note("url", "it is no address", "Write https://HOST/PATH")
    elif parts.username is not None or parts.password is not None or parts.fragment:
        table.note("url", "it holds a name, a password or a fragment", "Leave them out: what is sent is signed")
    elif parts.scheme == "http" and not allow_private:
        table.note("url", "it is not encrypted", "Write https, or allow_private = true for your own network")


def _is_verdict(table: Table, word: str) -> bool:
    if word in set(Verdict):
        return True
    table.note("verdicts", f"{word[:40]!r} is none", f"Write of {', '.join(one.value for one in Verdict)}")
    return False


def _flag(table: Table, key: str) -> bool:
    value = table.plain().get(key, False)
    if not isinstance(value, bool):
        table.note(key, "it is neither true nor false", "Write one of them")
    return value is True


def _word(table: Table, key: str, *, needed: bool = True) -> str | None:
    value = table.plain().get(key)
    if isinstance(value, str) and 0 < len(value) <= 2000:
        return value
    if value is not None or needed:
        table.note(key, "it is missing" if value is None else "it is no text", f'Write {key} = "..."')
    return None


def _words(table: Table, key: str) -> tuple[str, ...]:
    value = table.plain().get(key, [])
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    table.note(key, "it is no list of texts", f'Write {key} = ["..."]')
    return ()
