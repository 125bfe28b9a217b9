"""Signals: whose work a post is, and why; texts of our own against the town's real service list."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from requests_app.triage import signals
from requests_app.triage.learned.topics import KEYWORDS
from requests_app.triage.learned.using import starter
from requests_app.triage.little_words import LITTLE_WORDS
from requests_app.triage.seen import Evidence, Seen, ServiceWords, Snapshot, compile_snapshot
from requests_app.triage.signals import Routing, route
from requests_app.triage.words import PhraseBook, look

ALAMEDA = json.loads((Path(signals.__file__).parents[1] / "management" / "alameda.json").read_text(encoding="utf-8"))
ACCOUNTS = {
    "101": None,
    "alameda": None,
    "103": "sweeper",
    "Barrendera_Alameda": "sweeper",
    "104": "police",
    "policia_alameda": "police",
    "105": "maintenance",
    "manto_alameda": "maintenance",
}


@pytest.fixture(scope="module")
def town() -> Snapshot:
    services = [
        ServiceWords.of(one["code"], queue=one["queue"], keywords=KEYWORDS[one["code"]], hashtags=one["hashtags"])
        for one in ALAMEDA["services"]
    ]
    return compile_snapshot(services, ACCOUNTS, fallback="townhall", model=starter())


def seen(text: str, town: Snapshot, *, mentions: Iterable[str] = ()) -> Seen:
    return Seen(look(text, mentions=mentions), town)


@pytest.mark.parametrize(
    ("text", "queue", "service"),
    [
        # Spanish, of here and of the other side of the sea.
        ("La farola de la calle Olmo lleva tres noches fundida", "maintenance", "street-light"),
        ("FAROLAAAS APAGADAS en todo el barrio!!!", "maintenance", "street-light"),
        ("estamos a oscuras hace una semana, nadie viene", "maintenance", "street-light"),
        ("hay un bache enorme delante del colegio", "maintenance", "road"),
        ("Vereda rota en la esquina, casi se cae mi abuela", "maintenance", "pavement"),
        ("se sale el agua por una tubería reventada", "maintenance", "water"),
        ("la alcantarilla huele fatal y esta atascada", "maintenance", "drains"),
        ("¿Cuándo podan los árboles de la ronda?", "maintenance", "trees"),
        ("el columpio del parque infantil está roto", "maintenance", "playgrounds"),
        ("semáforo averiado en la entrada del pueblo", "maintenance", "signals"),
        ("basuuuura por todas partes", "sweeper", "rubbish"),
        ("contenedores desbordados junto al mercado", "sweeper", "rubbish"),
        ("han dejado un colchon y un sofá en la acera", "sweeper", "bulky-waste"),
        ("escombros tirados al lado de la farola", "sweeper", "bulky-waste"),
        ("cacas de perro delante de la escuela todos los días", "sweeper", "dog-mess"),
        ("hay ratas saliendo del solar", "sweeper", "pests"),
        ("pintadas nuevas en la pared de la biblioteca", "sweeper", "graffiti"),
        ("un coche en doble fila bloquea la calle", "police", "parking"),
        ("música a todo volumen hasta las 4, no podemos dormir", "police", "noise"),
        ("coche abandonado con las ruedas pinchadas", "police", "abandoned-vehicle"),
        ("dos perros sueltos sin bozal en la plaza", "police", "loose-animals"),
        ("necesito cita previa para el padron", "townhall", "paperwork"),
        ("a qué hora pasa el autobús los domingos", "townhall", "transport"),
        # English.
        ("Street light out on Elm Street", "maintenance", "street-light"),
        ("huge pothole by the church", "maintenance", "road"),
        ("The drain is blocked and the street is flooded again", "maintenance", "drains"),
        ("fallen tree across the path", "maintenance", "trees"),
        ("overflowing bins behind the market, rubbish everywhere", "sweeper", "rubbish"),
        ("someone dumped a mattress near the bench", "sweeper", "bulky-waste"),
        ("dog poop all over the playground", "sweeper", "dog-mess"),
        ("loud music all night from the bar", "police", "noise"),
        ("cars parked on the pavement, no room for a pram", "police", "parking"),
        # French.
        ("Le lampadaire devant chez moi est éteint", "maintenance", "street-light"),
        ("un gros nid-de-poule dans la rue du Moulin", "maintenance", "road"),
        ("fuite d'eau place de la mairie", "maintenance", "water"),
        ("les poubelles débordent depuis lundi", "sweeper", "rubbish"),
        ("dépôt sauvage : matelas et gravats", "sweeper", "bulky-waste"),
        ("trottoir plein de crottes de chien", "sweeper", "dog-mess"),
        ("tapage toutes les nuits, impossible de dormir", "police", "noise"),
        ("voiture mal garée sur le passage", "police", "parking"),
    ],
)
def test_route_by_words(text: str, queue: str, service: str, town: Snapshot) -> None:
    routing = route(seen(text, town))
    assert (routing.queue, routing.service) == (queue, service)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "🔥🔥🔥",
        "@alameda",
        "https://t.co/aBc",
        "الشارع مظلم جدا",
        "\u200b\u200d\u202e",
        "z" * 25_000,
    ],
)
def test_route_leaves_what_says_nothing_to_the_dispatcher(text: str, town: Snapshot) -> None:
    assert route(seen(text, town)) == Routing(None, None, (Evidence("nothing"),), 0.0)


def test_route_leaves_a_doubt_to_the_dispatcher_with_the_two_best_guesses(
    town: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signals, "SURE", 1.1)
    routing = route(seen("esto no puede seguir así", town))
    assert (routing.queue, routing.service, len(routing.guesses)) == (None, None, 2)
    assert routing.evidence[-1] == Evidence("torn", routing.guesses)


def test_route_takes_what_only_says_where_for_half(town: Snapshot) -> None:
    assert route(seen("bolsas de basura tiradas junto a la farola", town)).queue == "sweeper"


def test_route_says_how_many_posts_were_like_it(town: Snapshot) -> None:
    routing = route(seen("la farola de mi calle sigue fundida", town))

    words, alike = routing.evidence
    assert words == Evidence("words", ("farola", "fundida"))
    assert (alike.signal, alike.detail[0]) == ("alike", "street-light")
    assert int(alike.detail[1]) > 5
    assert int(alike.detail[2]) == round(100 * routing.confidence)


@pytest.mark.parametrize("mention", ["105", "manto_alameda", "@Manto_Alameda"])
def test_route_obeys_the_address_before_the_words(mention: str, town: Snapshot) -> None:
    routing = route(seen("hay mucha basura", town, mentions=[mention, "101"]))
    assert routing.queue == "maintenance"
    assert routing.evidence[0].signal == "address"


def test_route_reads_the_handle_when_the_network_names_a_number(town: Snapshot) -> None:
    routing = route(seen("@manto_alameda la farola", town, mentions=["105"]))
    assert routing == Routing(
        service="street-light",
        queue="maintenance",
        evidence=(Evidence("address", ("@manto_alameda",)), Evidence("words", ("farola",))),
        confidence=1.0,
        guesses=("maintenance",),
    )


def test_route_takes_the_service_from_the_addressed_team_only(town: Snapshot) -> None:
    routing = route(seen("@barrendera_alameda basura junto a los columpios rotos", town))
    assert (routing.queue, routing.service) == ("sweeper", "rubbish")


def test_route_of_two_teams_addressed_goes_by_the_words(town: Snapshot) -> None:
    routing = route(seen("@manto_alameda @policia_alameda un bache", town))
    assert (routing.queue, routing.evidence[0]) == ("maintenance", Evidence("words", ("bache",)))


def test_route_of_the_general_account_goes_by_the_words(town: Snapshot) -> None:
    assert route(seen("@alameda un bache", town, mentions=["101"])).queue == "maintenance"


@pytest.mark.parametrize("text", ["otra vez igual #Limpieza", "otra vez igual #limpíeza", "hay una farola #LIMPIEZA"])
def test_route_by_hashtag_before_the_words(text: str, town: Snapshot) -> None:
    routing = route(seen(text, town))
    assert (routing.queue, routing.evidence) == ("sweeper", (Evidence("hashtag", ("#limpieza",)),))


def test_route_of_hashtags_of_two_teams_goes_by_the_words(town: Snapshot) -> None:
    assert route(seen("#limpieza #baches la farola apagada", town)).evidence[0].signal == "words"


def test_route_splits_a_hashtag_into_words(town: Snapshot) -> None:
    assert route(seen("#FarolaFundida", town)).service == "street-light"


def test_route_takes_the_first_signal_that_is_sure(town: Snapshot) -> None:
    def by_drum(post: Seen) -> Routing | None:
        return Routing("noise", "police", (Evidence("drum"),), 0.93) if "bombo" in post.view.words else None

    routed = [
        route(seen(text, town), signals=(by_drum, *signals.SIGNALS)) for text in ("el bombo", "el bache", "الشارع")
    ]
    assert [routing.queue for routing in routed] == ["police", "maintenance", None]


def test_service_of_equals_is_the_one_listed_first() -> None:
    services = [
        ServiceWords.of("b", queue="q", keywords={"es": ["banco"]}),
        ServiceWords.of("a", queue="q", keywords={"es": ["banco"]}),
    ]
    town = compile_snapshot(services, {"q": "q"}, fallback="hall", model=starter())
    assert route(seen("@q un banco", town)).service == "b"


def test_towns_own_service_says_what_topic_it_is() -> None:
    services = [ServiceWords.of("luces", queue="brigada", keywords={}, topic="street-light")]
    town = compile_snapshot(services, {}, fallback="hall", model=starter())
    routing = route(seen("la farola de la calle está fundida", town))
    assert (routing.queue, routing.service) == ("brigada", "luces")


def test_what_is_nobodys_service_is_for_whoever_takes_the_rest() -> None:
    services = [ServiceWords.of("luces", queue="brigada", keywords={}, topic="street-light")]
    town = compile_snapshot(services, {}, fallback="hall", model=starter())
    routing = route(seen("hay ratas en los contenedores de basura", town))
    assert (routing.queue, routing.service) == ("hall", None)


def test_service_words_can_be_cached() -> None:
    one, same = (ServiceWords.of("a", queue="q", keywords={"es": ["banco"]}, hashtags=["#a"]) for _ in range(2))
    assert hash(one) == hash(same)


def test_alamedas_services_are_complete() -> None:
    languages, queues = {"es", "en", "fr"}, {queue["code"] for queue in ALAMEDA["queues"]}
    codes = [service["code"] for service in ALAMEDA["services"]]
    assert queues == {"sweeper", "police", "maintenance", "townhall"}
    assert len(codes) == len(set(codes))
    for service in ALAMEDA["services"]:
        assert service["queue"] in queues
        assert all(set(service[texts]) == languages for texts in ("names", "descriptions", "groups"))
        assert set(KEYWORDS[service["code"]]) == languages
        assert all(KEYWORDS[service["code"]].values())


@pytest.mark.parametrize("language", LITTLE_WORDS)
def test_alamedas_keywords_are_never_a_little_word(language: str) -> None:
    book = PhraseBook(
        (service["code"], language, keyword)
        for service in ALAMEDA["services"]
        for keyword in KEYWORDS[service["code"]].get(language, ())
        if len(look(keyword).words) == 1
    )
    assert book.find(look(LITTLE_WORDS[language])) == []
