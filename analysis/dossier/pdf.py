"""Shell. A dossier's content as a PDF: tagged, archivable (PDF/A-2a, PDF/UA-1), the same bytes each time.

Laid out by typst with the fonts of its own package, from nothing but what it is given. Knows nothing of findings.
"""

import io
import json
from collections.abc import Mapping
from datetime import datetime
from importlib import resources
from typing import Any, Literal

_STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]
_QR_BORDER = 2


class DossierError(Exception):
    """The dossier cannot be laid out. The text says how to mend it."""


def pdf(content: Mapping[str, Any], *, at: datetime) -> bytes:
    """The PDF of `content` (`analysis.dossier.content`), dated `at`. Raises DossierError where typst is missing."""
    try:
        import segno
        import typst
    except ImportError as error:
        raise DossierError(f"A dossier needs {error.name}. Install Prova with its part [analysis].") from error
    verification = content["verification"]
    qr = segno.make_qr(verification["command"] + "\n" + verification["facts"][1][1], error="m")
    drawn = io.BytesIO()
    qr.save(drawn, kind="svg", border=_QR_BORDER, xmldecl=False)
    data = {**content, "verification": {**verification, "qr": drawn.getvalue().decode()}}
    template = resources.files("analysis.dossier").joinpath("dossier.typ").read_bytes()
    return bytes(
        typst.compile(
            template,
            format="pdf",
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            ignore_system_fonts=True,
            pdf_standards=[*_STANDARDS],
            timestamp=int(at.timestamp()),
        )
    )
