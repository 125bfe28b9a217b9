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


# Telephones, addresses, identity numbers, accounts, cards and plates as people of four countries write them.
IDENTIFYING = (
    "612345678", "612 34 56 78", "612.345.678", "612-345-678", "958 12 34 56", "(958) 123456", "958-123456",
    "+34612345678", "0034 612 345 678", "+54 9 11 4567-8901", "011 4567-8901", "11 4567 8901", "1145678901",
    "15-4567-8901", "0351 15 123 4567", "(0351) 15-123-4567", "351 456-7890", "2914567890", "2901 42-1234",
    "tel 4567-8901", "Tel.: 4567 8901", "wsp 1145678901", "06 12 34 56 78", "06.12.34.56.78", "06-12-34-56-78",
    "0612345678", "06/12/34/56/78", "+33 6 12 34 56 78", "+33 (0)6 12 34 56 78", "020 7946 0958", "(020) 7946 0958",
    "07700 900123", "01632 960 001", "+44 7700 900123", "lucia@example.com", "lucia arroba gmail punto com",
    "lucia(at)gmail.com", "lucia [at] gmail [dot] com", "lucia at gmail dot com", "lucia arobase orange point fr",
    "lucia @ gmail.com", "lucia@gmail punto com", "lucia (arroba) correo.es", "12345678Z", "12345678-z",
    "12.345.678-Z", "12 345 678 Z", "dni 30.123.456", "DNI nº 30123456", "X1234567L", "x-1234567-l", "B12345678",
    "1 85 05 78 006 084 36", "185057800608436", "2 85 05 2A 006 084 36", "ES91 2100 0418 4502 0005 1332",
    "es9121000418450200051332", "es91 2100 0418 4502 0005 1332", "ES91-2100-0418-45-0200051332",
    "FR14 2004 1010 0505 0001 3M02 606", "fr1420041010050500013m02606", "GB29 NWBK 6016 1331 9268 19",
    "gb29nwbk60161331926819", "DE89370400440532013000", "2100 0418 45 0200051332", "4111 1111 1111 1111",
    "4111111111111111", "4111-1111-1111-1111", "3782 822463 10005", "1234 BCD", "1234BCD", "1234-BCD", "1234bcd",
    "matrícula 1234 bcd", "GR-1234-AB", "GR1234AB", "M 1234 AB", "B-123456", "ABC123", "ABC-123", "patente abc 123",
    "AB123CD", "AB 123 CD", "ab123cd", "AA-123-BB", "aa-123-bb", "AB12 CDE", "AB12CDE", "ab12cde", "20-12345678-9",
    "AB 12 34 56 C", "CUIT 20123456789",
)  # fmt: skip
# Prices, years, dates, hours, house numbers, postcodes, roads, bus lines, coordinates, and numbers of reports.
PLAIN = (
    "Reclamo 448812", "Reclamo nº 612345678", "expediente 2026/004512", "Costó 650.000.000 euros", "30.123.456 pesos",
    "12.345.678 y 200", "12 345 678 €", "1.500.000 €", "$ 1.250.000", "en 2019 2020 2021 2022", "2019-2020",
    "temporada 2025-26", "calle del Olmo 14", "Av. Rivadavia 4500-4600", "Rivadavia 11450, entre 4500 y 4600",
    "37.177340, -3.598560", "37.123456 N, 3.598560 W", "-34.603722, -58.381592", "-64.1887761", "64.1887761",
    "09-11-2026 10.30", "09/11/2026 10:30", "09-11-2026 10h", "8-11-2026 10", "2026-11-23 10:30",
    "2026-11-23 08 30 00", "23/11/2026", "líneas 600 610 620", "línea 152, 60 y 194", "bus 14, 21 y 33",
    "A-4, N-432, GR-3208, M-30, A-92", "DE 200 KM", "HAY 300 KG DE BASURA", "LA 300 DE LA CALLE", "SON 1500 KMS",
    "2026 hrs", "1500 HRS", "Look at alameda.es please", "arroba alameda lo sabe", "@lucia@mastodon.example",
    "@alameda.bsky.social", "hola @alameda.es", "los números 6, 8, 10, 12 y 14", "C/ Olmo 12 3º B", "CP 18015",
    "18015 Granada", "75011 Paris", "SW1A 1AA", "Llamad al 112", "016 y 061", "tel 112", "farola FR-0417", "No. 1047",
    "0417", "G20, COVID19, B12, A320, ISO9001, LED50", "12:30-14:30 y 17:00-20:00", "8.30-14.00", "1.234,56 €",
    "matrícula de 2026", "la matrícula en 2026 la pago", "patente 2026", "3x4 m, 2x100 ml", "EN 2026 NO",
    "De lunes a viernes de 9 a 14 y de 17 a 20", "http://x.example/612345678", "10 000 000 d'habitants",
    "3 000 000 000", "Meet at 10 at the square dot", "Hay 12 farolas, 3 bancos y 14 papeleras",
    "los años 1998, 1999 y 2000", "1998 1999 2000 2001", "del 20 11 2026 al 23 11 2026", "contenedor 448812-B",
    "lámpara AL-0417", "teléfono de 2026", "punto 12 345 678 m", "línea 64, 1234 viajeros",
    "polígono 12 parcela 1234", "Sección 1234 ABC", "1200 kms",
)  # fmt: skip


@pytest.mark.parametrize("written", IDENTIFYING)
def test_mask_hides_what_identifies_somebody(written: str) -> None:
    masked = mask(f"Es {written}, gracias")

    assert "•••" in masked
    assert not any(character.isdigit() for character in masked)
    assert not any(word in masked for word in ("gmail", "correo.es", "orange", "example"))


@pytest.mark.parametrize("text", PLAIN)
def test_mask_hides_nothing_that_is_only_a_number(text: str) -> None:
    assert mask(text) == text


def test_mask_takes_no_time_over_a_hostile_post() -> None:
    began = time.perf_counter()
    for text in (
        "6 " * 20_000,
        "a." * 20_000 + "@",
        "ES12 " + "1234 " * 8_000,
        "+1" + " 1" * 20_000,
        "a at b " * 8_000,
        "tel n " * 6_000,
        "a @ " * 10_000,
    ):
        mask(text)

    assert time.perf_counter() - began < 2
