"""Vocabulary. A file of a package as others can check it: its size and its SHA-256.

Knows nothing of where the file is.
"""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileDigest:
    """`sha256` in lower-case hexadecimal."""

    size_bytes: int
    sha256: str


def digest(content: bytes) -> FileDigest:
    """Of a file that is at hand."""
    return FileDigest(len(content), hashlib.sha256(content).hexdigest())
