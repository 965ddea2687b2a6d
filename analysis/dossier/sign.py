"""Shell. A PDF signed with a person's own certificate, as PAdES (ETSI EN 319 142-1), and time-stamped where asked for.

The signature is added behind the file's bytes, in a field that no page shows, so that what made it archivable and
accessible stays. Knows nothing of dossiers, nor of how an authority is reached: who asks it is handed in.
"""

import io
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Ask = Callable[[bytes], bytes]  # a TimeStampReq in DER to a TimeStampResp (RFC 3161); raises SignError
_FIELD = "Signature"


class SignError(Exception):
    """The file cannot be signed. The text is one sentence with the mend."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A PKCS #12 file's bytes and the passphrase that opens it."""

    pkcs12: bytes
    passphrase: bytes


def sign(pdf: bytes, certificate: Certificate, *, name: str, ask: Ask | None = None) -> bytes:
    """`pdf` signed now, PAdES B-B; B-T where `ask` reaches an authority. `name` is the field's, for a screen reader.

    Raises SignError.
    """
    try:
        from pyhanko.pdf_utils.misc import PdfError
        from pyhanko.sign import fields, signers
    except ImportError as error:
        raise SignError(f"Signing needs {error.name}. Install Prova with its part [sign].") from error
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    signer = _signer(certificate)
    meta = signers.PdfSignatureMetadata(
        field_name=_FIELD, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, reason=None
    )
    outside = fields.InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True)
    spec = fields.SigFieldSpec(sig_field_name=_FIELD, readable_field_name=name, invis_sig_settings=outside)
    try:
        pdf_signer = signers.PdfSigner(
            meta, signer, timestamper=None if ask is None else _stamper(ask), new_field_spec=spec
        )
        made = pdf_signer.sign_pdf(_writer(pdf))
    except (PdfError, ValueError) as error:
        raise SignError(f"The dossier cannot be signed: {error}. Use a certificate for signing documents.") from error
    return bytes(made.getbuffer())


def _writer(pdf: bytes) -> Any:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    class Writer(IncrementalPdfFileWriter):
        def _update_meta(self) -> None:
            """The metadata stays: written anew by the library, it would not name its schemas as PDF/A wants them."""

    return Writer(io.BytesIO(pdf))


def _signer(certificate: Certificate) -> Any:
    from pyhanko.sign import signers

    sentence = "The certificate cannot be opened: it is no PKCS #12 file (.p12, .pfx), or the passphrase is another."
    try:
        signer = signers.SimpleSigner.load_pkcs12_data(
            certificate.pkcs12, other_certs=(), passphrase=certificate.passphrase or None
        )
    except (ValueError, TypeError, AttributeError) as error:  # without a key in it there is nothing to translate
        raise SignError(f"{sentence} Look after both.") from error
    if signer is None or signer.signing_cert is None:
        raise SignError(f"{sentence} Look after both.")
    return signer


def _stamper(ask: Ask) -> Any:
    from asn1crypto import tsp
    from pyhanko.sign.timestamps import TimeStamper

    class Stamper(TimeStamper):  # the library asks an authority through a subclass
        async def async_request_tsa_response(self, req: Any) -> Any:
            return tsp.TimeStampResp.load(ask(req.dump()))

    return Stamper()  # type: ignore[no-untyped-call]  # the library types it not
