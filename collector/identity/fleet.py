"""Pure. The settings of mosquitto 2 for many probes: TLS, certificates of our authority, each its own topics.

The certificate's name is the user; rights are patterns of it, so that a new probe needs no new file. Knows nothing of
which probes there are, but of those that are let in no longer.
"""

from collections.abc import Iterable
from pathlib import Path

from collector.account import access_text, collector_account, collector_users
from probe.wire import MAX_BATCH_BYTES, VERSION, Kind

_OWN = f"prova/{VERSION}/+/%u"


def fleet_access(revoked: Iterable[str], *, collectors: int = 1) -> str:
    """The `acl_file`: collectors by name, every probe by pattern, the revoked ones nothing (mosquitto.conf(5))."""
    lines = access_text(collector_account(user) for user in collector_users(collectors)).splitlines()
    for probe in sorted(revoked):
        lines += [f"user {probe}", "topic deny #"]
    lines += [f"pattern write {_OWN}/{kind}" for kind in (Kind.RECORDS, Kind.STATUS)]
    lines.append(f"pattern read {_OWN}/{Kind.RECEIPT}")
    return "\n".join(lines) + "\n"


def fleet_settings(folder: Path, *, port: int, as_root: bool) -> str:
    """The settings file; every file it names lies in `folder`."""
    lines = [
        f"listener {port}",
        f"cafile {folder / 'authority.pem'}",
        f"certfile {folder / 'server.pem'}",
        f"keyfile {folder / 'server-key.pem'}",
        f"crlfile {folder / 'revoked.pem'}",
        "tls_version tlsv1.3",
        "require_certificate true",
        "use_identity_as_username true",
        # Else whoever names another's client id ends his connection and takes his session.
        "use_username_as_clientid true",
        f"pid_file {folder / 'mosquitto.pid'}",
        "allow_anonymous false",
        f"acl_file {folder / 'access'}",
        "max_queued_messages 100000",
        "max_queued_bytes 268435456",
        "max_inflight_messages 20000",
        f"max_packet_size {4 * MAX_BATCH_BYTES}",
        "persistence false",
        "set_tcp_nodelay true",
        "sys_interval 0",
        "log_dest stderr",
        "log_type error",
        "log_type warning",
    ]
    return "\n".join([*lines, *(["user root"] if as_root else [])]) + "\n"
