"""Dangers: what cannot wait, and what only sounds like it."""

import pytest

from requests_app.triage.dangers import danger
from requests_app.triage.learned.using import starter
from requests_app.triage.seen import Evidence, Seen, compile_snapshot
from requests_app.triage.words import look

TOWN = compile_snapshot([], {}, fallback="hall", model=starter())


def found(text: str) -> Evidence | None:
    return danger(Seen(look(text), TOWN))


@pytest.mark.parametrize(
    "text",
    [
        "Hay un INCENDIO en el solar de la calle Olmo",
        "han prendido fuego a un contenedor",
        "huele mucho a gas en el portal",
        "un cable caído en mitad de la acera",
        "la farola da corriente",
        "alcantarilla sin tapa en el paseo",
        "han atropellado a un ciclista",
        "accidente grave en la rotonda",
        "una señora tirada, no respira",
        "un perro ha mordido a un niño",
        "muro a punto de caer sobre la escuela",
        "me están robando el coche ahora mismo",
        "Strong smell of gas near the school",
        "there is a house on fire",
        "live wire hanging over the street",
        "open manhole on Elm Street",
        "a man is unconscious by the fountain",
        "a cyclist was hit by a car",
        "someone is being attacked in the park",
        "odeur de gaz dans la rue",
        "incendie dans un garage",
        "plaque d'égout manquante, très dangereux : plaque d'égout ouverte",
        "câble électrique tombé : câble tombé sur le trottoir",
        "un homme inconscient devant la boulangerie",
        "au secours, on se fait agresser",
    ],
)
def test_danger_is_urgent(text: str) -> None:
    assert found(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "🔥🔥🔥",
        "La farola está fundida",
        "es un peligro esa acera",
        "sois unos inconscientes",
        "esto es un atropello a los vecinos",
        "me han robado la rueda de auxilio",
        "vivo en la calle Socorro",
        "el árbol tiene heridas en la corteza",
        "mañana hay simulacro de incendio en el colegio",
        "por suerte no hay heridos",
        "the pothole is bad",
        "fire drill at the school on Friday, alarm on fire mode",
        "great concert, the band was fire",
        "le feu d'artifice était superbe",
        "la sortie de secours est fermée à clé",
    ],
)
def test_danger_is_not_seen_everywhere(text: str) -> None:
    assert found(text) is None


def test_danger_says_its_words() -> None:
    assert found("Huele a gas, ¡fuga de gas!") == Evidence("danger", ("huele gas", "fuga gas"))
