"""Shell. Asks a disk whether it still takes changes, where its word for a commit alone does not say so.

When ext4 gives up on a failing disk (errors=remount-ro), a sync of that very moment can succeed though its data will
not be there: the file system's log drops what it had in hand without telling who waited for it. A change that begins
after the sync is refused, and that is asked for here: it costs some microseconds and no wait for the disk. Knows
nothing of what was written.
"""

import errno
import os
from pathlib import Path

# No room, or no such question on this file system: neither says anything of a commit that was made.
_NO_ANSWER = {errno.ENOSPC, errno.EDQUOT, errno.EOPNOTSUPP, errno.EINVAL, errno.ENODEV}


class Pulse:
    """A file of one byte beside what is written, allocated again each time it is asked."""

    def __init__(self, path: Path) -> None:
        """Makes the file if there is none. Raises OSError."""
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def check(self) -> None:
        """Returns if the disk took changes until now. Raises OSError where it took none any more."""
        try:
            os.posix_fallocate(self._descriptor, 0, 1)
        except OSError as error:
            if error.errno not in _NO_ANSWER:
                raise

    def close(self) -> None:
        """Ends its use, once or again."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1
