"""Pure. Where one test is laid open. Knows nothing of what stands there."""

from datetime import datetime

from dashboards.web.frame.address import address
from dashboards.web.voice import Voice

TEST_PATH = "/test"


def opened(record: str, at: datetime, voice: Voice) -> str:
    """Of the record of that id, which started at that time."""
    return address(TEST_PATH, {"day": at.astimezone(voice.zone).date(), "id": record})
