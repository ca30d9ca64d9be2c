"""Orders as plain JSON types."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.colour import Colour
from efface.errors import RefusedError
from efface.policy import (
    AllowPolicy,
    AttackPolicy,
    DetectPolicy,
    MethodPolicy,
    Policy,
    VideoPolicy,
    ZonePolicy,
)
from efface.redact.people import NamedPeople
from efface.regions.choices import Drawn, Keep, Span
from efface.workflow.redact.file_order import FileOrder
from efface.workflow.redact.order import Order, PackOrder
from efface.workflow.redact.ports import Ports
from efface.workflow.redact.workers import ports_for

NUMBERS = st.floats(-1e7, 1e7)
TIMES = st.floats(0, 1e7)
NAMES = st.text(min_size=1, max_size=8).filter(lambda name: name.isprintable() and "/" not in name)
PATHS = NAMES.map(Path) | st.just(Path("caf\udce9"))
SPANS = st.none() | st.tuples(TIMES, TIMES | st.just(math.inf)).map(lambda ends: Span(*ends))
PLACES = st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
DRAWN = st.builds(
    Drawn, st.lists(st.tuples(st.none() | TIMES, PLACES), min_size=1, max_size=3).map(tuple), SPANS
)
POLICIES = st.builds(
    Policy,
    zones=st.builds(ZonePolicy, width=st.floats(1, 10), shape=st.sampled_from(["box", "rounded"])),
    method=st.builds(MethodPolicy, colour=st.builds(Colour, *[st.integers(0, 255)] * 3)),
    detect=st.builds(DetectPolicy, recall=st.sampled_from(["fast", "default", "high"])),
    video=st.builds(VideoPolicy, quality=st.none() | st.floats(0, 100)),
    attack=st.builds(AttackPolicy, enabled=st.booleans(), alpha=st.floats(1e-6, 0.5)),
    allow=st.builds(AllowPolicy, keep=st.booleans()),
)
PACKS = st.none() | st.builds(
    PackOrder, PATHS, st.none() | NAMES, st.lists(PATHS, max_size=2).map(tuple)
)
IDENTITIES = st.binary(min_size=32, max_size=32)
FLAGS = [item.name for item in fields(Order) if item.type == "bool"]
ORDERS = st.builds(
    Order,
    POLICIES,
    st.lists(st.builds(Keep, NAMES, SPANS), max_size=3).map(tuple),
    st.lists(DRAWN, max_size=3).map(tuple),
    pack=PACKS,
    people=st.builds(
        NamedPeople, st.dictionaries(NAMES, IDENTITIES, max_size=2), st.just(b"") | IDENTITIES
    ),
    **{name: st.booleans() for name in FLAGS},
)


@given(ORDERS)
def test_an_order_comes_back_from_json_as_it_was(order: Order) -> None:
    assert Order.from_json(json.loads(json.dumps(order.to_json()))) == order


def test_every_part_of_an_order_is_in_its_json() -> None:
    assert {"schema", *(item.name for item in fields(Order))} == set(Order().to_json())
    assert len(FLAGS) == 6


CHANGES: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda order: order.update(schema="efface.order/2"), "expected schema"),
    (lambda order: order.update(gate={}), "unknown key gate"),
    (lambda order: order.pop("overwrite"), "no 'overwrite'"),
    (lambda order: order.update(overwrite=1), "expected overwrite to be true or false"),
    (lambda order: order["policy"].update(zone={}), "unknown section zone"),
    (lambda order: order["policy"].update(schema="efface.policy/2"), "efface.policy/1"),
    (lambda order: order["keep"][0].update(span={"start": "0", "end": None}), "keep[0].span.start"),
    (lambda order: order["drawn"][0].update(keys=[]), "drawn[0].keys"),
    (lambda order: order["pack"].update(passphrase="x"), "unknown key pack.passphrase"),
]


@pytest.mark.parametrize(("change", "words"), CHANGES)
def test_what_is_no_order_is_refused_with_its_place(
    change: Callable[[dict[str, Any]], object], words: str
) -> None:
    zone = Drawn(((None, (0.0, 0.0, 1.0, 1.0)),))
    whole = Order(keep=(Keep("t1"),), drawn=(zone,), pack=PackOrder(Path("a.pack")))
    document = json.loads(json.dumps(whole.to_json()))
    change(document)
    with pytest.raises(RefusedError) as caught:
        Order.from_json(document)
    assert words in caught.value.message


def test_what_is_asked_for_and_nobody_there_to_do_is_refused() -> None:
    attacked = Policy(attack=AttackPolicy(enabled=True))
    for order in (Order(attacked), Order(pack=PackOrder(Path("a.pack")))):
        asked = FileOrder(Path("a.jpg"), Path("b.jpg"), order)
        with pytest.raises(RefusedError, match="nobody is there"):
            asked.check_allowed()
    assert ports_for(Order()) == Ports()
    assert ports_for(Order(attacked)).gate is not None
    with pytest.raises(RefusedError, match="nobody is there to be asked"):
        ports_for(replace(Order(), pack=PackOrder(Path("a.pack"))))
