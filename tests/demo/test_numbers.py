"""Made-up figures add up and are the same every time."""

import pytest

from config.demo.numbers import chance, climb, numerators, split


def test_split_adds_up_to_the_total() -> None:
    assert split(10, [1, 1, 1]) == [4, 3, 3]


def test_split_follows_the_weights() -> None:
    assert split(100, [1, 3]) == [25, 75]


def test_split_gives_each_its_least() -> None:
    assert split(5, [0, 0, 100], least=1) == [1, 1, 3]


def test_split_refuses_what_does_not_suffice() -> None:
    with pytest.raises(ValueError, match="2 cannot be shared among 3"):
        split(2, [1, 1, 1], least=1)


@pytest.mark.parametrize("total", [0, 1, 499, 930, 1000])
def test_numerators_add_up_and_stay_within_their_denominators(total: int) -> None:
    denominators = [500, 300, 150, 49, 1]
    found = numerators(total, denominators, 400, chance("test"), capped=True)
    assert sum(found) == total
    assert all(0 <= n <= d for n, d in zip(found, denominators, strict=True))


def test_numerators_may_exceed_where_nothing_caps_them() -> None:
    found = numerators(1200, [100, 300], 100, chance("days"), capped=False)
    assert sum(found) == 1200
    assert found[0] > 100


def test_numerators_differ_from_body_to_body() -> None:
    found = numerators(900, [250, 250, 250, 250], 300, chance("spread"), capped=True)
    assert len(set(found)) > 1


def test_chance_of_one_thing_is_the_same_every_time() -> None:
    assert [chance("a", 1).randint(0, 10**6) for _again in range(2)] == [chance("a", 1).randint(0, 10**6)] * 2


def test_chance_of_two_things_differs() -> None:
    assert chance("a", 1).randint(0, 10**6) != chance("a", 2).randint(0, 10**6)


def test_climb_includes_both_ends() -> None:
    assert climb(100, 130, 4) == [100, 110, 120, 130]
