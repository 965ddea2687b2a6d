"""A person's certificate from an authority of the tests' own, as a PKCS #12 file."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID

PASSPHRASE = b"correct horse"


@dataclass(frozen=True, slots=True)
class Person:
    """`authority`: the certificate that the person's leads to, as PEM."""

    pkcs12: bytes
    authority: bytes


def a_person(name: str = "Ana Exemplo", *, years: int = 1) -> Person:
    now = datetime.now(UTC)  # noqa: TID251  a certificate is of today
    root_key, own_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root_name, own_name = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in ("Tests", name))

    def builder(subject: x509.Name, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(root_name).public_key(public)
        made = made.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        return made.not_valid_after(now + timedelta(days=365 * years))

    basic = x509.BasicConstraints(ca=True, path_length=None)
    root = builder(root_name, root_key.public_key()).add_extension(basic, critical=True)
    signed_root = root.sign(root_key, hashes.SHA256())
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    own = builder(own_name, own_key.public_key()).add_extension(usage, critical=True).sign(root_key, hashes.SHA256())
    packed = pkcs12.serialize_key_and_certificates(
        b"own", own_key, own, [signed_root], BestAvailableEncryption(PASSPHRASE)
    )
    return Person(packed, signed_root.public_bytes(Encoding.PEM))
