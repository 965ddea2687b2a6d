"""Pure. Addresses of this site: a path and what is asked of it. Knows no page."""

from collections.abc import Mapping
from urllib.parse import urlencode


def address(path: str, asked: Mapping[str, object] | None = None) -> str:
    """What is None or empty is left out.

    >>> address("/day", {"lang": None, "day": "2026-11-20"})
    '/day?day=2026-11-20'
    """
    given = {name: str(value) for name, value in (asked or {}).items() if value is not None and value != ""}
    return f"{path}?{urlencode(given)}" if given else path
