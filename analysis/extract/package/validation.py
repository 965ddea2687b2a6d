"""Pure. The queries by which anyone can hold a package's tables against each other, as files of the package.

Each is SQL for DuckDB, run in the package's folder, and gives the rows that contradict. Knows nothing of rows.
"""

from importlib import resources

from analysis.extract.table import Audience


def queries(audience: Audience) -> dict[str, bytes]:
    """By path, sorted; perhaps none."""
    folder = resources.files("analysis").joinpath("extract", "package", "queries", audience.value)
    if not folder.is_dir():
        return {}
    return {f"queries/{one.name}": one.read_bytes() for one in sorted(folder.iterdir(), key=lambda one: one.name)}
