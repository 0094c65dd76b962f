"""A free seat and a family with several children: one test a box, then the law behind them."""

from collections.abc import Mapping, Sequence

from hypothesis import given, strategies as st

from childcare.admission.options import OneAlone, SiblingBox, SiblingForm
from childcare.placing.sibling_turns import (
    MAY_WITH_REASON,
    WORDS,
    Family,
    Place,
    Rooms,
    Sibling,
    Turn,
    Turns,
    Way,
    Why,
)

A, B, C = SiblingBox
# Facility and slot: a nursery has one class for the elder and one for the younger.
PINE_1, PINE_2 = ("pine", "pine-1"), ("pine", "pine-2")
OAK_1, OAK_2 = ("oak", "oak-1"), ("oak", "oak-2")
ELDER = Sibling(child="elder", wishes=(PINE_2, OAK_2))
YOUNGER = Sibling(child="younger", wishes=(PINE_1, OAK_1))


def make_form(box: SiblingBox, **override: object) -> SiblingForm:
    return SiblingForm(box=box, **override)  # type: ignore[arg-type]


def make_family(form: SiblingForm | None, *children: Sibling) -> Family:
    return Family(children=children or (ELDER, YOUNGER), form=form)


def alone(child: str, *wishes: Place) -> Family:
    return Family(children=(Sibling(child=child, wishes=wishes),))


def make_turns(
    *families: Family,
    free: Mapping[Place, int],
    lines: Mapping[Place, Sequence[str]] | None = None,
    group: Sequence[Place] = (),
    group_seats: int = 0,
) -> Turns:
    """The lines stand in the order in which the families are named, unless said otherwise."""
    found: dict[str, list[str]] = {}
    for family in families:
        for one in family.children:
            for _facility, slot in one.wishes:
                found.setdefault(slot, []).append(one.child)
    found |= {place[1]: list(line) for place, line in (lines or {}).items()}
    return Turns(families=families, lines=found, rooms=make_rooms(free, group, group_seats))


def make_rooms(
    free: Mapping[Place, int], group: Sequence[Place] = (), group_seats: int = 0
) -> Rooms:
    return Rooms(
        left={place[1]: seats for place, seats in free.items()},
        group_of={place[1]: "group" for place in group},
        left_in_group={"group": group_seats},
    )


def test_a_child_of_no_box_takes_one_seat() -> None:
    turns = make_turns(make_family(None), free={PINE_1: 1})
    assert turns.of("younger", PINE_1[1]).way is Way.ALONE


def test_box_a_takes_no_seat_alone_and_says_why() -> None:
    turns = make_turns(make_family(make_form(A)), free={PINE_1: 1, OAK_2: 1})
    assert turns.of("younger", PINE_1[1]) == Turn(way=Way.SKIPPED, why=Why.NOT_IN_ONE)


def test_box_a_takes_seats_for_all_in_one_facility() -> None:
    turns = make_turns(make_family(make_form(A)), free={PINE_1: 1, PINE_2: 1, OAK_2: 1})
    seats = (("elder", PINE_2[1]), ("younger", PINE_1[1]))
    assert turns.of("younger", PINE_1[1]) == Turn(way=Way.TOGETHER, seats=seats)
    assert turns.of("elder", PINE_2[1]) == Turn(way=Way.TOGETHER, seats=seats)
    assert turns.is_next("younger", PINE_1[1])


def test_box_a_goes_where_the_sibling_has_its_seat_and_nowhere_else() -> None:
    seated = Sibling(child="elder", seat=PINE_2)
    turns = make_turns(make_family(make_form(A), seated, YOUNGER), free={PINE_1: 1, OAK_1: 1})
    assert turns.of("younger", PINE_1[1]).way is Way.ALONE
    assert turns.of("younger", OAK_1[1]) == Turn(way=Way.SKIPPED, why=Why.SEAT_ELSEWHERE)


def test_box_b_takes_seats_for_all_wherever_they_are() -> None:
    turns = make_turns(make_family(make_form(B)), free={PINE_1: 1, OAK_2: 1})
    assert turns.of("younger", PINE_1[1]).seats == (("elder", OAK_2[1]), ("younger", PINE_1[1]))


def test_box_b_waits_while_one_of_them_would_be_left() -> None:
    turns = make_turns(make_family(make_form(B)), free={PINE_1: 2, OAK_1: 1})
    assert turns.of("younger", PINE_1[1]) == Turn(way=Way.SKIPPED, why=Why.NOT_AT_ONCE)


def test_box_b_is_done_when_the_sibling_has_a_seat_anywhere() -> None:
    seated = Sibling(child="elder", seat=OAK_2)
    turns = make_turns(make_family(make_form(B), seated, YOUNGER), free={PINE_1: 1})
    assert turns.of("younger", PINE_1[1]).way is Way.ALONE


def test_who_keeps_a_seat_until_a_transfer_has_one() -> None:
    moving = Sibling(child="elder", wishes=(PINE_2,), seat=("oak", "kept"))
    turns = make_turns(make_family(make_form(B), moving, YOUNGER), free={PINE_1: 1})
    assert turns.of("younger", PINE_1[1]).way is Way.ALONE
    together = make_turns(
        make_family(make_form(A), moving, YOUNGER), free={PINE_1: 1, PINE_2: 1, OAK_1: 1}
    )
    assert len(together.of("younger", PINE_1[1]).seats) == 2
    assert together.of("younger", OAK_1[1]).way is Way.ALONE


def test_two_of_one_class_need_two_seats() -> None:
    twins = [Sibling(child=name, wishes=(PINE_1,)) for name in ("elder", "younger")]
    for seats, way in ((1, Way.SKIPPED), (2, Way.TOGETHER)):
        turns = make_turns(make_family(make_form(A), *twins), free={PINE_1: seats})
        assert turns.of("elder", PINE_1[1]).way is way


def test_twins_do_not_come_together_where_the_second_seat_is_another_child_s() -> None:
    twins = [Sibling(child=name, wishes=(PINE_1,)) for name in ("elder", "younger")]
    lines = {PINE_1: ["elder", "other", "younger"]}
    for seats, why in ((2, Why.NOT_THEIR_TURN), (3, None)):
        turns = make_turns(
            make_family(make_form(A), *twins), alone("other", PINE_1), free={PINE_1: seats},
            lines=lines,
        )  # fmt: skip
        assert turns.of("elder", PINE_1[1]).why is why


def test_a_sibling_that_has_its_seat_needs_no_other_one() -> None:
    family = make_family(
        make_form(B), Sibling(child="eldest", seat=OAK_2), Sibling(child="elder", wishes=(PINE_2,)),
        YOUNGER,
    )  # fmt: skip
    turns = make_turns(family, free={PINE_1: 1, PINE_2: 1})
    assert turns.of("younger", PINE_1[1]).seats == (("elder", PINE_2[1]), ("younger", PINE_1[1]))


def test_classes_that_share_one_seat_do_not_hold_two_children() -> None:
    turns = make_turns(
        make_family(make_form(A)), free={PINE_1: 1, PINE_2: 1}, group=(PINE_1, PINE_2),
        group_seats=1,
    )  # fmt: skip
    assert turns.of("younger", PINE_1[1]).why is Why.NOT_IN_ONE


def test_box_c_takes_one_seat_alone() -> None:
    turns = make_turns(make_family(make_form(C)), free={PINE_1: 1})
    assert turns.of("younger", PINE_1[1]).way is Way.ALONE


def test_box_c_gives_the_one_seat_to_the_child_that_was_ticked() -> None:
    twins = [Sibling(child=name, wishes=(PINE_1,)) for name in ("elder", "younger")]
    for one_alone, loser, why in (
        (OneAlone.ELDER, "younger", Why.ELDER_FIRST),
        (OneAlone.YOUNGER, "elder", Why.YOUNGER_FIRST),
    ):
        family = make_family(make_form(C, one_alone=one_alone), *twins)
        turns = make_turns(family, free={PINE_1: 1})
        assert turns.of(loser, PINE_1[1]) == Turn(way=Way.SKIPPED, why=why)
        (other,) = {"elder", "younger"} - {loser}
        assert turns.of(other, PINE_1[1]).way is Way.ALONE
        assert turns.is_next(other, PINE_1[1])
        roomy = make_turns(family, free={PINE_1: 2})
        assert roomy.of(loser, PINE_1[1]).way is Way.ALONE


def test_the_younger_does_not_wait_for_an_elder_who_gets_no_seat() -> None:
    form = make_form(C, one_alone=OneAlone.ELDER)
    none_free = make_turns(make_family(form), free={PINE_1: 1})
    assert none_free.of("younger", PINE_1[1]).way is Way.ALONE
    twins = [Sibling(child=name, wishes=(PINE_1,)) for name in ("elder", "younger")]
    not_in_turn = make_turns(
        make_family(form, *twins), alone("other", PINE_1), free={PINE_1: 1},
        lines={PINE_1: ["younger", "other", "elder"]},
    )  # fmt: skip
    assert not_in_turn.of("younger", PINE_1[1]).way is Way.ALONE


def test_a_family_does_not_take_a_sibling_s_seat_from_who_waits_before_it() -> None:
    family = make_family(make_form(B))
    turns = make_turns(alone("other", OAK_2), family, free={PINE_1: 1, OAK_2: 1})
    turn = turns.of("younger", PINE_1[1])
    assert (turn.way, turn.why) == (Way.SKIPPED, Why.NOT_THEIR_TURN)
    assert turn.seats == (("elder", OAK_2[1]), ("younger", PINE_1[1]))  # with a reason, these
    roomy = make_turns(alone("other", OAK_2), family, free={PINE_1: 1, OAK_2: 2})
    assert roomy.is_next("younger", PINE_1[1])


def test_the_family_s_own_order_says_which_seats_it_gets() -> None:
    free = {PINE_1: 1, PINE_2: 1, OAK_2: 1}
    elder = Sibling(child="elder", wishes=(OAK_2, PINE_2))
    apart = make_turns(make_family(make_form(B), elder, YOUNGER), free=free)
    assert apart.of("younger", PINE_1[1]).seats[0] == ("elder", OAK_2[1])
    one = make_turns(make_family(make_form(B, same_first=True), elder, YOUNGER), free=free)
    assert one.of("younger", PINE_1[1]).seats[0] == ("elder", PINE_2[1])


def test_a_family_that_is_skipped_lets_the_next_one_through() -> None:
    turns = make_turns(make_family(make_form(A)), alone("other", PINE_1), free={PINE_1: 1})
    assert not turns.is_next("younger", PINE_1[1])
    assert turns.is_next("other", PINE_1[1])


def test_two_families_who_need_each_other_s_seat_are_left_to_a_written_reason() -> None:
    one, two = (
        make_family(
            make_form(B),
            Sibling(child=f"elder-{name}", wishes=(PINE_2,)),
            Sibling(child=f"younger-{name}", wishes=(PINE_1,)),
        )
        for name in ("one", "two")
    )
    turns = make_turns(
        one, two, free={PINE_1: 1, PINE_2: 1},
        lines={PINE_1: ["younger-one", "younger-two"], PINE_2: ["elder-two", "elder-one"]},
    )  # fmt: skip
    assert turns.of("younger-one", PINE_1[1]).way is Way.TOGETHER
    assert not turns.is_next("younger-one", PINE_1[1])
    assert not turns.is_next("younger-two", PINE_1[1])


def test_every_reason_has_words_and_no_box_is_broken_by_a_reason() -> None:
    assert set(WORDS) == set(Why)
    assert {Why.NOT_IN_ONE, Why.SEAT_ELSEWHERE, Why.NOT_AT_ONCE}.isdisjoint(MAY_WITH_REASON)


PLACES = (PINE_1, PINE_2, OAK_1, OAK_2)


@st.composite
def families(draw: st.DrawFn, name: str) -> Family:
    forms = [None, make_form(A), make_form(B), make_form(B, same_first=True)]
    forms += [make_form(C, one_alone=one) for one in OneAlone]
    children = []
    for number in range(draw(st.integers(1, 3))):
        seat = draw(st.sampled_from((None, None, None, *PLACES)))
        wishes = draw(st.lists(st.sampled_from(PLACES), unique=True, max_size=3))
        kept = seat is not None and draw(st.booleans())
        named = () if seat is not None and not kept else tuple(w for w in wishes if w != seat)
        children.append(Sibling(child=f"{name}{number}", wishes=named, seat=seat))
    return Family(children=tuple(children), form=draw(st.sampled_from(forms)))


def after(family: Family, seats: Mapping[str, str]) -> dict[str, str | None]:
    """Where each child of the family is, once ``seats`` were taken; none for who waits on."""
    facility_of = {slot: facility for facility, slot in PLACES}
    stays = {one.child: one.seat[0] if one.seat else None for one in family.children}
    return stays | {child: facility_of[slot] for child, slot in seats.items()}


@given(
    homes=st.tuples(families("a"), families("b"), families("c")),
    free=st.fixed_dictionaries({place: st.integers(0, 2) for place in PLACES}),
    group_seats=st.integers(0, 3),
)
def test_what_is_offered_never_breaks_a_box_and_never_exceeds_the_seats(
    homes: tuple[Family, ...], free: dict[Place, int], group_seats: int
) -> None:
    group = (PINE_1, PINE_2)
    rooms = make_rooms(free, group, group_seats)
    turns = make_turns(*homes, free=free, group=group, group_seats=group_seats)
    asked = [
        (family, one.child, slot)
        for family in homes
        for one in family.children
        for _facility, slot in one.wishes
        if rooms.hold([slot])  # the door refuses before it asks
    ]
    for family, child, slot in asked:
        turn = turns.of(child, slot)
        if turn.way is Way.SKIPPED:
            assert turn.why is not None
            continue
        seats = dict(turn.seats) or {child: slot}
        box = family.form.box if family.form and len(family.children) > 1 else None
        placed = set(after(family, seats).values())
        assert rooms.hold(seats.values())
        assert seats[child] == slot
        assert box not in {A, B} or None not in placed
        assert box is not A or len(placed) == 1
        assert box in {A, B} or len(seats) == 1
