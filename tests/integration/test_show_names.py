"""`prova show names` over a store with signed batches."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from click.testing import CliRunner

from probe import wire
from probe.body.names import NamesSeen, ResolverSeen
from probe.body.reachability import Reachability, Role
from probe.record import Body
from prova.command.show import command
from tests.build import a_record, a_target
from tests.integration.lake_rig import House, accepted

AT = datetime(2026, 10, 5, 12, tzinfo=UTC)


def minute(resolver: str) -> Reachability:
    return Reachability(
        interval_s=5.0, targets=(a_target(), a_target(answers=resolver, target="192.0.2.53", role=Role.RESOLVER))
    )


def test_minutes_without_names_and_resolvers_that_do_not_check_are_told(tmp_path: Path) -> None:
    seen = ResolverSeen(resolver="192.0.2.53", address_family=4, rtt_ms=3.0, authenticated=False)
    bodies: list[Body] = [*[minute("############")] * 58, *[minute("............")] * 4]
    bodies.append(NamesSeen(resolvers=(seen,), signed_name="pt"))
    house = House(tmp_path)
    sender = house.sender("casa", "p1")
    records = [
        a_record(body=body, at=AT + timedelta(minutes=number), sequence=number + 1)
        for number, body in enumerate(bodies)
    ]
    encoded = [wire.encode_record(one) for one in records]
    signed = wire.seal_batch("casa", "p1", encoded, previous_sha256=sender.head, key=sender.own)
    house.keep(accepted(signed, sender.own, records[-1].ended.at))

    def shown(*options: str) -> str:
        given = ["names", "--from", "2026-10-05", "--to", "2026-10-06", "--home", str(house.home), *options]
        ended = CliRunner().invoke(command, given, catch_exceptions=False)
        assert ended.exit_code == 0
        return ended.stdout

    assert "For 4 minutes of 62 minutes watched the line worked but no name resolved" in shown()
    assert "não confirma as certas" in shown("--lang", "pt")
    told = json.loads(shown("--json"))
    assert told["schema"] == "prova.names/1"
    assert told["minutes"] == {"well": 58, "names": 4, "zone": 0, "line": 0, "unseen": 0}
    assert [(one["id"], one["state"]) for one in told["findings"]] == [
        ("names.resolution", "disturbed"),
        ("names.zone", "insufficient"),
        ("names.dnssec/192.0.2.53", "disturbed"),
    ]
