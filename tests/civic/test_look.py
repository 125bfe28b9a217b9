"""The town's face: its crest, its colours, what is refused at start, and the styleguide's door."""

import colorsys
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.test import Client
from pytest_django import Settings

from civic import look
from civic.errors import broken

PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def crest(settings: Settings, tmp_path: Path) -> Path:
    """A town with a crest of its own."""
    path = tmp_path / "crest.svg"
    path.write_bytes(PICTURE)
    settings.TOWN_CREST = str(path)
    return path


def test_town_without_a_crest_shows_the_drawn_house(client: Client) -> None:
    response = client.get("/crest")

    assert response["Content-Type"] == "image/svg+xml"
    assert b'fill="#1B4F9C"' in response.content


def test_crest_is_served_harmless_and_kept(client: Client, crest: Path) -> None:
    version = look.crest().version
    named, bare = client.get(f"/crest?v={version}"), client.get("/crest")
    again = client.get("/crest", headers={"If-None-Match": bare["ETag"]})

    assert (named.content, named["Content-Type"]) == (PICTURE, "image/svg+xml")
    assert named["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert named["X-Content-Type-Options"] == "nosniff"
    assert named["Cache-Control"] == "public, max-age=31536000, immutable"
    assert bare["Cache-Control"] == "public, max-age=86400"
    assert (again.status_code, again.content) == (304, b"")


def test_another_picture_has_another_address(crest: Path) -> None:
    before = look.crest().version
    crest.write_bytes(PICTURE.replace(b"1", b"2"))

    assert look.crest().version != before


def test_crest_that_goes_away_while_the_site_runs_closes_no_page(client: Client, crest: Path) -> None:
    crest.unlink()

    assert b'fill="#1B4F9C"' in client.get("/crest").content


@pytest.mark.django_db
def test_pages_carry_the_crest_in_their_header_and_as_their_icon(client: Client, crest: Path) -> None:
    address = f"/crest?v={look.crest().version}"
    page = client.get("/sign-in/").content.decode()

    assert f'<link rel="icon" href="{address}">' in page
    assert f'<img src="{address}" alt="" height="36">' in page


@pytest.mark.django_db
def test_only_a_town_with_a_colour_of_its_own_links_a_stylesheet(client: Client, settings: Settings) -> None:
    assert "town.css" not in client.get("/sign-in/").content.decode()

    settings.TOWN_ACCENT = "#0a7d4f"
    assert '<link rel="stylesheet" href="/town.css?v=0a7d4f">' in client.get("/sign-in/").content.decode()
    sheet = client.get("/town.css?v=0a7d4f")
    light, dark = look.shades("#0a7d4f")
    assert sheet["Content-Type"] == "text/css; charset=utf-8"
    assert f":root {{ --blue: {light.accent}; --wash: {light.wash}; }}" in sheet.content.decode()
    assert f"--blue: {dark.accent}; --wash: {dark.wash};" in sheet.content.decode()


def test_every_colour_can_be_read_on_every_ground_in_both_themes() -> None:
    parts = [step / 6 for step in range(7)]
    colours = {
        look._hex(colorsys.hls_to_rgb(hue / 24, light, full)) for hue in range(24) for light in parts for full in parts
    }
    unreadable = [
        (colour, shade)
        for colour in colours
        for shade, grounds in zip(look.shades(colour), (look.LIGHT, look.DARK), strict=True)
        if min(look.contrast(shade.accent, ground) for ground in (*grounds, shade.wash)) < 4.5
    ]

    assert len(colours) > 500
    assert unreadable == []


def test_contrast_is_what_wcag_says() -> None:
    assert look.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert look.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_colour_that_can_be_read_is_left_alone() -> None:
    assert look.shades("#1B4F9C")[0].accent == "#1B4F9C"


@pytest.mark.parametrize("colour", ["blue", "#123", "#12345G", "", "#1B4F9C;}"])
def test_bad_colour_is_refused_at_start(settings: Settings, colour: str) -> None:
    settings.TOWN_ACCENT = colour

    (error,) = run_checks(tags=["town"])
    assert error.msg == f"TOWN_ACCENT is no colour: {colour!r}."
    assert error.hint == "Write # and six digits of 0-9 and A-F, as in #1B4F9C."


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("gone.svg", None, "TOWN_CREST names a file that is not there: "),
        ("crest.pdf", b"%PDF", "TOWN_CREST is no picture: "),
        ("crest.png", b"x" * 200_001, "TOWN_CREST is too large: "),
    ],
)
def test_bad_crest_is_refused_at_start(
    settings: Settings, tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    settings.TOWN_CREST = str(path)

    assert [message.msg for message in run_checks(tags=["town"])] == [f"{said}{path}"]


def test_styleguide_is_there_only_while_debugging(client: Client, settings: Settings) -> None:
    assert client.get("/styleguide/").status_code == 404

    settings.DEBUG = True
    assert client.get("/styleguide/").status_code == 200


def test_page_of_a_failure_asks_no_database(rf: object, settings: Settings) -> None:
    settings.EMERGENCY_NUMBER = "999"
    page = broken(rf.get("/")).content.decode()

    assert "999" in page
    assert "Alameda" in page


@pytest.mark.django_db
def test_refused_form_says_what_to_mend_and_where(client: Client) -> None:
    page = client.post("/sign-in/", {"username": "", "password": "x"}).content.decode()

    assert 'tabindex="-1" autofocus data-refused' in page
    assert '<a href="#id_username">' in page


@pytest.mark.django_db
@pytest.mark.parametrize("demo", [True, False])
def test_sign_ins_of_the_made_up_town_are_told_only_there(client: Client, settings: Settings, demo: bool) -> None:
    settings.DEMO = demo

    assert ("<b>sweeper</b>" in client.get("/sign-in/").content.decode()) is demo
