"""The record against itself and against what is there: each fault by name, each with its mend."""

from dataclasses import replace

from prova.privacy.processing.agreement import differences, faults
from prova.privacy.processing.place import Place, places
from prova.privacy.processing.record import Text
from prova.privacy.processing.record_file import load

ABOUT = Text(pt="o arquivo", en="the store")
PLACE = Place(id="journal.record", about=ABOUT, kept="records", to="self", files=(), fields={"line": ("line",)})


def test_a_column_that_nobody_declared_is_told_with_how_to_declare_it() -> None:
    (told,) = differences([PLACE], {"journal.record": {"line", "address"}})
    assert told.startswith("journal.record: address is not declared.")
    assert "[store.journal.field.record]" in told


def test_a_whole_place_that_nobody_declared_is_told_field_by_field() -> None:
    told = differences([PLACE], {"journal.record": {"line"}, "diary": {"words"}})
    assert [one.partition(".")[0] for one in told] == ["diary: words is not declared"]
    assert "[store.diary.field.all]" in told[0]


def test_what_is_declared_and_no_longer_there_is_told_too() -> None:
    assert differences([PLACE], {}) == ("journal.record: line is declared, and is no longer there. Take it out.",)


def test_names_that_lead_nowhere_and_fields_of_two_categories_are_faults() -> None:
    record = load()
    journal = record.store["journal"]
    wrong = replace(journal, kept="for ever", field={"record": {"line": ("x",), "time": ("x",)}})
    first = replace(record.activity[0], basis={"customer": "whim"}, measures=("hope",), stores=("nowhere",))
    told = faults(replace(record, store={**record.store, "journal": wrong}, activity=(first, *record.activity[1:])))
    for one in (
        "journal.record: x is of two categories",
        "store journal.record: for ever is not known",
        "activity measure: whim is not known",
        "activity measure: hope is not known",
        "activity measure: nowhere is not known",
        "activity measure: no ground for operator",
    ):
        assert one in told
    assert any(one.startswith("store record.speed_test: no activity uses it") for one in told)


def test_every_place_is_of_one_store_and_has_its_own_name() -> None:
    every = places(load())
    assert len({one.id for one in every}) == len(every) > 100
