"""Shell. The signatures of a stranger's PDF, checked by a confined process of its own.

Knows nothing of PDF.
"""

import sys
from collections.abc import Sequence

import msgspec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate

from analysis.confined.ask import Failed, ask
from analysis.dossier.signed import NotSignedError, Signature
from analysis.dossier.signed_child import BOUNDS, Asked, Told

_COMMAND = (sys.executable, "-m", "analysis.dossier.signed_child")


def signatures(
    pdf: bytes, *, trusted: Sequence[Certificate] = (), authorities: Sequence[Certificate] = ()
) -> tuple[Signature, ...]:
    """As `analysis.dossier.signed`. Raises NotSignedError, also where it took too much time or memory."""
    asked = Asked(pdf, *(tuple(one.public_bytes(Encoding.DER) for one in kept) for kept in (trusted, authorities)))
    said = ask(_COMMAND, msgspec.msgpack.encode(asked), BOUNDS)
    if isinstance(said, Failed):
        raise NotSignedError(
            "The PDF takes more time or memory than any signed dossier, or is damaged. Fetch it again."
        )
    told = msgspec.msgpack.decode(said, type=Told)
    if told.refusal:
        raise NotSignedError(told.refusal)
    return told.signatures
