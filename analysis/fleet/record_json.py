"""Pure. One record as a plain dictionary for JSON, as on the wire; without addresses unless asked for.

Knows nothing of who asks.
"""

import ipaddress
import json
import re
from typing import Any

from analysis.speed_test_json import at
from collector.envelope import StoredRecord
from probe import wire
from probe.body.notice import Unrecognised

_MAYBE = re.compile(r"[0-9a-fA-F:.]*(?:[0-9]\.[0-9]|:)[0-9a-fA-F:.]*")
_FREE_TEXT = frozenset({"detail", "last_error"})  # a person's or a router's own words: anything may stand in them
_UNTOLD = _FREE_TEXT | {"connection"}  # M-Lab's name of a test, by which its data tell the line's address


def record_json(stored: StoredRecord, *, addresses: bool) -> dict[str, Any]:
    """The record as its probe signed it, with its arrival. Without `addresses` each text that holds one is null.

    `record` is null where this version does not know the kind.
    """
    record = stored.record
    known = not isinstance(record.body, Unrecognised)
    content = json.loads(wire.encode_record(record)) if known else None
    return {
        "id": record.id,
        "line": record.line,
        "probe": record.probe,
        "sequence": record.sequence,
        "kind": wire.kind_of(record.body),
        "started_at": at(record.started.at),
        "ended_at": at(record.ended.at),
        "received_at": at(stored.received_at),
        "batch_sha256": stored.batch_sha256 or None,
        "imported": stored.imported is not None,
        "record": content if addresses else bare(content),
    }


def bare(told: Any) -> Any:
    """`told` with null for every text that holds an address, and for free text; keys and all else as they are."""
    if isinstance(told, dict):
        return {name: None if name in _UNTOLD or name.endswith("address") else bare(one) for name, one in told.items()}
    if isinstance(told, list | tuple):
        return [bare(one) for one in told]
    return None if isinstance(told, str) and holds_address(told) else told


def holds_address(text: str) -> bool:
    """Whether an address of IPv4 or IPv6 stands anywhere in `text`.

    >>> holds_address("wss://203.0.113.7:443/x"), holds_address("[2001:db8::1]:80"), holds_address("at 09:00:00")
    (True, True, False)
    """
    return any(_is_address(found) for found in _MAYBE.findall(text))


def _is_address(text: str) -> bool:
    """With a port behind it, too."""
    for one in (text.strip("."), text.strip(".").rpartition(":")[0]):
        try:
            ipaddress.ip_address(one)
        except ValueError:
            continue
        return True
    return False
