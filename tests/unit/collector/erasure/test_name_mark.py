"""A name is known again by its mark, and by nobody without the key."""

from collector.erasure.name_mark import Named, marker
from probe import key


def test_a_name_has_one_mark_under_a_key_and_another_under_another() -> None:
    own, other = key.generate(), key.generate()
    assert marker(own)(Named.LINE, "casa") == marker(own)(Named.LINE, "casa")
    assert marker(own)(Named.LINE, "casa") != marker(other)(Named.LINE, "casa")
    assert marker(own)(Named.LINE, "casa") != marker(own)(Named.PROBE, "casa")
    assert "casa" not in marker(own)(Named.LINE, "casa")
