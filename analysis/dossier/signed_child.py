"""Shell. The short-lived process that checks a stranger's signed PDF: the question on standard input, the answer out.

Knows nothing of who asked.
"""

import sys

import msgspec
from cryptography import x509

from analysis.confined.bounds import Bounds
from analysis.confined.enter import enter
from analysis.dossier.signed import NotSignedError, Signature, signatures

BOUNDS = Bounds(cpu_s=60, wall_s=120, memory_bytes=2**30, output_bytes=2**20)


class Asked(msgspec.Struct, frozen=True):
    """`trusted` and `authorities` are certificates in DER."""

    pdf: bytes
    trusted: tuple[bytes, ...]
    authorities: tuple[bytes, ...]


class Told(msgspec.Struct, frozen=True):
    """`refusal` is empty where the PDF could be read."""

    signatures: tuple[Signature, ...] = ()
    refusal: str = ""


def main() -> None:
    """Read, answer, end."""
    enter(BOUNDS)
    asked = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Asked)
    trusted, authorities = (
        tuple(map(x509.load_der_x509_certificate, kept)) for kept in (asked.trusted, asked.authorities)
    )
    try:
        told = Told(signatures(asked.pdf, trusted=trusted, authorities=authorities))
    except NotSignedError as error:
        told = Told(refusal=str(error))
    sys.stdout.buffer.write(msgspec.msgpack.encode(told))


if __name__ == "__main__":
    main()
