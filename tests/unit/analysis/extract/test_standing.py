"""As what a line counts: the longest stretch, and what ended the others."""

from datetime import date, timedelta

from analysis.extract.disclosure.cell import ALL
from analysis.extract.panel.address_log import AddressOwner, Network
from analysis.extract.panel.area import Area
from analysis.extract.standing import Known, Standing, standing
from analysis.fleet.placement import Placed, Placement
from tests.build import a_contract

OCTOBER = tuple(date(2026, 10, 1) + timedelta(days=n) for n in range(31))


def stands(known: Known) -> Standing:
    found = standing(a_contract(), known, OCTOBER)
    assert found is not None
    return found


def owner(day: int, asn: int, network: Network | None = None) -> AddressOwner:
    return AddressOwner(date(2026, 10, day), asn, network)


def test_a_line_of_which_nothing_more_is_known_counts_for_all_its_days() -> None:
    own = stands(Known())
    assert (own.first, own.last, own.left_days, own.changed) == (OCTOBER[0], OCTOBER[-1], 0, ())
    assert (own.group.region, own.group.nuts3) == ("unknown", ALL)


def test_a_line_whose_address_changed_owner_counts_for_the_longer_part() -> None:
    own = stands(Known(owners=(owner(1, 64500), owner(10, 64501))))
    assert (own.first, own.last, own.left_days) == (date(2026, 10, 10), OCTOBER[-1], 9)
    assert own.changed == ("address_owner",)
    assert [one.owner for one in own.stretches] == [64500, 64501]


def test_days_before_the_log_begins_are_its_first_owners() -> None:
    assert stands(Known(owners=(owner(20, 64500),))).left_days == 0


def test_a_mobile_network_ends_no_stretch_and_is_flagged() -> None:
    own = stands(Known(owners=(owner(1, 64500), owner(5, 64777, Network.MOBILE), owner(7, 64500))))
    assert (own.left_days, own.mobile) == (0, (date(2026, 10, 5), date(2026, 10, 6)))


def test_a_network_that_nobody_calls_mobile_is_not_taken_for_one() -> None:
    own = stands(Known(owners=(owner(1, 64500), owner(5, 64777), owner(7, 64500))))
    assert own.mobile == ()
    assert (own.first, own.left_days) == (date(2026, 10, 7), 6)


def test_the_area_of_the_table_outweighs_the_topologys_region() -> None:
    placed = (Placed(placement=Placement(line="casa", region="North")),)
    area = Area("PT1A", "PT1A0")
    assert stands(Known(placed=placed)).group.region == "North"
    assert stands(Known(placed=placed, area=area)).group.region == "PT1A"
    assert stands(Known(placed=placed, area=area)).group.nuts3 == ALL
    assert stands(Known(placed=placed, area=area, by_nuts3=True)).group.nuts3 == "PT1A0"


def test_what_changed_is_named() -> None:
    placed = tuple(
        Placed(placement=Placement(line="casa", operator=name), from_on=first, to_on=after)
        for name, first, after in (("A", None, date(2026, 10, 3)), ("B", date(2026, 10, 3), None))
    )
    own = stands(Known(placed=placed))
    assert (own.changed, own.group.operator, own.left_days) == (("operator",), "B", 2)
