"""Pure. What SQLite says is wrong with a spool, as a sentence for people. Knows nothing of what the spool holds."""

from pathlib import PurePath


def sentence(path: PurePath, name: str, error: str) -> str:
    """What is wrong with the spool at `path` and how to mend it; `name` is SQLite's of the error, or empty."""
    if name == "SQLITE_FULL" or name.startswith("SQLITE_IOERR"):
        return (
            f"The disk with {path} is full or failing ({error}): what is stored there stays, but nothing can be added."
            " Make room; the probe goes on by itself."
        )
    if name in {"SQLITE_CORRUPT", "SQLITE_NOTADB"}:
        return (
            f"{path} is damaged ({error}). Keep a copy, move the folder {path.parent} away and enrol this machine as a"
            " new probe: the old one's numbers must not be given out again."
        )
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return f"{path} cannot be written ({error}). Give this user the right to, or name another --home."
    return f"{path} cannot be used ({error}). Make sure that nothing else has it open, and start again."
