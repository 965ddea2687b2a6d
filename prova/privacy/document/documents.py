"""Pure. Every document that is made of the record, by its file's name. Knows nothing of where they are put."""

from collections.abc import Mapping

from prova.privacy.document import part
from prova.privacy.document.assessment_text import assessment_text
from prova.privacy.document.notice_text import notice_text
from prova.privacy.document.record_text import record_text
from prova.privacy.document.roles_text import roles_text
from prova.privacy.processing.record import Record

LANGUAGES = ("pt", "en")


def documents(record: Record, *, controller: str = part.SLOT) -> Mapping[str, str]:
    """Each in both languages. `controller`: who answers for the processing, with a contact; else a slot to fill in."""
    made = {}
    for lang in LANGUAGES:
        made[f"record.{lang}.md"] = record_text(record, lang, controller=controller)
        made[f"notice.{lang}.md"] = notice_text(record, lang, controller=controller)
        made[f"assessment.{lang}.md"] = assessment_text(record, lang, controller=controller)
        made[f"roles.{lang}.md"] = roles_text(record, lang)
    return made
