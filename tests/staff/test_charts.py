"""The geometry of charts, without a page."""

import pytest

from staff.window.charts import Bar, Label, Share, Tick, ceiling, columns, lengths, shares


@pytest.mark.parametrize(
    ("highest", "top"),
    [
        (0, 2),
        (1, 2),
        (2, 2),
        (3, 4),
        (7, 8),
        (10, 10),
        (11, 12),
        (17, 20),
        (81, 100),
        (110, 120),
        (401, 600),
        (27_396, 40_000),
    ],
)
def test_ceiling(highest: int, top: int) -> None:
    assert ceiling(highest) == top


def test_columns() -> None:
    chart = columns([(4, 1), (2, 2)], names=["Mon", "Tue"])

    assert chart.whole == (Bar("22%", "0%", "6%", "100%"), Bar("72%", "50%", "6%", "50%"))
    assert chart.part == (Bar("22%", "75%", "6%", "25%"), Bar("72%", "50%", "6%", "50%"))
    assert chart.ticks == (Tick("0%", 4), Tick("50%", 2), Tick("100%", 0))
    assert chart.labels == (Label("25%", "Mon"), Label("75%", "Tue"))


def test_columns_of_nothing() -> None:
    chart = columns([], names=[])

    assert (chart.whole, chart.part, chart.labels) == ((), (), ())
    assert chart.ticks == (Tick("0%", 2), Tick("50%", 1), Tick("100%", 0))


def test_columns_of_one_point() -> None:
    chart = columns([(1, 0)], names=["12:00"])

    assert chart.whole == (Bar("47%", "50%", "6%", "50%"),)
    assert chart.part == (Bar("47%", "100%", "6%", "0%"),)
    assert chart.labels == (Label("50%", "12:00"),)


def test_columns_of_zeros() -> None:
    chart = columns([(0, 0)] * 3, names=["a", "b", "c"])

    assert {bar.height for bar in chart.whole + chart.part} == {"0%"}


def test_columns_of_many_points_have_few_labels() -> None:
    chart = columns([(1, 1)] * 30, names=[str(day) for day in range(1, 31)])

    assert [label.text for label in chart.labels] == ["1", "7", "13", "19", "25"]
    assert chart.whole[0] == Bar("0.47%", "50%", "2.4%", "50%")


def test_shares() -> None:
    assert shares([("fast", 3), ("slow", 0), ("none", 1)]) == [
        Share("fast", 3, "0%", "75%"),
        Share("none", 1, "75%", "25%"),
    ]


@pytest.mark.parametrize("values", [[], [("fast", 0), ("none", 0)]])
def test_shares_of_nothing(values: list[tuple[str, int]]) -> None:
    assert shares(values) == []


@pytest.mark.parametrize(
    ("values", "expected"), [([], []), ([0, 0], ["0%", "0%"]), ([5], ["100%"]), ([1, 3], ["33.33%", "100%"])]
)
def test_lengths(values: list[int], expected: list[str]) -> None:
    assert lengths(values) == expected
