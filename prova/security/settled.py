"""Pure. What settings files leave open: the broker's, the way to it, systemd's units. From their text.

Knows nothing of where they lie.
"""

from collections.abc import Iterator, Mapping

from prova.security.seen import Seen, shut, stands_open

_MOSQUITTO = ("allow_anonymous false", "acl_file ")
_UNIT = {
    "NoNewPrivileges": ("yes",),
    "ProtectSystem": ("strict",),
    "PrivateTmp": ("yes",),
    "RestrictNamespaces": ("yes",),
    "SystemCallFilter": None,
    "CapabilityBoundingSet": None,
}


def brokers(texts: Mapping[str, str]) -> Iterator[Seen]:
    """Settings of mosquitto by their file. The embedded broker has none of this form: its sockets are looked at."""
    for path, text in texts.items():
        lines = [line.strip() for line in text.splitlines()]
        missing = [want for want in _MOSQUITTO if not any(line.startswith(want) for line in lines)]
        listeners = [line for line in lines if line.startswith("listener ")]
        if not all("127.0.0.1" in one or "::1" in one for one in listeners) and "require_certificate true" not in lines:
            missing.append("listener PORT 127.0.0.1 / require_certificate true")
        if missing:
            yield stands_open("broker", "broker_open", path=path, what=", ".join(one.strip() for one in missing))
        else:
            yield shut("broker", "broker_shut", path=path)
    if not texts:
        yield shut("broker", "broker_absent", path="")


def ways(clear: Mapping[str, str], unreadable: Mapping[str, str]) -> Iterator[Seen]:
    """`clear`: settings files that send a password without TLS, and where to; `unreadable`: files, and why."""
    for path, host in clear.items():
        yield stands_open("passwords", "clear_text", path=path, host=host)
    for path, why in unreadable.items():
        yield stands_open("settings", "settings_unreadable", path=path, why=why)
    if not clear and not unreadable:
        yield shut("passwords", "settings_tls")


def units(texts: Mapping[str, str]) -> Iterator[Seen]:
    """Prova's installed units by their file, drop-ins after them."""
    odd = False
    for path, text in texts.items():
        told = dict(line.split("=", 1) for line in text.splitlines() if "=" in line and line[:1] not in "#;[")
        lacks = [name for name, good in _UNIT.items() if name not in told or (good and told[name].strip() not in good)]
        if told.get("DynamicUser", "").strip() != "yes" and told.get("User", "root").strip() in {"", "root", "0"}:
            lacks.append("DynamicUser=yes / User=")
        if lacks:
            odd = True
            yield stands_open("systemd", "unit_open", path=path, what=", ".join(lacks))
    if not odd:
        yield shut("systemd", "unit_shut", count=str(len(texts))) if texts else shut("systemd", "unit_none")
