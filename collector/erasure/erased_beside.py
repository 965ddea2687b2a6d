"""Shell. The list of who was erased, where copies of the store lie: they may be older than it.

Knows nothing of what is done with it.
"""

from collector.erasure import erased, erased_file
from collector.erasure.erased import Erased
from collector.home import CollectorHome
from collector.lake.place import NoSuchFileError, Place
from probe import keyfile
from probe.key import Ed25519Key

FILE = "erased.txt"


def load(place: Place, key: Ed25519Key) -> frozenset[Erased]:
    """The list that lies there; empty where there is none. Raises JournalError, LakeError."""
    try:
        told = place.get(FILE)
    except NoSuchFileError:
        return frozenset()
    return erased_file.read(told, f"{place.url}/{FILE}", key)


def put(place: Place, home: CollectorHome) -> None:
    """Has it say what the home's own does, and what it said before. Raises JournalError, LakeError."""
    key = keyfile.load_or_make(home.key)
    known = erased_file.load(home)
    if known:
        place.put(FILE, erased.sealed(known | load(place, key), key=key))
