"""The plan of the town: its parts, its pins, and what a map draws of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from pytest_django import Settings

from requests_app.plan import MapPoint, area_name, area_of, areas, pins, plan, spot_on_plan

BYTES = 25_000


@pytest.fixture
def no_plan(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.TOWN_PLAN = tmp_path / "absent.geojson"
    plan.cache_clear()
    yield
    plan.cache_clear()


def test_small_enough_for_a_slow_phone(settings: Settings) -> None:
    assert settings.TOWN_PLAN.stat().st_size < BYTES


def test_the_parts_of_town_hold_everybody() -> None:
    assert [area.code for area in areas()] == ["centro", "alto", "las-moreras", "la-estacion", "el-molino", "la-vega"]
    assert sum(area.population for area in areas()) == 3500


def test_every_place_is_in_exactly_one_part() -> None:
    town = plan()
    assert town
    strays = [spot.name for spot in town.spots if not area_of(spot.latitude, spot.longitude)]
    assert strays == []
    codes = [spot.code for spot in town.spots]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("code", "part"),
    [("plaza-mayor", "centro"), ("polideportivo", "el-molino"), ("moreras", "las-moreras"), ("barrio-alto", "alto"),
     ("estacion-tren", "la-estacion"), ("cementerio", "la-vega"), ("mercado", "centro")],
)  # fmt: skip
def test_the_part_of_a_place(code: str, part: str) -> None:
    town = plan()
    spot = town.spot(code) if town else None
    assert spot
    assert area_of(spot.latitude, spot.longitude) == part


@pytest.mark.parametrize(("latitude", "longitude"), [(None, None), (37.22, None), (40.4, -3.7), (float("nan"), -3.6)])
def test_no_part_for_what_is_nowhere(latitude: float | None, longitude: float | None) -> None:
    assert area_of(latitude, longitude) == ""


def test_a_part_is_called_by_its_name_and_a_forgotten_one_by_its_code() -> None:
    assert [area_name("alto"), area_name("the-old-docks"), area_name("")] == ["Barrio Alto", "the-old-docks", ""]


def test_pins_in_one_place_stand_side_by_side() -> None:
    here = [MapPoint(37.22, -3.6, str(number)) for number in range(4)]
    drawn = pins([*here, MapPoint(40.4, -3.7, "Madrid")])
    assert [pin.point.title for pin in drawn] == ["0", "1", "2", "3"]
    assert (drawn[0].dx, drawn[0].dy) == (0, 0)
    assert len({(pin.dx, pin.dy) for pin in drawn}) == 4


def test_a_map_is_links_without_any_script() -> None:
    point = MapPoint(37.22, -3.6, 'N.º 7: "luz" <rota>', "/requests/7/", "resolved", "hace 6 min")
    page = render_to_string("components/map.html", {"points": [point], "label": "Plan", "height": "short"})
    assert '<a href="/requests/7/" class="pin pin-resolved"' in page
    assert "N.º 7: &quot;luz&quot; &lt;rota&gt;" in page
    assert "style=" not in page
    assert 'data-tiles=""' in page


def test_tiles_only_of_the_server_that_the_operator_names(settings: Settings) -> None:
    settings.TILE_URL, settings.TILE_ATTRIBUTION = "https://tiles.example/{z}/{x}/{y}.png", "Tiles Example"
    page = render_to_string("components/map.html", {"points": [], "label": "Plan"})
    assert 'data-tiles="https://tiles.example/{z}/{x}/{y}.png" data-thanks="Tiles Example"' in page


def test_a_map_draws_the_parts_of_town_when_asked() -> None:
    plain, parts = (render_to_string("components/map.html", {"points": [], "shaded": yes}) for yes in (False, True))
    assert ("plan-district" in plain, parts.count('class="plan-district"')) == (False, 6)


def test_a_town_without_a_plan_has_no_map(no_plan: None) -> None:
    point = MapPoint(37.22, -3.6, "one")
    assert (plan(), areas(), area_of(37.22, -3.6), spot_on_plan(37.22, -3.6)) == (None, (), "", None)
    assert pins([point]) == []
    assert "<svg" not in render_to_string("components/map.html", {"points": [point]})
