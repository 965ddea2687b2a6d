"""Pure. What machines read about an extract: Data Package, CSV on the Web, DCAT.

Data Package and Table Schema, version 2 (datapackage.org); Metadata Vocabulary for Tabular Data (W3C Recommendation,
17 December 2015); DCAT, version 3 (W3C). Knows nothing of rows.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from analysis.extract.package.origin import Origin
from analysis.extract.table import Column, TableKind

_SCHEMA = "https://datapackage.org/profiles/2.0/datapackage.json"
_TITLE = {"pt": "Qualidade do acesso fixo à Internet, {period}", "en": "Quality of fixed internet access, {period}"}
_NOTE = {
    "pt": "Medido com sondas; não certificado pela autoridade reguladora.",
    "en": "Measured by probes; not certified by the regulator.",
}
_MEDIA_TYPES = {True: "text/csv", False: "application/vnd.apache.parquet"}
_CSVW_TYPES = {"string": "string", "integer": "integer", "number": "double", "date": "date"}


def data_package(name: str, kinds: Mapping[str, TableKind], files: Mapping[str, bytes], origin: Origin) -> bytes:
    """`kinds` by the path of each data file in `files`."""
    return _json(
        {
            "$schema": _SCHEMA,
            "name": name,
            "title": _TITLE["en"].format(period=origin.period.name),
            "description": f"{_NOTE['en']} {_NOTE['pt']} See README.md.",
            "version": origin.software,
            **({"contributors": [{"title": origin.publisher, "roles": ["publisher"]}]} if origin.publisher else {}),
            "resources": [_resource(path, kind, files[path]) for path, kind in sorted(kinds.items()) if _is_csv(path)],
            # The same tables once more. A resource is read by every validator, and few read Parquet.
            "twins": [_file(path, files[path]) for path in sorted(kinds) if not _is_csv(path)],
        }
    )


def _resource(path: str, kind: TableKind, content: bytes) -> dict[str, Any]:
    return {
        "name": kind.name,
        "type": "table",
        "title": kind.en,
        "encoding": "utf-8",
        **_file(path, content),
        "schema": _table_schema(kind),
    }


def _file(path: str, content: bytes) -> dict[str, Any]:
    return {
        "path": path,
        "format": path.rpartition(".")[2],
        "mediatype": _MEDIA_TYPES[_is_csv(path)],
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
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
        "type": column.type,
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


def dcat(name: str, kinds: Mapping[str, TableKind], files: Mapping[str, bytes], origin: Origin) -> bytes:
    """One dataset in JSON-LD, with relative addresses: they become absolute where it is published."""
    publisher = {"@type": "foaf:Agent", "foaf:name": origin.publisher} if origin.publisher else None
    return _json(
        {
            "@context": {
                "dcat": "http://www.w3.org/ns/dcat#",
                "dct": "http://purl.org/dc/terms/",
                "foaf": "http://xmlns.com/foaf/0.1/",
                "xsd": "http://www.w3.org/2001/XMLSchema#",
            },
            "@id": "#dataset",
            "@type": "dcat:Dataset",
            "dct:identifier": name,
            "dct:title": [_lang(_TITLE[one].format(period=origin.period.name), one) for one in ("pt", "en")],
            "dct:description": [_lang(_NOTE[one], one) for one in ("pt", "en")],
            "dct:temporal": {
                "@type": "dct:PeriodOfTime",
                "dcat:startDate": {"@type": "xsd:date", "@value": origin.period.first.isoformat()},
                "dcat:endDate": {"@type": "xsd:date", "@value": origin.period.last.isoformat()},
            },
            **({"dct:publisher": publisher} if publisher else {}),
            "dcat:distribution": [
                {
                    "@type": "dcat:Distribution",
                    "dct:title": kind.en,
                    "dcat:accessURL": {"@id": path},
                    "dcat:downloadURL": {"@id": path},
                    "dcat:byteSize": len(files[path]),
                    "dcat:mediaType": _MEDIA_TYPES[_is_csv(path)],
                }
                for path, kind in sorted(kinds.items())
            ],
        }
    )


def _lang(text: str, language: str) -> dict[str, str]:
    return {"@value": text, "@language": language}


def _json(told: Any) -> bytes:
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()
