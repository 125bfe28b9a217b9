"""What two requests that are the same have in common, and what tells two that only sound alike from each other."""

from datetime import UTC, datetime, timedelta

import pytest

from requests_app.triage.alike import SUGGESTED_FROM, Likeness, Told, likeness

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
OLMO, LARGA = (37.2222, -3.5995), (37.2201, -3.6040)


def told(
    text: str,
    *,
    at: str = "",
    point: tuple[float, float] | None = None,
    topic: str = "street-light",
    hours: float = 0,
    number: int = 1,
    language: str = "es",
) -> Told:
    """So many hours ago."""
    return Told(
        number=number, text=text, language=language, network="x", author=number, posted_at=NOON - timedelta(hours=hours),
        service=topic, topic=topic, queue="maintenance", address=at, point=point,
    )  # fmt: skip


def alike(one: Told, other: Told) -> Likeness:
    return likeness(one, other)


def north(point: tuple[float, float], metres: float) -> tuple[float, float]:
    return point[0] + metres / 111_320, point[1]


LAMP = told("la farola de la calle del Olmo 14 está fundida", at="Calle del Olmo 14", point=OLMO, number=0, hours=3)

SAME = [
    told("otra vez la farola fundida en calle Olmo 14", at="Calle del Olmo 14", point=OLMO),
    told("no se ve nada en la calle del Olmo, farola apagada", at="Calle del Olmo", point=OLMO),
    told("the lamp at calle del Olmo 14 is out", at="Calle del Olmo 14", point=OLMO, language="en"),
    told("le lampadaire du 14 calle del Olmo est éteint", at="Calle del Olmo 14", point=OLMO, language="fr"),
    told("a mí también me pasa, en la calle del Olmo 14", at="Calle del Olmo 14", point=OLMO),
    told("farola fundida", point=north(OLMO, 15)),
]
OTHERS = [
    told("la farola de la calle del Olmo 52 está fundida", at="Calle del Olmo 52", point=OLMO),
    told("la farola de la calle Larga 3 está fundida", at="Calle Larga 3", point=LARGA),
    # Two streets that meet: their names are not the corner.
    told("la farola de la calle Real 22 está fundida", at="Calle Real 22", point=OLMO),
    told("hay un bache en la calle del Olmo 14", at="Calle del Olmo 14", point=OLMO, topic="road"),
    told("gracias por la farola", topic="street-light"),
    told("una farola fundida", at="Plaza Mayor", point=north(OLMO, 300)),
]


@pytest.mark.parametrize("one", SAME, ids=lambda one: one.text)
def test_the_same_thing_in_other_words_is_suggested(one: Told) -> None:
    assert alike(one, LAMP).score >= SUGGESTED_FROM


@pytest.mark.parametrize("one", OTHERS, ids=lambda one: one.text)
def test_what_only_sounds_alike_is_not(one: Told) -> None:
    assert alike(one, LAMP).score < SUGGESTED_FROM


def test_a_question_asked_again_another_day_is_another_question() -> None:
    earlier = told("dónde me apunto a la escuela de baile?", topic="culture-sport", hours=93, number=0)
    same_day = told("dónde me apunto a la escuela de baile?", topic="culture-sport", hours=92)
    later = told("dónde me apunto a la escuela de baile?", topic="culture-sport")

    assert alike(same_day, earlier).score >= SUGGESTED_FROM > alike(later, earlier).score


def test_the_reasons_say_what_was_found() -> None:
    one = told("¡La FAROLA de la calle del Olmo! Sin luz, fundida", at="Calle del Olmo", point=north(OLMO, 12))

    found = {piece.signal: piece.detail for piece in alike(one, LAMP).evidence}

    assert found == {
        "topic": ("street-light",), "street": ("Calle del Olmo 14",), "metres": ("12",), "hours": ("3",),
        "words": ("farola", "fundida"),
    }  # fmt: skip


def test_words_are_shown_as_they_were_written() -> None:
    one, other = told("el semáforo está en ámbar"), told("semaforo en ambar")

    assert {piece.signal: piece.detail for piece in alike(one, other).evidence}["words"] == ("semáforo", "ámbar")


def test_another_language_is_told() -> None:
    one = told("the lamp is out", language="en")

    assert {piece.signal: piece.detail for piece in alike(one, LAMP).evidence}["language"] == ("es",)


def test_a_text_without_words_is_like_nothing() -> None:
    assert alike(told("👀👀", topic=""), told("!!", topic="")).score < SUGGESTED_FROM
