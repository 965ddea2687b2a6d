from dataclasses import replace

import pytest

from analysis.summary.number import Style
from analysis.summary.page.fold import fold
from analysis.summary.speed.label import is_heading
from analysis.summary.speed.promised import promised
from analysis.summary.speed.sighting import sightings
from tests.unit.analysis.summary_lines import lines

STYLE = Style(",", portuguese=True)


def read(*rows: str) -> dict[str, tuple[str, str]]:
    values = promised(list(sightings(lines(*rows), STYLE)), in_section=True)
    return {item.value.removesuffix("_mbps"): (f"{one.value}", one.confidence.value) for item, one in values.items()}


@pytest.mark.parametrize(
    "sentence",
    [
        "Velocidade máxima de download: 1000 Mbps; velocidade mínima de download: 400 Mbps",
        "Download: máxima 1000 Mbps, mínima 400 Mbps",
        "Download: 1000 Mbps (máxima), 400 Mbps (mínima)",
        "Velocidade máxima de 1000 Mbps e mínima de 400 Mbps de download",
        "O download tem a velocidade máxima de 1000 Mbps e a mínima de 400 Mbps.",
        "Velocidade mínima/máxima de download: 400/1000 Mbps",
        "Download máx. 1000 Mbps, mín. 400 Mbps",
    ],
)
def test_a_sentence_says_which_number_is_which(sentence: str) -> None:
    assert read(sentence) == {"download_maximum": ("1000", "certain"), "download_minimum": ("400", "certain")}


@pytest.mark.parametrize(
    "sentence",
    [
        "Velocidade máxima: download 1000 Mbps, 200 Mbps upload",  # is the first upload's label, or the second's?
        "Velocidades máxima, normal e mínima de download: 1000 Mbps e 400 Mbps",
        "Velocidade máxima e mínima de download e upload: 1000 Mbps",
        "A velocidade máxima é 1000 Mbps e a mínima 400 Mbps no download; no upload, 200 Mbps e 80 Mbps.",
        "Mínima/Normal/Máxima de download: 400/1000/1000 Mbps",
        "Download: 1000/1000/400 Mbps (máxima/normalmente disponível/mínima)",
        "Velocidade máxima de download/upload: 1000 Mbps",
        "Download: 1000 Mbps",
        "Velocidade máxima: 1000 Mbps",
    ],
)
def test_labels_that_allow_two_answers_give_none(sentence: str) -> None:
    assert read(sentence) == {}


def test_two_labels_for_one_number_are_likely() -> None:
    assert read("Velocidade máxima e normalmente disponível de download: 1000 Mbps") == {
        "download_maximum": ("1000", "likely"),
        "download_normal": ("1000", "likely"),
    }


def test_a_definition_above_a_number_is_no_heading_of_it() -> None:
    definition = "A velocidade mínima é a que o operador se compromete a assegurar."
    assert not is_heading(fold(definition))
    assert read(definition, "Download: 1000 Mbps") == {}


def test_a_heading_without_a_value_leaves_nothing_to_the_next() -> None:
    assert read("Velocidade mínima de download", "Velocidade máxima de download", "1000 Mbps") == {}


def test_label_above_and_value_below_are_likely() -> None:
    assert read("Velocidade máxima de download", "1000 Mbps") == {"download_maximum": ("1000", "likely")}


def test_a_cell_left_empty_moves_no_number_into_the_next_column() -> None:
    found = read("| Mínima | Normal | Máxima", "Download | | | 1000 Mbps", "Upload | 80 Mbps | | 200 Mbps")
    assert found == {
        "download_maximum": ("1000", "certain"),
        "upload_minimum": ("80", "certain"),
        "upload_maximum": ("200", "certain"),
    }


def test_a_label_in_the_row_that_is_not_its_columns_leaves_the_number_alone() -> None:
    assert read("| Mínima | Máxima", "Download máxima | 400 Mbps | 1000 Mbps") == {
        "download_maximum": ("1000", "likely")
    }


def test_mobile_speeds_are_not_the_lines() -> None:
    mobile = ("Internet móvel", "| Download | Upload", "Máxima | 300 Mbps | 50 Mbps")
    assert read(*mobile) == {}
    fixed = ("Internet fixa", "| Download | Upload", "Máxima | 1000 Mbps | 200 Mbps")
    told = {"download_maximum": ("1000", "certain"), "upload_maximum": ("200", "certain")}
    assert read(*fixed, *mobile) == told
    assert read(*mobile, *fixed) == told


def test_an_estimated_maximum_is_no_maximum() -> None:
    assert read("Velocidade máxima estimada de download: 150 Mbps") == {"download_estimated": ("150", "certain")}
    assert read("| Máxima", "| estimada", "Download | 150 Mbps") == {"download_estimated": ("150", "certain")}


def test_values_that_differ_are_open() -> None:
    one, other = "Velocidade máxima de download: 1000 Mbps", "Velocidade máxima de download: 500 Mbps"
    assert read(one, other) == {"download_maximum": ("None", "open")}


def test_a_minimum_above_the_maximum_is_open() -> None:
    found = read("Download: máxima 400 Mbps, mínima 1000 Mbps")
    assert {confidence for _, confidence in found.values()} == {"open"}


def test_a_range_is_open() -> None:
    assert read("Velocidade mínima de download: 80-100 Mbps")["download_minimum"][1] == "open"


def test_a_share_is_worked_out_of_its_own_ways_speed() -> None:
    found = read("Máxima: download 1000 Mbps, upload 200 Mbps", "Mínima: 40 % da velocidade máxima")
    assert found["download_minimum"] == ("400.0", "likely")
    assert found["upload_minimum"] == ("80.0", "likely")


def test_a_speed_that_nothing_explains_makes_its_neighbours_less_sure() -> None:
    assert read("Download máxima 1000 Mbps", "Upload | máxima | 200 Mbps") == {
        "download_maximum": ("1000", "certain"),
        "upload_maximum": ("200", "certain"),
    }
    found = read("Velocidade máxima de download: 1000 Mbps. depois de um ano 500 Mbps")
    assert found["download_maximum"][1] == "open"


def test_what_a_result_may_be_below_is_no_promise() -> None:
    threshold = "Se a velocidade normalmente disponível de download for inferior a 500 Mbps pode reclamar."
    assert read(threshold)["download_normal"][1] == "open"
    share = "Se a velocidade normalmente disponível for inferior a 50 % da velocidade máxima pode reclamar."
    assert read("Velocidade máxima de download: 1000 Mbps", share) == {"download_maximum": ("1000", "certain")}


def test_labels_below_their_values_are_not_taken_for_the_next_ones() -> None:
    found = read("Máxima | 1000 Mbps", "Download", "Máxima | 200 Mbps", "Upload")
    assert all(confidence == "open" for _, confidence in found.values())


def test_a_wrapped_label_goes_back_to_its_row() -> None:
    wrapped = [
        replace(line, y=y)
        for line, y in zip(
            lines("Velocidade máxima de", "| 1000 Mbps", "download", "Velocidade máxima de", "| 200 Mbps", "upload"),
            (800.0, 794.0, 788.0, 760.0, 754.0, 748.0),
            strict=True,
        )
    ]
    values = promised(list(sightings(wrapped, STYLE)), in_section=True)
    assert {item.value: one.value for item, one in values.items()} == {
        "download_maximum_mbps": 1000,
        "upload_maximum_mbps": 200,
    }
