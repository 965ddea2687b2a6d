"""Every sentence is there in both languages, and every one of them is used."""

import re
import string
import tomllib
from pathlib import Path

from prova.security import words
from prova.security.seen import Seen, State, shut, stands_open

FOLDER = Path(__file__).parents[4] / "prova" / "security"
ENTRIES = tomllib.loads((FOLDER / "sentences.toml").read_text())


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_each_sentence_says_the_same_in_both_languages() -> None:
    for key, entry in ENTRIES.items():
        assert set(entry) in ({"pt", "en"}, {"pt", "en", "mend_pt", "mend_en"}), key
        assert names(entry["pt"]) == names(entry["en"]), key
        assert names(entry.get("mend_pt", "")) == names(entry.get("mend_en", "")), key


def test_each_sentence_is_used_and_what_stands_open_says_how_to_mend_it() -> None:
    code = "".join(path.read_text() for path in FOLDER.glob("*.py"))
    opened = set(re.findall(r'stands_open\(\s*[_A-Za-z"\' ]+,\s*f?"([a-z_]+)', code))
    for key in ENTRIES:
        assert f'"{key}"' in code or f'f"{key.rsplit("_", 1)[0]}_{{' in code, key
    assert [key for key in opened & ENTRIES.keys() if "mend_en" not in ENTRIES[key]] == ["tokens_bad"]


def test_a_files_name_steers_no_terminal() -> None:
    seen = stands_open("files", "file_read", path="a\x1b[2Jb")
    assert "\x1b" not in words.found(seen).en + words.found(seen).pt
    assert words.mend(shut("page", "page_here")) is None
    assert words.found(Seen(check="page", state=State.SHUT, key="page_here")).pt == "a página é só desta máquina"
