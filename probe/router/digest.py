"""Pure. Digest access authentication (RFC 7616, and the older RFC 2617 that routers speak): the answer to a challenge.

The password itself is never sent. Basic authentication, which sends it, is not answered. Knows nothing of sockets; the
client's nonce is handed in.
"""

import hashlib
import re
from collections.abc import Iterable

from probe.router.reading import Login

_PARAMETER = re.compile(r'([A-Za-z0-9_-]+)[ \t]*=[ \t]*(?:"([^"\\]*)"|([^\s",]+))[ \t]*(?:,|$)')
_MAX_CHALLENGE = 1_000  # characters: what follows is not read
_HASHES = {"MD5": "md5", "SHA-256": "sha256"}


def authorization(challenges: Iterable[str], login: Login, *, method: str, path: str, client_nonce: str) -> str | None:
    """The Authorization field that answers the strongest challenge (WWW-Authenticate fields); None if none can be."""
    known = [parameters for challenge in challenges if (parameters := _parameters(challenge))]
    if not known:
        return None
    parameters = max(known, key=lambda one: one["algorithm"] == "SHA-256")
    algorithm, realm, nonce = parameters["algorithm"], parameters["realm"], parameters["nonce"]
    secret = _hash(algorithm, f"{login.user}:{realm}:{login.password}")
    asked = _hash(algorithm, f"{method}:{path}")
    user = re.sub(r'(["\\])', r"\\\1", login.user)
    said = [f'username="{user}"', f'realm="{realm}"', f'nonce="{nonce}"', f'uri="{path}"', f"algorithm={algorithm}"]
    if parameters.get("qop"):
        response = _hash(algorithm, f"{secret}:{nonce}:00000001:{client_nonce}:auth:{asked}")
        said += ["qop=auth", "nc=00000001", f'cnonce="{client_nonce}"']
    else:
        response = _hash(algorithm, f"{secret}:{nonce}:{asked}")
    said.append(f'response="{response}"')
    if "opaque" in parameters:
        said.append(f'opaque="{parameters["opaque"]}"')
    return "Digest " + ", ".join(said)


def _hash(algorithm: str, text: str) -> str:
    return hashlib.new(_HASHES[algorithm], text.encode(), usedforsecurity=False).hexdigest()


def _parameters(challenge: str) -> dict[str, str] | None:
    """Those of a Digest challenge that can be answered, with `algorithm` always set; None for any other."""
    scheme, _, rest = challenge[:_MAX_CHALLENGE].strip().partition(" ")
    if scheme.lower() != "digest":
        return None
    found = {match[1].lower(): match[2] or match[3] or "" for match in _PARAMETER.finditer(rest)}
    found["algorithm"] = found.get("algorithm", "MD5").upper()
    protections = re.split(r"[\s,]+", found.get("qop", "auth"))
    if not {"realm", "nonce"} <= found.keys() or found["algorithm"] not in _HASHES or "auth" not in protections:
        return None
    return found
