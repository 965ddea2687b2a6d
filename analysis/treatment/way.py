"""Pure. By what a test could be recognised on its way. Knows nothing of rates."""

from urllib.parse import urlsplit

from analysis.treatment.account import Mark, Way
from probe.body.speed_test import SpeedTest

_PORTS = {True: 443, False: 80}
_PLATFORMS = ("measurement-lab.org", "speedtest.net", "ookla.com", "fast.com")


def way_of(test: SpeedTest) -> Way | None:
    """None where the record does not tell the server."""
    if test.server is None or not test.server.url:
        return None
    parts = urlsplit(test.server.url)
    secure = parts.scheme in {"wss", "https"}
    host = (parts.hostname or "").lower()
    try:
        port = parts.port
    except ValueError:
        return None
    marks = []
    if not secure:
        marks.append(Mark.PLAIN)
    if port not in {None, _PORTS[secure]}:
        marks.append(Mark.PORT)
    if any(host == one or host.endswith(f".{one}") for one in _PLATFORMS):
        marks.append(Mark.KNOWN)
    # A platform's machines stand for the platform: what would be recognised is its name.
    platform = next((one for one in _PLATFORMS if host.endswith(f".{one}")), None)
    return Way(server=platform or host, method=test.method, marks=tuple(sorted(marks)))
