"""Pure. Tables and what is said about them as the files of a package, public or restricted.

Same tables, same bytes. Knows nothing of where they are written.
"""

import hashlib
from collections.abc import Mapping, Sequence

from analysis.extract.package import metadata, readme
from analysis.extract.package.data_file import as_csv, as_parquet
from analysis.extract.package.dcat import dcat
from analysis.extract.package.origin import Origin
from analysis.extract.parameters import Parameters
from analysis.extract.table import Audience, Table, TableKind

CHECKSUMS = "SHA256SUMS"


def compose(tables: Sequence[Table], audience: Audience, origin: Origin, parameters: Parameters) -> dict[str, bytes]:
    """By path, of the tables for `audience`; the checksums of all others last."""
    files: dict[str, bytes] = {}
    kinds: dict[str, TableKind] = {}
    for table in tables:
        if table.kind.audience is audience:
            for ending, content in (("csv", as_csv(table)), ("parquet", as_parquet(table))):
                path = f"data/{table.kind.name}.{ending}"
                files[path], kinds[path] = content, table.kind
    name = f"prova-{origin.period.name.lower()}-{audience.value}"
    about = _about(name, audience, kinds, files, origin, parameters)
    every = dict(sorted({**files, **about}.items()))
    return {**every, CHECKSUMS: _checksums(every)}


def _about(
    name: str,
    audience: Audience,
    kinds: Mapping[str, TableKind],
    files: Mapping[str, bytes],
    origin: Origin,
    parameters: Parameters,
) -> dict[str, bytes]:
    of_csv = {path: kind for path, kind in kinds.items() if path.endswith(".csv")}
    return {
        "datapackage.json": metadata.data_package(name, kinds, files, origin),
        "dcat.jsonld": dcat(name, audience, kinds, files, origin),
        "parameters.toml": parameters.text.encode(),
        "README.md": readme.readme(list(of_csv.values()), origin),
        "METHODOLOGY.md": readme.methodology(origin, parameters),
        **{f"{path}-metadata.json": metadata.csvw(path, kind) for path, kind in of_csv.items()},
    }


def _checksums(files: Mapping[str, bytes]) -> bytes:
    lines = (f"{hashlib.sha256(content).hexdigest()}  {path}\n" for path, content in sorted(files.items()))
    return "".join(lines).encode()
