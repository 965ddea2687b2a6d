"""Pure. LibreSpeed's endpoints as a server has them: which path is which, and how much one answer may hold.

Source: librespeed/speedtest, backend/garbage.php, empty.php and getIP.php, and its Go server's paths. The answer of
getIP names the asker to itself; nothing is looked up and nothing kept. Knows nothing of sockets.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

CHUNK_BYTES = 1 << 20
MOST_BODY_BYTES = 1 << 28  # of one upload: LibreSpeed's page sends 20 MB, its command line 1 MiB, Prova 64 MiB
_DEFAULT_CHUNKS, _MOST_CHUNKS = 4, 1024
_WHOLE = re.compile(r"[0-9]{1,9}")


class Endpoint(StrEnum):
    """What a path is for."""

    GARBAGE = "garbage"
    EMPTY = "empty"
    GET_IP = "getIP"


PATHS: Mapping[str, Endpoint] = {
    f"{folder}/{endpoint}{suffix}": endpoint
    for endpoint in Endpoint
    for folder in ("", "/backend")
    for suffix in ("", ".php")
}


def chunks(asked: str | None) -> int:
    """How many chunks a download gets; what is missing or no number counts as LibreSpeed counts it.

    >>> chunks(None), chunks("0"), chunks("100"), chunks("99999"), chunks("-3")
    (4, 1, 100, 1024, 4)
    """
    if asked is None or not _WHOLE.fullmatch(asked):
        return _DEFAULT_CHUNKS
    return max(1, min(int(asked), _MOST_CHUNKS))


def own_address(address: str) -> dict[str, Any]:
    """The asker's own address as getIP tells it, an IPv4 address within IPv6 as itself.

    >>> own_address("::ffff:192.0.2.1")
    {'processedString': '192.0.2.1', 'rawIspInfo': ''}
    """
    return {"processedString": address.removeprefix("::ffff:").partition("%")[0], "rawIspInfo": ""}
