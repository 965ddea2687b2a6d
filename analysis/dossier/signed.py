"""Shell. What the signatures in a PDF say: whose, when, whether anything was changed since, and who vouches for them.

Needs nothing but the file and the certificates that are trusted: no network. Knows nothing of dossiers.
"""

import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate

_MOST_SIGNATURES = 20
_MOST_NAME = 200


class NotSignedError(ValueError):
    """Nothing can be said of this file's signatures. The text is one sentence with the mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature. `intact`: what it signed is unchanged, and it is the certificate's. `whole`: that is the file.

    `vouched`: a certificate that is trusted leads to the signer's. `said_at`: as the signer's own clock had it, None
    where it does not say; `stamped_at`: as a time-stamping authority had it, None without one. `stamp_vouched`: a
    certificate that is trusted leads to the authority's.
    """

    signer: str
    intact: bool
    whole: bool
    vouched: bool
    said_at: datetime | None
    stamped_at: datetime | None
    stamp_vouched: bool


def signatures(
    pdf: bytes, *, trusted: Sequence[Certificate] = (), authorities: Sequence[Certificate] = ()
) -> tuple[Signature, ...]:
    """Every signature of the PDF, in its order; none where it has none. Raises NotSignedError."""
    try:
        from pyhanko.pdf_utils.misc import PdfError
        from pyhanko.pdf_utils.reader import PdfFileReader
    except ImportError as error:
        raise NotSignedError(f"This needs {error.name}. Install Prova with its part [sign].") from error
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        embedded = list(PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures)
        if len(embedded) > _MOST_SIGNATURES:
            raise NotSignedError(f"The PDF has {len(embedded)} signatures, which no dossier has. Name another file.")
        return tuple(_signature(one, trusted, authorities) for one in embedded)
    except (PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        if isinstance(error, NotSignedError):
            raise
        raise NotSignedError(
            f"The PDF cannot be read ({type(error).__name__}): it is damaged, or none. Fetch it again."
        ) from error


def _signature(embedded: Any, trusted: Sequence[Certificate], authorities: Sequence[Certificate]) -> Signature:
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature

    status = validate_pdf_signature(embedded, _context(trusted), ts_validation_context=_context(authorities))
    stamp = status.timestamp_validity
    return Signature(
        signer=str(status.signing_cert.subject.human_friendly)[:_MOST_NAME],
        intact=bool(status.intact and status.valid),
        whole=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        vouched=bool(trusted and status.trusted),
        said_at=status.signer_reported_dt,
        stamped_at=None if stamp is None or not (stamp.intact and stamp.valid) else stamp.timestamp,
        stamp_vouched=bool(stamp is not None and authorities and stamp.trusted),
    )


def _context(certificates: Sequence[Certificate]) -> Any:
    from asn1crypto import x509
    from pyhanko_certvalidator import ValidationContext

    roots = [x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in certificates]
    return ValidationContext(trust_roots=roots, allow_fetching=False, revocation_mode="soft-fail")
