"""Kinds: what a post wants; texts of our own in three languages."""

import pytest

from requests_app.triage.dangers import danger
from requests_app.triage.kinds import kind_of
from requests_app.triage.learned.using import starter
from requests_app.triage.seen import Seen, Snapshot, compile_snapshot
from requests_app.triage.words import look


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return compile_snapshot([], {}, fallback="hall", model=starter())


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        # Somebody should act.
        ("La farola de la calle Olmo lleva tres noches fundida", "problem"),
        ("Por favor, arreglen la fuente", "problem"),
        ("hay un bache enorme, es peligroso", "problem"),
        ("gracias por avisar, pero sigue sin luz", "problem"),
        ("Bolsas tiradas en la plaza. Gracias de antemano", "problem"),
        ("¿Cuándo vais a arreglar el banco roto?", "problem"),
        ("¿Por qué no limpiáis la calle? Está muy sucia", "problem"),
        ("The lamp outside number 4 is broken", "problem"),
        ("Please collect the mattress, thanks in advance", "problem"),
        ("Thanks, but it is still leaking", "problem"),
        ("Le lampadaire est en panne depuis lundi", "problem"),
        ("Merci de nettoyer la place", "problem"),
        ("Merci d'avance pour la poubelle cassée", "problem"),
        ("Merci mais ça fuit encore", "problem"),
        # Somebody asks.
        ("¿A qué hora abre la piscina?", "question"),
        ("a que hora abre la piscina el domingo", "question"),
        ("¿Dónde puedo empadronarme?", "question"),
        ("quisiera saber si hay mercado mañana", "question"),
        ("What time does the library open?", "question"),
        ("Where can I recycle batteries?", "question"),
        ("À quelle heure ouvre la mairie ?", "question"),
        ("Est-ce que la piscine est ouverte lundi ?", "question"),
        # Somebody has an idea.
        ("Estaría bien poner un banco a la sombra", "proposal"),
        ("Propongo un carril bici hasta el río", "proposal"),
        ("It would be nice to have a bench here", "proposal"),
        ("I suggest a zebra crossing by the school", "proposal"),
        ("Ce serait bien d'avoir un banc à l'ombre", "proposal"),
        # Somebody is fed up, and there is nothing to go and mend.
        ("Vergüenza de ayuntamiento, siempre igual", "complaint"),
        ("Solo os acordáis de nosotros en las elecciones, qué pena", "complaint"),
        ("What a disgrace, our taxes wasted again", "complaint"),
        ("C'est une honte, nos impôts gaspillés", "complaint"),
        # Thanks and nothing more.
        ("Muchas gracias Carmen", "thanks"),
        ("Confirmado, ya no pierde agua. Agradecidos. Así da gusto", "thanks"),
        ("Ayer el parque daba gusto verlo. Gracias @barrendera_alameda", "thanks"),
        ("gracias por limpiar la plaza tan rápido 👏", "thanks"),
        ("¡Qué rapidez! Gracias, Antonio", "thanks"),
        ("Enhorabuena al equipo de limpieza", "thanks"),
        ("Thank you Antonio, that was quick", "thanks"),
        ("Great job on the park", "thanks"),
        ("Merci beaucoup Carmen !", "thanks"),
        ("Bravo à toute l'équipe", "thanks"),
        # Nothing to do.
        ("", "other"),
        ("😂😂😂", "other"),
        ("@alameda @vecina", "other"),
        ("https://t.co/aBc", "other"),
        ("jajaja totalmente de acuerdo", "other"),
        ("Te esperamos el sábado, entrada gratuita", "other"),
        ("Good morning everyone", "other"),
        ("Join us on Saturday, free entry", "other"),
        ("Bonne journée à tous", "other"),
    ],
)
def test_kind_of(text: str, kind: str, snapshot: Snapshot) -> None:
    assert said(text, snapshot) == kind


@pytest.mark.parametrize("text", ["Hay un incendio", "Gas leak!", "Gracias, hay una fuga de gas"])
def test_kind_of_a_danger_is_a_problem(text: str, snapshot: Snapshot) -> None:
    assert said(text, snapshot) == "problem"


def test_kind_of_names_the_words_and_how_sure_it_is(snapshot: Snapshot) -> None:
    kind, share, evidence = kind_of(Seen(look("¿A qué hora abre la piscina?"), snapshot), alarm=None)

    assert (kind, evidence.signal, evidence.detail[:2]) == ("question", "kind", ("question", str(round(100 * share))))
    assert "hora" in evidence.detail[2:]


def said(text: str, snapshot: Snapshot) -> str:
    seen = Seen(look(text), snapshot)
    return kind_of(seen, alarm=danger(seen))[0]
