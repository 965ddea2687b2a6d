"""Pure. The limits of `health.toml`, each with its level and its reason.

Reads nothing but data that ships with this code. Knows nothing of any probe.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from analysis.fleet.health import Level, Limit


@cache
def limits() -> Mapping[str, Limit]:
    """By name: those of `SignName`, and `look_back`."""
    text = resources.files("analysis").joinpath("fleet", "health.toml").read_text(encoding="utf-8")
    return {
        name: Limit(
            name=name, level=Level(table["level"]), value=table["value"], unit=table["unit"], source=table["source"]
        )
        for name, table in tomllib.loads(text).items()
    }
