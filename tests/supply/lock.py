"""What `uv.lock` says of the packages that Prova stands on, and what the installed ones say of their licence."""

import re
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LICENCES = Path(__file__).with_name("licences.toml")


def packages() -> list[dict[str, Any]]:
    """Every locked package but Prova itself."""
    told = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    return [one for one in told if one["name"] != "prova"]


def licences() -> dict[str, Any]:
    return tomllib.loads(LICENCES.read_text())


def licence_of(name: str) -> str | None:
    """As the installed package tells it: an SPDX expression, else its classifiers, else a word; None where it is not
    installed; empty where it says nothing.
    """
    told: Any  # an email.message.Message, of which the protocol tells less
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    classified = [one.rsplit(" :: ", 1)[-1] for one in told.get_all("Classifier", []) if one.startswith("License")]
    return told.get("License-Expression") or " OR ".join(classified) or (told.get("License") or "").split("\n")[0]


def is_allowed(expression: str, allowed: list[str]) -> bool:
    """Of `A AND B` both, of `A OR B` one."""
    return any(
        all(part.strip() in allowed or part.strip(" ()") in allowed for part in re.split(r"\s+AND\s+", either))
        for either in re.split(r"\s+OR\s+", expression)
    )
