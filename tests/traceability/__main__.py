"""Writes docs/traceability.md: `python -m tests.traceability`."""

import sys

from tests.traceability.table import DOCUMENT, faults, rows, text

if __name__ == "__main__":
    found = rows()
    DOCUMENT.write_text(text(found), encoding="utf-8")
    missing = list(faults(found))
    sys.stdout.write("\n".join(missing or [f"{len(found)} requirements, nothing without a row, code or test"]) + "\n")
    sys.exit(bool(missing))
