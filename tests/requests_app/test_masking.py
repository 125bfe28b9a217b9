"""What never reaches a public copy, and what must stay readable in it."""

import time

import pytest

from requests_app.masking import mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Llamadme al 612345678", "Llamadme al •••"),
        ("Llamadme al 612 34 56 78, gracias", "Llamadme al •••, gracias"),
        ("mi móvil: 612.345.678.", "mi móvil: •••."),
        ("(958 123 456)", "(•••)"),
        ("+34 612 345 678 o 0034 612345678", "••• o •••"),
        ("Call +44 (0)20 7946 0958 now", "Call ••• now"),
        ("Appelez le 06 12 34 56 78", "Appelez le •••"),
        ("escribid a lucia.m+casa@correo.example.es por favor", "escribid a ••• por favor"),
        ("mailto:lucia@example.com", "mailto:•••"),
        ("Mi DNI es 12345678Z", "Mi DNI es •••"),
        ("DNI 12.345.678-Z y NIE X1234567L", "DNI ••• y NIE •••"),
        ("El coche 1234 BCD y el 1234bcd", "El coche ••• y el •••"),
        ("el viejo GR-1234-AB y la furgoneta AA-123-BB", "el viejo ••• y la furgoneta •••"),
        ("Cuenta ES91 2100 0418 4502 0005 1332", "Cuenta •••"),
        ("GB29NWBK60161331926819", "•••"),
        ("tarjeta 4111 1111 1111 1111", "tarjeta •••"),
        ("612345678/687654321 #612345678", "•••/••• #•••"),
        ("https://wa.me/34612345678 o wa.me/34612345678", "••• o •••"),
        ("هاتفي ٦١٢٣٤٥٦٧٨", "هاتفي •••"),
    ],
)
def test_mask_hides(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "",
        "La farola de la calle del Olmo, 14, lleva dos noches apagada",
        "N.º 1047, posted 22:48 on 21/11/2026",
        "El 12-11-2026 a las 10.30, entre las 8.30 y las 9.15",
        "Llamad al 112 o al 016",
        "Farola 0417, contenedor 2231",
        "Gracias @maria612345678 y @lucia@mastodon.example",
        "https://example.com/612345678/foto?id=612345678",
        "La N-432 y la GR-3208 en 2026 a 1500 m",
        "Costó 12 345 678 euros",
        "1.500 hrs, 300 kg, 25 km",
        "www.example.com/600-123-456",
    ],
)
def test_mask_leaves_alone(text: str) -> None:
    assert mask(text) == text


def test_mask_takes_no_time_over_a_hostile_post() -> None:
    began = time.perf_counter()
    for text in ("6 " * 20_000, "a." * 20_000 + "@", "ES12 " + "1234 " * 8_000, "+1" + " 1" * 20_000):
        mask(text)

    assert time.perf_counter() - began < 2
