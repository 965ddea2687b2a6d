"""The score that is told of mutation testing."""

import re
import tomllib

import pytest

from bench.mutation.__main__ import HERE, ROOT, scopes, settings
from bench.mutation.score import Change, changed_lines, score, told_why, wilson


def test_a_share_has_wilsons_interval() -> None:
    assert wilson(262, 320) == pytest.approx((0.7729, 0.8571), abs=1e-4)
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)


def test_what_nothing_could_notice_counts_neither_way() -> None:
    told = score(["killed", "timeout", "survived", "no tests"], equivalent=1, of=10)
    assert (told.noticed, told.tried, told.share) == (2, 4, 2 / 3)
    assert str(told) == "66.7% noticed (20.8% to 93.9%): 2 of 3, 1 more equivalent; 4 drawn of 10"


def test_a_change_that_was_not_tried_is_no_result() -> None:
    with pytest.raises(ValueError, match="1 changes were not tried"):
        score(["killed", "not checked"], equivalent=0, of=2)


def test_a_change_is_known_by_its_lines_and_not_by_its_number() -> None:
    before, after = changed_lines("--- a\n+++ b\n@@ -1 +1 @@\n def f():\n-    return a\n+    return b\n")
    assert Change("m.x_f__mutmut_7", before, after).key == ("m.x_f", "return a", "return b")


def test_an_equivalence_without_a_reason_is_refused() -> None:
    with pytest.raises(ValueError, match="without a reason"):
        told_why('[[equivalent]]\nfunction = "f"\nbefore = "a"\nafter = "b"\nwhy = " "')


def test_what_is_called_equivalent_is_a_line_that_stands_in_its_module() -> None:
    for (function, before, _), why in told_why((HERE / "equivalent.toml").read_text()).items():
        path = ROOT / (function.rpartition(".")[0].replace(".", "/") + ".py")
        lines = [line.strip() for line in path.read_text().splitlines()]
        assert before in lines, f"{function}: {before!r} is not there any more"
        assert why


def test_every_scope_names_files_and_tests_that_are_there() -> None:
    for scope in scopes().values():
        for pattern in (*scope.files, *scope.tests):
            assert list(ROOT.glob(pattern)), pattern
        assert re.match(r"\[mutmut\]\n", settings(scope))
    assert tomllib.loads((HERE / "scope.toml").read_text()).keys() == scopes().keys()
