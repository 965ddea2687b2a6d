"""Pure. What machines read about an extract's tables: Data Package, CSV on the Web.

Data Package and Table Schema, version 2 (datapackage.org); Metadata Vocabulary for Tabular Data (W3C Recommendation,
17 December 2015). Knows nothing of rows.
"""

import json
from collections.abc import Mapping
from typing import Any

from analysis.extract.package.file_digest import FileDigest
from analysis.extract.package.origin import NOTE, TITLE, Origin
from analysis.extract.table import Column, TableKind

_SCHEMA = "https://datapackage.org/profiles/2.0/datapackage.json"
_MEDIA_TYPES = {True: "text/csv", False: "application/vnd.apache.parquet"}
_TABLE_TYPES = {"money": "number"}  # the others go by our own names
_CSVW_TYPES = {
    "string": "string",
    "integer": "integer",
    "number": "double",
    "date": "date",
    "money": "decimal",
    "datetime": {"base": "dateTime", "format": "yyyy-MM-ddTHH:mm:ssX"},
}


def data_package(name: str, kinds: Mapping[str, TableKind], files: Mapping[str, FileDigest], origin: Origin) -> bytes:
    """`kinds` by the path of each data file in `files`."""
    return _json(
        {
            "$schema": _SCHEMA,
            "name": name,
            "title": TITLE["en"].format(period=origin.period.name),
            "description": f"{NOTE['en']} {NOTE['pt']} See README.md.",
            "version": origin.software,
            **({"licenses": [{"path": origin.licence}]} if origin.licence else {}),
            **({"contributors": [{"title": origin.publisher, "roles": ["publisher"]}]} if origin.publisher else {}),
            "resources": [_resource(path, kind, files[path]) for path, kind in sorted(kinds.items()) if _is_csv(path)],
            # The same tables once more. A resource is read by every validator, and few read Parquet.
            "twins": [_file(path, files[path]) for path in sorted(kinds) if not _is_csv(path)],
        }
    )


def _resource(path: str, kind: TableKind, content: FileDigest) -> dict[str, Any]:
    return {
        "name": _resource_name(path),
        "type": "table",
        "title": kind.en,
        "encoding": "utf-8",
        **_file(path, content),
        "schema": _table_schema(kind),
    }


def _resource_name(path: str) -> str:
    """As its path below `data/`, so that the parts of one table are told apart."""
    return path.removeprefix("data/").removesuffix(".csv").replace("/", "-")


def _file(path: str, content: FileDigest) -> dict[str, Any]:
    return {
        "path": path,
        "format": path.rpartition(".")[2],
        "mediatype": _MEDIA_TYPES[_is_csv(path)],
        "bytes": content.size_bytes,
        "hash": f"sha256:{content.sha256}",
    }


def _is_csv(path: str) -> bool:
    return path.endswith(".csv")


def _table_schema(kind: TableKind) -> dict[str, Any]:
    return {
        "fields": [_field(one, kind) for one in kind.columns],
        "primaryKey": list(kind.key),
        "missingValues": [""],
    }


def _field(column: Column, kind: TableKind) -> dict[str, Any]:
    return {
        "name": column.name,
        "type": _TABLE_TYPES.get(column.type, column.type),
        "description": f"{column.en} {column.pt}",
        **({"unit": column.unit} if column.unit else {}),
        **({"constraints": {"required": True}} if column.name in kind.key else {}),
    }


def csvw(path: str, kind: TableKind) -> bytes:
    """Of the CSV file at `path`, to lie beside it as `PATH-metadata.json`."""
    return _json(
        {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
            "url": path.rpartition("/")[2],
            "dc:title": [{"@value": kind.en, "@language": "en"}, {"@value": kind.pt, "@language": "pt"}],
            "tableSchema": {
                "columns": [_csvw_column(one, kind) for one in kind.columns],
                "primaryKey": list(kind.key),
            },
        }
    )


def _csvw_column(column: Column, kind: TableKind) -> dict[str, Any]:
    return {
        "name": column.name,
        "titles": column.name,
        "datatype": _CSVW_TYPES[column.type],
        "required": column.name in kind.key,
        "dc:description": [{"@value": column.en, "@language": "en"}, {"@value": column.pt, "@language": "pt"}],
    }


def _json(told: Any) -> bytes:
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()
