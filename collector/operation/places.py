"""Shell. Where copies of a store were put: noted before the first byte lies there, so that none is forgotten.

Knows nothing of what copies hold.
"""

import msgspec

from collector.home import CollectorHome
from collector.identity.files import write_private
from collector.lake.place import Place
from collector.operation.copies import CopyError


def places(home: CollectorHome) -> tuple[str, ...]:
    """Where copies of this store were put, sorted. Raises CopyError."""
    try:
        return tuple(sorted(msgspec.json.decode(home.copies.read_bytes(), type=list[str])))
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        raise CopyError(
            f"{home.copies} cannot be read ({error}). Write their places into it, as a JSON list."
        ) from error


def note_place(home: CollectorHome, place: Place) -> None:
    """Puts the place on the list. Raises CopyError, OSError."""
    known, url = places(home), str(place.folder.absolute()) if place.folder else place.url
    if url not in known:
        write_private(home.copies, msgspec.json.encode(sorted({*known, url})))
