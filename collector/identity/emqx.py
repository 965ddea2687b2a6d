"""Pure. EMQX 5 for many probes: its settings, and the answers to what it asks over HTTP about each client.

As EMQX documents its HTTP authentication and authorisation (https://docs.emqx.com/en/emqx/latest/access-control/). The
certificate's name is user and client id, as with mosquitto. Knows nothing of how a question comes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from collector.account import COLLECTOR_USER, Account, collector_account, covers, probe_account
from probe.wire import MAX_BATCH_BYTES

_ASKED_AGAIN_AFTER = timedelta(hours=24)  # a client that is connected is then asked for anew: EMQX 5.8 and later
_ACTIONS = ("publish", "subscribe")
_SETTINGS = """# Generated. For EMQX 5.8 or later.
listeners.ssl.default {
  bind = "0.0.0.0:%(port)d"
  ssl_options {
    cacertfile = "%(folder)s/authority.pem"
    certfile = "%(folder)s/server.pem"
    keyfile = "%(folder)s/server-key.pem"
    verify = verify_peer
    fail_if_no_peer_cert = true
    versions = ["tlsv1.3"]
  }
}
listeners.tcp.default.enable = false
listeners.ws.default.enable = false
listeners.wss.default.enable = false
mqtt {
  peer_cert_as_username = cn
  peer_cert_as_clientid = cn
  max_packet_size = %(packet_bytes)dB
  max_inflight = 600
  max_mqueue_len = 100000
  session_expiry_interval = 7d
}
authentication = [
  {
    mechanism = password_based
    backend = http
    method = post
    url = "%(asked_url)s/authenticate"
    headers { "content-type" = "application/json" }
    body { username = "${username}", clientid = "${clientid}", cert_common_name = "${cert_common_name}" }
  }
]
authorization {
  no_match = deny
  deny_action = disconnect
  sources = [
    {
      type = http
      method = post
      url = "%(asked_url)s/authorise"
      headers { "content-type" = "application/json" }
      body { username = "${username}", action = "${action}", topic = "${topic}" }
    }
  ]
}
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """An enrolled probe as the register knows it."""

    line: str
    revoked: bool


def is_collector(user: str) -> bool:
    """Whether this is the user of a collector: no probe's name holds a dot."""
    return user == COLLECTOR_USER or user.startswith(f"{COLLECTOR_USER}.")


def authenticated(asked: Mapping[str, Any], standing: Standing | None, *, at: datetime) -> dict[str, Any]:
    """The answer to `{username, clientid, cert_common_name}`; `standing` is that user's, None where it is not known."""
    user = asked.get("username")
    if not user or asked.get("cert_common_name") != user or asked.get("clientid") != user:
        return {"result": "deny"}
    account = _account(user, standing)
    if account is None:
        return {"result": "deny"}
    return {
        "result": "allow",
        "is_superuser": False,
        "expire_at": int((at + _ASKED_AGAIN_AFTER).timestamp()),
        "acl": [
            *({"permission": "allow", "action": "publish", "topic": one} for one in account.writes),
            *({"permission": "allow", "action": "subscribe", "topic": f"eq {one}"} for one in account.reads),
            {"permission": "deny", "action": "all", "topic": "#"},
        ],
    }


def authorised(asked: Mapping[str, Any], standing: Standing | None) -> dict[str, Any]:
    """The answer to `{username, action, topic}`, for an EMQX before 5.8, which knows no list in the answer above."""
    user, action, topic = (asked.get(name) for name in ("username", "action", "topic"))
    account = _account(user, standing) if isinstance(user, str) else None
    if account is None or action not in _ACTIONS or not isinstance(topic, str):
        return {"result": "deny"}
    allowed = account.writes if action == "publish" else account.reads
    return {"result": "allow" if any(covers(one, topic) for one in allowed) else "deny"}


def emqx_settings(folder: Path, *, port: int, asked_url: str) -> str:
    """For EMQX's `base.hocon`: the files that it names lie in `folder`, the collector answers at the URL."""
    told = {"folder": folder, "port": port, "asked_url": asked_url, "packet_bytes": 4 * MAX_BATCH_BYTES}
    return _SETTINGS % told


def _account(user: str, standing: Standing | None) -> Account | None:
    if is_collector(user):
        return collector_account(user)
    if standing is None or standing.revoked:
        return None
    return probe_account(line=standing.line, probe=user)
