"""Pure. One point as a line of InfluxDB's line protocol (v2 and v3, and 1.x alike).

Knows nothing of records or of how lines are sent.
"""

from collections.abc import Mapping

Value = str | bool | int | float
_INT64 = 2**63


def line_of(measurement: str, tags: Mapping[str, str], fields: Mapping[str, Value | None], at_ns: int) -> str | None:
    r"""The point; fields that are None are left out, and tags that are empty. None where no field is left.

    >>> line_of("speed test", {"line": "casa", "mode": ""}, {"rate_bps": 5, "ok": True, "why": 'a "b"', "x": None}, 7)
    'speed\\ test,line=casa rate_bps=5i,ok=true,why="a \\"b\\"" 7'
    """
    own = ",".join(f"{_key(name)}={told}" for name, value in fields.items() if (told := _value(value)) is not None)
    if not own:
        return None
    named = "".join(f",{_key(name)}={_key(value)}" for name, value in sorted(tags.items()) if value)
    return f"{_key(measurement)}{named} {own} {at_ns}"


def _value(value: Value | None) -> str | None:
    """None for what the protocol cannot say: not measured, not a number, beyond 64 bits."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{value}i" if -_INT64 <= value < _INT64 else None
    if isinstance(value, float):
        return repr(value) if value - value == 0 else None
    return '"' + _one_line(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _key(name: str) -> str:
    escaped = _one_line(name).replace("\\", "/")  # a backslash before a separator has no unambiguous form
    return escaped.replace(",", "\\,").replace("=", "\\=").replace(" ", "\\ ")


def _one_line(text: str) -> str:
    return " ".join(text.splitlines())
