"""Vocabulary. How the page may be entered: by which names, by whom, with which password and certificate.

Knows nothing of how any of it is checked.
"""

from dataclasses import dataclass, field
from pathlib import Path

from dashboards.web.access.asked import Rules


@dataclass(frozen=True, slots=True)
class Certificate:
    """Files in PEM: the chain, and its private key."""

    chain: Path
    key: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """`password_hash` is None exactly where `rules` ask for no password. `certificate` None: no TLS of our own."""

    rules: Rules
    password_hash: str | None = field(default=None, repr=False)
    certificate: Certificate | None = None
