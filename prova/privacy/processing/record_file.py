"""Shell. The record of processing out of the package's own files. Knows nothing of what it says."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any

import msgspec

from prova.privacy.processing.record import Record

FILES = (
    "grounds.toml",
    "words.toml",
    "activities.toml",
    "risks.toml",
    "stores-probe.toml",
    "stores-collector.toml",
    "stores-analysis.toml",
    "stores-shown.toml",
    "stores-machine.toml",
)


@cache
def load() -> Record:
    """The record. Raises msgspec.ValidationError where a file is none, which a test keeps from happening."""
    folder = resources.files("prova.privacy.processing")
    whole: dict[str, Any] = {}
    for name in FILES:
        for key, value in tomllib.loads((folder / name).read_text(encoding="utf-8")).items():
            whole[key] = {**whole[key], **value} if isinstance(value, dict) and key in whole else value
    return msgspec.convert(whole, type=Record)
