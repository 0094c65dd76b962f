"""What the coupon added: a difference with its interval, or too few people to say."""

from random import Random  # noqa: TID251  seeded

from tourism.insight.effects import Arm, difference


def make_arm(outcomes: list[int]) -> Arm:
    return Arm(
        people=len(outcomes),
        total_yen=sum(outcomes),
        total_squares=sum(one * one for one in outcomes),
        givers=len(outcomes),
    )


def spenders(*, people: int, mean: int, seed: int) -> list[int]:
    chance = Random(seed)
    return [max(0, round(chance.gauss(mean, 1_500))) for _ in range(people)]


def test_a_true_difference_lies_in_its_interval() -> None:
    found = difference(
        make_arm(spenders(people=2_000, mean=6_000, seed=1)),
        make_arm(spenders(people=500, mean=5_000, seed=2)),
    )
    assert found is not None
    assert found.low_yen <= 1_000 <= found.high_yen
    assert found.is_sure


def test_the_interval_holds_the_truth_nineteen_times_of_twenty() -> None:
    held = 0
    for seed in range(400):
        found = difference(
            make_arm(spenders(people=60, mean=5_500, seed=seed)),
            make_arm(spenders(people=40, mean=5_000, seed=10_000 + seed)),
        )
        assert found is not None
        held += found.low_yen <= 500 <= found.high_yen
    assert 0.92 <= held / 400 <= 0.98


def test_chance_alone_is_not_sure() -> None:
    same = make_arm(spenders(people=100, mean=5_000, seed=3))
    found = difference(same, same)
    assert found is not None
    assert found.yen == 0
    assert not found.is_sure


def test_twenty_nine_people_are_too_few_and_thirty_are_enough() -> None:
    many = make_arm(spenders(people=500, mean=5_000, seed=4))
    assert difference(many, make_arm(spenders(people=29, mean=5_000, seed=5))) is None
    assert difference(many, make_arm(spenders(people=30, mean=5_000, seed=5))) is not None


def test_people_who_spent_nothing_count_too() -> None:
    found = difference(make_arm([0] * 50 + [1_000] * 50), make_arm([0] * 100))
    assert found is not None
    assert (found.with_yen, found.without_yen, found.yen) == (500, 0, 500)
