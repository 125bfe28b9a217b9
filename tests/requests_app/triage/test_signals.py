"""Signals: whose work a post is, and why; texts of our own against the town's real service list."""

import json
from pathlib import Path

import pytest

from requests_app.triage import signals
from requests_app.triage.little_words import LITTLE_WORDS
from requests_app.triage.signals import Evidence, Routing, ServiceWords, Snapshot, compile_snapshot, route
from requests_app.triage.words import PhraseBook, TextView, look

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
        ServiceWords.of(one["code"], queue=one["queue"], keywords=one["keywords"], hashtags=one["hashtags"])
        for one in ALAMEDA["services"]
    ]
    return compile_snapshot(services, ACCOUNTS)


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
    routing = route(text, (), town)
    assert (routing.queue, routing.service) == (queue, service)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "🔥🔥🔥",
        "@alameda",
        "https://t.co/aBc",
        "hola buenos días",
        "los vecinos de siempre, tres o cuatro",
        "الشارع مظلم جدا",
        "\u200b\u200d\u202e",
        "z" * 25_000,
    ],
)
def test_route_leaves_what_says_nothing_to_the_dispatcher(text: str, town: Snapshot) -> None:
    assert route(text, (), town) == Routing(None, None, (Evidence("nothing"),), 0.0)


def test_route_leaves_a_tie_to_the_dispatcher_with_both_teams(town: Snapshot) -> None:
    routing = route("basura y baldosas", (), town)
    assert (routing.queue, routing.service) == (None, None)
    assert [evidence.signal for evidence in routing.evidence] == ["words", "torn"]


def test_route_takes_what_only_says_where_for_half(town: Snapshot) -> None:
    assert route("basura junto a la farola", (), town).evidence == (
        Evidence("words", ("basura", "farola")),
        Evidence("torn", ("sweeper", "maintenance")),
    )
    assert route("bolsas de basura tiradas junto a la farola", (), town).queue == "sweeper"


@pytest.mark.parametrize("mention", ["105", "manto_alameda", "@Manto_Alameda"])
def test_route_obeys_the_address_before_the_words(mention: str, town: Snapshot) -> None:
    routing = route("hay mucha basura", [mention, "101"], town)
    assert (routing.queue, routing.service) == ("maintenance", None)
    assert routing.evidence[0].signal == "address"


def test_route_reads_the_handle_when_the_network_names_a_number(town: Snapshot) -> None:
    routing = route("@manto_alameda la farola", ["105"], town)
    assert routing == Routing(
        service="street-light",
        queue="maintenance",
        evidence=(Evidence("address", ("@manto_alameda",)), Evidence("words", ("farola",))),
        confidence=1.0,
    )


def test_route_takes_the_service_from_the_addressed_team_only(town: Snapshot) -> None:
    routing = route("@barrendera_alameda basura junto a los columpios rotos", (), town)
    assert (routing.queue, routing.service) == ("sweeper", "rubbish")


def test_route_of_two_teams_addressed_goes_by_the_words(town: Snapshot) -> None:
    assert route("@manto_alameda @policia_alameda un bache", (), town).evidence == (Evidence("words", ("bache",)),)


def test_route_of_the_general_account_goes_by_the_words(town: Snapshot) -> None:
    assert route("@alameda un bache", ["101"], town).queue == "maintenance"


@pytest.mark.parametrize("text", ["otra vez igual #Limpieza", "otra vez igual #limpíeza", "hay una farola #LIMPIEZA"])
def test_route_by_hashtag_before_the_words(text: str, town: Snapshot) -> None:
    routing = route(text, (), town)
    assert (routing.queue, routing.evidence) == ("sweeper", (Evidence("hashtag", ("#limpieza",)),))


def test_route_of_hashtags_of_two_teams_goes_by_the_words(town: Snapshot) -> None:
    assert route("#limpieza #baches la farola apagada", (), town).evidence[0].signal == "words"


def test_route_splits_a_hashtag_into_words(town: Snapshot) -> None:
    assert route("#FarolaFundida", (), town).service == "street-light"


def test_route_takes_the_first_signal_that_is_sure(town: Snapshot) -> None:
    def classifier(view: TextView, snapshot: Snapshot) -> Routing | None:
        return Routing("noise", "police", (Evidence("like", ("14",)),), 0.93) if "bombo" in view.words else None

    routed = [route(text, (), town, signals=(*signals.SIGNALS, classifier)) for text in ("el bombo", "el bache", "ay")]
    assert [routing.queue for routing in routed] == ["police", "maintenance", None]


def test_service_of_equals_is_the_one_listed_first() -> None:
    services = [
        ServiceWords.of("b", queue="q", keywords={"es": ["banco"]}),
        ServiceWords.of("a", queue="q", keywords={"es": ["banco"]}),
    ]
    assert route("un banco", (), compile_snapshot(services, {})).service == "b"


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
        assert all(set(service[texts]) == languages for texts in ("names", "descriptions", "groups", "keywords"))
        assert all(service["keywords"].values())


@pytest.mark.parametrize("language", LITTLE_WORDS)
def test_alamedas_keywords_are_never_a_little_word(language: str) -> None:
    book = PhraseBook(
        (service["code"], language, keyword)
        for service in ALAMEDA["services"]
        for keyword in service["keywords"].get(language, ())
        if len(look(keyword).words) == 1
    )
    assert book.find(look(LITTLE_WORDS[language])) == []
