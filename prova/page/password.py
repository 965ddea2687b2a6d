"""Shell. The page's password in the home folder: what is kept of it, in a file for its owner alone.

Knows nothing of how it is asked for or of the page.
"""

import os
from pathlib import Path

from dashboards.web.access.password import hash_of, is_hash
from probe.key import KeyFileError
from probe.keyfile import check_private
from prova.exit import CommandError

_MOST_BYTES = 4096


def kept(path: Path) -> str | None:
    """The hash; None where none was set. Raises CommandError for a file that holds none."""
    try:
        check_private(path)
        found = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except KeyFileError as error:
        raise CommandError(str(error)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read. Set the password anew with: prova password") from error
    if not is_hash(found):
        raise CommandError(f"{path} holds no password that can be checked. Set it anew with: prova password")
    return found


def keep(path: Path, password: str) -> None:
    """In the place of an older one. Raises CommandError for one that is too short, and where it cannot be written."""
    try:
        made = hash_of(password)
    except ValueError as error:
        raise CommandError(f"The password was not set: {error}. Choose another.") from error
    fresh = path.with_name(path.name + ".new")
    try:
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600, exist_ok=False)
        with fresh.open("w", encoding="ascii") as file:
            file.write(made + "\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(path)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}. Make room or name another --home.") from error


def from_file(path: Path) -> str:
    """The first line of a file that somebody wrote the password into. Raises CommandError."""
    try:
        with path.open("rb") as file:
            lines = file.read(_MOST_BYTES).decode().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read as text. Write the password on the first line of a file.") from error
    return lines[0] if lines else ""
