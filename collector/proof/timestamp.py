"""Pure. Time-stamps of an authority over what was signed (RFC 3161): the question, and what its answer proves.

Knows nothing of how the authority is reached.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from cryptography.x509 import Certificate, load_pem_x509_certificate
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_MOST_WORDS = 200


class TokenError(ValueError):
    """This answer of an authority proves nothing. The text says why."""


def question(data: bytes) -> bytes:
    """What to ask the authority: a TimeStampReq in DER over the SHA-256 of `data`, its certificate included.

    Without a nonce: what is stamped is new by itself, so that no older answer can pass for this one's.
    """
    request = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256)
    return request.nonce(nonce=False).cert_request(cert_request=True).build().as_bytes()


def certificates(pem: bytes) -> tuple[Certificate, ...]:
    """The certificates of a PEM file. Raises ValueError where there is none or one is damaged."""
    found = tuple(load_pem_x509_certificate(one) for one in _PEM.findall(pem))
    if not found:
        raise ValueError("no certificate in PEM form")
    return found


def stamped_at(answer: bytes, data: bytes) -> datetime:
    """When the answer, a TimeStampResp in DER, says that `data` was there. Its signature is not looked at.

    Raises TokenError where nothing was granted or it is about other data.
    """
    response = _granted(answer)
    if response.tst_info.message_imprint.message != sha256(data).digest():
        raise TokenError("the time-stamp is of other data")
    return response.tst_info.gen_time


def verified_at(answer: bytes, data: bytes, trusted: Sequence[Certificate]) -> datetime:
    """The same, once the answer's signature leads to one of the authority's `trusted` certificates.

    Raises TokenError.
    """
    at = stamped_at(answer, data)
    builder = VerifierBuilder()
    for one in trusted:
        builder = builder.add_root_certificate(one)
    try:
        builder.build().verify(_granted(answer), sha256(data).digest())
    except (VerificationError, ValueError) as error:
        raise TokenError(f"the time-stamp's signature does not hold: {str(error)[:_MOST_WORDS]}") from error
    return at


def _granted(answer: bytes) -> TimeStampResponse:
    try:
        response = decode_timestamp_response(answer)
        status = PKIStatus(response.status)
    except ValueError as error:
        raise TokenError("this is no answer of a time-stamping authority") from error
    if status not in {PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS}:
        said = " ".join(response.status_string)[:_MOST_WORDS]
        raise TokenError(f"the authority granted nothing ({status.name.lower()}{': ' if said else ''}{said})")
    return response
