"""Pure. What a catalogue of public data reads about an extract: one dataset in JSON-LD.

DCAT, version 3 (W3C Recommendation, 22 August 2024), within DCAT-AP 3.0, whose shapes ask of a dataset title and
description, of a distribution an address, of a publisher a name. Formats, languages and access are named by the
European Union's authority tables, media types by IANA. Knows nothing of rows.
"""

import json
from collections.abc import Mapping
from typing import Any

from analysis.extract.package.file_digest import FileDigest
from analysis.extract.package.origin import NOTE, TITLE, Origin
from analysis.extract.table import Audience, TableKind

_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_AUTHORITY = "http://publications.europa.eu/resource/authority"
_LANGUAGES = ("POR", "ENG")
_THEME = "TECH"  # science and technology
_ACCESS = {Audience.PUBLIC: "PUBLIC", Audience.RESTRICTED: "RESTRICTED", Audience.RECORDS: "RESTRICTED"}
_CSV = ("CSV", "text/csv", "https://www.w3.org/TR/tabular-data-model/")
_PARQUET = ("PARQUET", "application/vnd.apache.parquet", "https://parquet.apache.org/docs/file-format/")


def dcat(
    name: str, audience: Audience, kinds: Mapping[str, TableKind], files: Mapping[str, FileDigest], origin: Origin
) -> bytes:
    """`kinds` by the path of each data file in `files`. Addresses are relative: absolute where it is published."""
    dataset = {
        "@context": _CONTEXT,
        "@id": "#dataset",
        "@type": "dcat:Dataset",
        "dct:identifier": name,
        "dct:title": [_in(language, TITLE[language].format(period=origin.period.name)) for language in TITLE],
        "dct:description": [_in(language, NOTE[language]) for language in NOTE],
        "dct:language": [_term("language", one) for one in _LANGUAGES],
        "dct:accessRights": _term("access-right", _ACCESS[audience]),
        "dcat:theme": _term("data-theme", _THEME),
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _typed("date", origin.period.first.isoformat()),
            "dcat:endDate": _typed("date", origin.period.last.isoformat()),
        },
        **_publisher(origin.publisher),
        "dcat:distribution": [
            _distribution(path, kind, files[path], origin.licence) for path, kind in sorted(kinds.items())
        ],
    }
    return (json.dumps(dataset, ensure_ascii=False, indent=2) + "\n").encode()


def _publisher(name: str | None) -> dict[str, Any]:
    return {"dct:publisher": {"@type": "foaf:Agent", "foaf:name": name}} if name else {}


def _distribution(path: str, kind: TableKind, content: FileDigest, licence: str | None) -> dict[str, Any]:
    form, media_type, standard = _CSV if path.endswith(".csv") else _PARQUET
    return {
        "@type": "dcat:Distribution",
        "dct:title": [_in("pt", kind.pt), _in("en", kind.en)],
        "dcat:accessURL": {"@id": path},
        "dcat:downloadURL": {"@id": path},
        "dcat:byteSize": _typed("nonNegativeInteger", str(content.size_bytes)),
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{media_type}"},
        "dct:format": _term("file-type", form),
        "dct:conformsTo": {"@id": standard},
        **({"dct:license": {"@id": licence}} if licence else {}),
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": _typed("hexBinary", content.sha256),
        },
    }


def _term(table: str, code: str) -> dict[str, str]:
    return {"@id": f"{_AUTHORITY}/{table}/{code}"}


def _typed(kind: str, value: str) -> dict[str, str]:
    return {"@type": f"xsd:{kind}", "@value": value}


def _in(language: str, text: str) -> dict[str, str]:
    return {"@value": text, "@language": language}
