"""How exactly the public is told where something is."""

import pytest

from requests_app.models import Precision
from requests_app.precision import public_place
from tests.factories import ServiceRequestFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alameda")]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Calle del Olmo 22", "Calle del Olmo"),
        ("C/ Olmo, 3º B", "Calle del Olmo"),
        ("Plaza Mayor", "Plaza Mayor"),
        # What no plan knows.
        ("Mitre 1400", "Mitre"),
        ("9 de Julio 1400", "9 de Julio"),
        ("Av. 25 de Mayo", "Av. 25 de Mayo"),
        ("22, rue Longue", "rue Longue"),
        ("12 Mill Street", "Mill Street"),
        ("Calle Tal, n.º 22, 3.º B", "Calle Tal"),
        ("Mitre 1400, 612 345 678", "Mitre"),
        ("Mitre 22bis", "Mitre"),
        ("Mitre #22-10", "Mitre"),
        ("Mitre (22), bajo", "Mitre"),
        ("Mitre/22", "Mitre"),
        ("14-16 Mill Street", "Mill Street"),
        ("14bis rue Longue", "rue Longue"),
        # A point that somebody wrote as words, and a place that is only a number.
        ("37.2223, -3.5993", ""),
        ("-34.6037 / -58.3816", ""),
        ("22", ""),
        ("", ""),
    ],
)
def test_a_street_without_its_number(written: str, shown: str) -> None:
    request = ServiceRequestFactory(address=written)

    assert public_place(request, exactly=Precision.STREET).address == shown


def test_a_street_that_the_plan_knows_is_shown_in_its_middle() -> None:
    one, other = (
        ServiceRequestFactory(address=f"Calle del Olmo {number}", latitude=37.22 + number / 1e4, longitude=-3.6)
        for number in (2, 40)
    )

    assert public_place(one, exactly=Precision.STREET) == public_place(other, exactly=Precision.STREET)


def test_neighbours_of_an_unknown_street_are_shown_in_one_place() -> None:
    one, other = (ServiceRequestFactory(address="", latitude=37.2203 + more, longitude=-3.6004) for more in (0, 5e-4))

    assert public_place(one, exactly=Precision.STREET).point == public_place(other, exactly=Precision.STREET).point
    assert public_place(one, exactly=Precision.STREET).point != one.point


def test_a_part_of_town_and_nothing_where_none_is_known() -> None:
    inside = ServiceRequestFactory(address="Calle del Olmo 22", latitude=37.222, longitude=-3.599, area="las-moreras")
    outside = ServiceRequestFactory(address="Calle del Olmo 22", latitude=37.222, longitude=-3.599, area="")

    assert public_place(inside, exactly=Precision.AREA).address == "Las Moreras"
    assert public_place(outside, exactly=Precision.AREA) == ("", None)
