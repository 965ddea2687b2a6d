"""Pure. The collector's own certificate authority: it vouches for its broker and for each probe (RFC 5280).

A certificate opens the way to the broker and proves no measurement: batches are signed with another key, the probe's
own. Knows nothing of files, codes or clocks: serial numbers and times are handed in.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_CA_FOR = timedelta(days=3650)
LEAF_FOR = timedelta(days=365)
_CRL_FOR = timedelta(days=365)
_BEFORE = timedelta(hours=1)  # a probe's clock may be a little behind


class RequestError(ValueError):
    """A certificate request that cannot be granted. The text says why."""


@dataclass(frozen=True, slots=True)
class Authority:
    """The authority's certificate and the key that signs with it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        """What probes and the broker are to trust."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def make_authority(key: ec.EllipticCurvePrivateKey, *, serial: int, at: datetime) -> Authority:
    """A new authority, good for ten years."""
    name = common_name("prova collector")
    certificate = (
        _builder(name, name, key.public_key(), serial=serial, at=at, span=_CA_FOR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Authority(certificate, key)


def server_certificate(
    authority: Authority, public: ec.EllipticCurvePublicKey, *, hosts: Sequence[str], serial: int, at: datetime
) -> bytes:
    """A certificate (PEM) for the broker under these names and addresses."""
    alternatives = x509.SubjectAlternativeName([_host(one) for one in hosts])
    subject = common_name("prova broker")
    return (
        _leaf(authority, subject, public, serial=serial, at=at, purpose=ExtendedKeyUsageOID.SERVER_AUTH)
        .add_extension(alternatives, critical=False)
        .sign(authority.key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )


def client_certificate(authority: Authority, request_pem: bytes, *, user: str, serial: int, at: datetime) -> bytes:
    """A certificate (PEM) for `user`, whose key made the request (PKCS #10). Names in the request count for nothing.

    Raises RequestError where the request is no EC request signed by its own key.
    """
    try:
        request = x509.load_pem_x509_csr(request_pem)
        public = request.public_key()
        sound = request.is_signature_valid
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise RequestError(f"not a certificate request: {error}") from error
    if not sound or not isinstance(public, ec.EllipticCurvePublicKey):
        raise RequestError("not a certificate request that an EC key signed for itself")
    builder = _leaf(authority, common_name(user), public, serial=serial, at=at, purpose=ExtendedKeyUsageOID.CLIENT_AUTH)
    return builder.sign(authority.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def revocation_list(authority: Authority, serials: Sequence[int], *, at: datetime) -> bytes:
    """The certificates that count no longer, as a CRL (PEM)."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(authority.certificate.subject)
    builder = builder.last_update(at - _BEFORE).next_update(at + _CRL_FOR)
    for serial in serials:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at).build()
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(authority.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _leaf(
    authority: Authority,
    subject: x509.Name,
    public: ec.EllipticCurvePublicKey,
    *,
    serial: int,
    at: datetime,
    purpose: x509.ObjectIdentifier,
) -> x509.CertificateBuilder:
    return (
        _builder(subject, authority.certificate.subject, public, serial=serial, at=at, span=LEAF_FOR)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    )


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    *,
    serial: int,
    at: datetime,
    span: timedelta,
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
    return builder.serial_number(serial).not_valid_before(at - _BEFORE).not_valid_after(at + span)


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def common_name(common: str) -> x509.Name:
    """The name of whoever a certificate is for."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _host(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)
