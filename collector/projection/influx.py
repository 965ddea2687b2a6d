"""Shell. Points written to InfluxDB 2 or 3, or whatever takes its /api/v2/write, by influxdb-client.

What the database refuses for good is found line by line, counted and left out: one bad point stops nothing. Knows
nothing of records.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.rest import ApiException
from urllib3.exceptions import HTTPError

from collector.projection.settings import Influx

_FIRST_AT = datetime(1970, 1, 1, tzinfo=UTC)
_ANSWER_WITHIN_MS = 20_000
_BAD_POINT = {400, 413, 422}
_NOT_ALLOWED = {401, 403, 404}


class DatabaseError(Exception):
    """The database does not answer, or not now: the same points may be written later."""


class DatabaseRefusalError(Exception):
    """The database takes nothing from us as we are set up. The text says how to mend it."""


@dataclass(frozen=True, slots=True)
class Written:
    """How many points were written, and why others were refused for good."""

    count: int
    refused: tuple[str, ...] = ()


class Database:
    """One database, for one thread at a time."""

    def __init__(self, settings: Influx) -> None:
        self._settings = settings
        self._client = InfluxDBClient(
            url=settings.url, token=_token(settings.token_file) or "", org=settings.org, timeout=_ANSWER_WITHIN_MS
        )
        self._writer = self._client.write_api(write_options=SYNCHRONOUS)

    def close(self) -> None:
        """Ends its use."""
        self._writer.close()  # type: ignore[no-untyped-call]  # the library's
        self._client.close()  # type: ignore[no-untyped-call]  # the library's

    def write(self, lines: Sequence[str]) -> Written:
        """Writes the points; written again, they change nothing. Raises DatabaseError, DatabaseRefusalError."""
        if not lines:
            return Written(0)
        refusal = self._refusal(lines)
        if refusal is None:
            return Written(len(lines))
        if len(lines) == 1:
            return Written(0, (f"{refusal}: {lines[0]}",))
        middle = len(lines) // 2
        first, last = self.write(lines[:middle]), self.write(lines[middle:])
        return Written(first.count + last.count, first.refused + last.refused)

    def forget(self, line: str, *, until_at: datetime) -> None:
        """Deletes every point of the line up to that time. Raises DatabaseError, DatabaseRefusalError."""
        own = self._settings
        try:
            self._client.delete_api().delete(_FIRST_AT, until_at, f'line="{line}"', bucket=own.bucket, org=own.org)
        except ApiException as error:
            if error.status in {*_BAD_POINT, *_NOT_ALLOWED, 405, 501}:
                raise DatabaseRefusalError(
                    f"{own.url} does not remove points of bucket {own.bucket} ({error.status} {error.reason}). Let"
                    f" the token write there, or remove what has the tag line={line} by the database's own means."
                ) from error
            raise DatabaseError(f"{own.url} answers {error.status} {error.reason}.") from error
        except (HTTPError, OSError) as error:
            raise DatabaseError(f"{own.url} does not answer ({type(error).__name__}).") from error

    def _refusal(self, lines: Sequence[str]) -> str | None:
        """Why the database will never take these lines together; None where it has them."""
        own = self._settings
        try:
            body = "\n".join(lines).encode()
            self._writer.write(bucket=own.bucket, org=own.org, record=body)  # nanoseconds are its default
        except ApiException as error:
            if error.status in _BAD_POINT:
                return str(error.body or error.reason).strip()
            if error.status in _NOT_ALLOWED:
                raise DatabaseRefusalError(
                    f"{own.url} refuses bucket {own.bucket} ({error.status} {error.reason}). Look after url, org,"
                    " bucket and token_file."
                ) from error
            raise DatabaseError(f"{own.url} answers {error.status} {error.reason}.") from error
        except (HTTPError, OSError) as error:
            raise DatabaseError(f"{own.url} does not answer ({type(error).__name__}).") from error
        return None


def _token(path: Path | None) -> str | None:
    try:
        return None if path is None else path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise DatabaseRefusalError(f"{path}: cannot be read: {error.strerror}. Write the token there.") from error
