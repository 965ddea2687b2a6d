"""Pure. Tables and what is said about them as the files of a package, public or restricted.

Same tables, same bytes. Knows nothing of where they are written.
"""

from collections.abc import Iterable, Mapping

from analysis.extract.package import metadata, readme
from analysis.extract.package.data_file import as_csv, as_parquet
from analysis.extract.package.dcat import dcat
from analysis.extract.package.file_digest import FileDigest, digest
from analysis.extract.package.origin import Origin
from analysis.extract.package.validation import queries
from analysis.extract.parameters import Parameters
from analysis.extract.table import Audience, Table, TableKind

CHECKSUMS = "SHA256SUMS"


def compose(tables: Iterable[Table], audience: Audience, origin: Origin, parameters: Parameters) -> dict[str, bytes]:
    """By path, of tables that are all for `audience`; the checksums of all others last.

    Of tables that are made as they are asked for, one at a time is in memory.
    """
    files: dict[str, bytes] = {}
    kinds: dict[str, TableKind] = {}
    for kind, written in map(_written, tables):
        files |= written
        kinds |= dict.fromkeys(written, kind)
    digests = {path: digest(content) for path, content in files.items()}
    every = dict(sorted({**files, **about(audience, kinds, digests, origin, parameters)}.items()))
    return {**every, CHECKSUMS: checksums({path: digest(content) for path, content in every.items()})}


def _written(table: Table) -> tuple[TableKind, dict[str, bytes]]:
    path = f"data/{table.kind.name}"
    return table.kind, {f"{path}.csv": as_csv(table), f"{path}.parquet": as_parquet(table)}


def about(
    audience: Audience,
    kinds: Mapping[str, TableKind],
    files: Mapping[str, FileDigest],
    origin: Origin,
    parameters: Parameters,
) -> dict[str, bytes]:
    """What stands beside the data files, by path. `kinds` by the path of each data file in `files`."""
    name = f"prova-{origin.period.name.lower()}-{audience.value}"
    of_csv = {path: kind for path, kind in kinds.items() if path.endswith(".csv")}
    return {
        "datapackage.json": metadata.data_package(name, kinds, files, origin),
        "dcat.jsonld": dcat(name, audience, kinds, files, origin),
        "parameters.toml": parameters.text.encode(),
        "README.md": readme.readme(_each_once(of_csv.values()), origin),
        "METHODOLOGY.md": readme.methodology(origin, parameters),
        **queries(audience),
        **{f"{path}-metadata.json": metadata.csvw(path, kind) for path, kind in of_csv.items()},
    }


def _each_once(kinds: Iterable[TableKind]) -> list[TableKind]:
    return list({one.name: one for one in kinds}.values())


def checksums(files: Mapping[str, FileDigest]) -> bytes:
    """As `sha256sum --check` reads them."""
    return "".join(f"{one.sha256}  {path}\n" for path, one in sorted(files.items())).encode()
