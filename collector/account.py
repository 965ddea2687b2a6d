"""Pure. Accounts of the broker: who may write and read which topics, in the file forms of mosquitto 2.

The embedded broker reads the same two files. Knows nothing of where they lie or how a password is made.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from probe.wire import VERSION, Kind, topic

COLLECTOR_USER = "prova.collector"  # no probe can have it: a dot may not stand in a probe's name
_ITERATIONS = 1000  # a password here has 256 random bits, which no dictionary holds; a slow hash would add nothing
_EVERY_PROBE = f"prova/{VERSION}/+/+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One user of the broker. `writes` and `reads` are topic filters, exact or with `+` for one level."""

    user: str
    writes: tuple[str, ...]
    reads: tuple[str, ...]


def collector_users(count: int) -> tuple[str, ...]:
    """The users of so many collectors on one broker: a name of its own each, or they would end one another's session.

    >>> collector_users(1), collector_users(2)
    (('prova.collector',), ('prova.collector.1', 'prova.collector.2'))
    """
    if count == 1:
        return (COLLECTOR_USER,)
    return tuple(f"{COLLECTOR_USER}.{number}" for number in range(1, count + 1))


def collector_account(user: str = COLLECTOR_USER) -> Account:
    """A collector: reads what probes write, writes what probes read."""
    return Account(
        user=user,
        writes=(f"{_EVERY_PROBE}/{Kind.RECEIPT}",),
        reads=(f"{_EVERY_PROBE}/{Kind.RECORDS}", f"{_EVERY_PROBE}/{Kind.STATUS}"),
    )


def probe_account(*, line: str, probe: str) -> Account:
    """One probe: its own topics and no other's. Raises ValueError where a name cannot be a level of a topic."""
    return Account(
        user=probe,
        writes=(topic(Kind.RECORDS, line, probe), topic(Kind.STATUS, line, probe)),
        reads=(topic(Kind.RECEIPT, line, probe),),
    )


def covers(allowed: str, asked: str) -> bool:
    """Whether everything that `asked`, a topic or a filter, can name lies within the filter `allowed`.

    >>> covers("prova/1/+/+/status", "prova/1/casa/p1/status"), covers("prova/1/+/+/status", "prova/1/#")
    (True, False)
    """
    allowed_levels, asked_levels = allowed.split("/"), asked.split("/")
    return len(allowed_levels) == len(asked_levels) and all(
        one == other or (one == "+" and other != "#") for one, other in zip(allowed_levels, asked_levels, strict=True)
    )


def access_text(accounts: Iterable[Account]) -> str:
    """The accounts' rights as an `acl_file` of mosquitto (mosquitto.conf(5)); what is not named is refused."""
    lines: list[str] = []
    for account in accounts:
        lines.append(f"user {account.user}")
        lines += [f"topic write {one}" for one in account.writes]
        lines += [f"topic read {one}" for one in account.reads]
    return "\n".join(lines) + "\n"


def parse_access(text: str) -> tuple[Account, ...]:
    """The inverse of `access_text`. Raises ValueError for any line that it would not write."""
    rights: dict[str, dict[str, list[str]]] = {}
    user = None
    for line in text.splitlines():
        match line.split(" "):
            case ["user", name]:
                user = rights.setdefault(name, {"write": [], "read": []})
            case ["topic", "write" | "read" as right, one] if user is not None:
                user[right].append(one)
            case _:
                raise ValueError(f"not a line of an access file: {line!r}")
    return tuple(
        Account(user=name, writes=tuple(both["write"]), reads=tuple(both["read"])) for name, both in rights.items()
    )


def password_line(user: str, password: str, *, salt: bytes) -> str:
    """One line of a `password_file` of mosquitto 2: `user:$7$iterations$salt$hash`, PBKDF2 with SHA-512."""
    hashed = _hash(password, salt=salt, iterations=_ITERATIONS)
    return f"{user}:$7${_ITERATIONS}${base64.b64encode(salt).decode()}${base64.b64encode(hashed).decode()}"


def password_matches(line: str, password: str) -> bool:
    """Whether `password` is the one that `line`, from `password_line`, was made of. False for any other line."""
    try:
        _, form, iterations, salt, hashed = line.split("$")
        made = _hash(password, salt=base64.b64decode(salt), iterations=int(iterations))
        return form == "7" and hmac.compare_digest(made, base64.b64decode(hashed))
    except (ValueError, binascii.Error):
        return False


def _hash(password: str, *, salt: bytes, iterations: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha512", password.encode(), salt, iterations)
