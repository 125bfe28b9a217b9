"""A place of the plan in what people write: found as they write it, and not found where they mean something else."""

import pytest
from django.utils import timezone

from requests_app import inbox, triage, workflow
from requests_app.gazetteer import Place, find, locate
from requests_app.models import Post, ServiceRequest
from requests_app.plan import plan
from tests.factories import PostFactory


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("coche en doble fila en c/ Larga 22, tengo que salir", "Calle Larga 22"),
        ("C/Larga, nº 22", "Calle Larga 22"),
        ("la farola de la calle del Olmo, a la altura del 14, apagada", "Calle del Olmo 14"),
        ("la farola de CALLE OLMO", "Calle del Olmo"),
        ("bache en avda. de la Estacion frente a la gasolinera", "Avenida de la Estación"),
        ("rue de la Source (calle Fuente), devant le numéro 8", "Calle Fuente 8"),
        ("jackhammers in calle Molino at 6.50 this morning", "Calle Molino"),
        ("14 rue Noria, la poubelle déborde", "Calle Noria 14"),
        ("rubbish in Olmo street", "Calle del Olmo"),
        ("la pza Mayor está llena de hojas", "Plaza Mayor"),
        ("hojas en el parque de las Moreras", "Parque de las Moreras"),
        ("frente a la biblioteca hay un bache", "Biblioteca"),
        ("broken glass on the playground behind the market", "Parque infantil del Mercado"),
        ("glass outside the market", "Mercado"),
        ("los coches paran encima del paso del Colegio Los Almendros", "Colegio Los Almendros"),
        ("contenedor quemado en la calle del Pozo", "Cuesta del Pozo"),
        ("no hay agua en el barrio del Molino", "El Molino"),
        ("farola rota en Olmo 14", "Calle del Olmo 14"),
        ("en la calle Larga, esquina con plaza Mayor 3", "Plaza Mayor 3"),
        ("basura detrás del ayuntamiento", "Ayuntamiento"),
        ("se cae el muro del puente viejo", "Puente Viejo"),
        ("calle Larga 22 días sin luz", "Calle Larga"),
        ("en la calle Nueva el 14 de mayo", "Calle Nueva"),
        ("obras en calle Nueva 10:30 de la noche", "Calle Nueva"),
        ("au 9 calle Larga, un nid-de-poule", "Calle Larga 9"),
        ("reunión el 14, calle Nueva", "Calle Nueva"),
        ("van 3, calle Real a oscuras", "Calle Real"),
        ("son 15 en la plaza, plaza del Molino", "Plaza del Molino"),
        ("son 15 plaza del Molino", "Plaza del Molino"),
        ("sin agua desde las 9 calle Larga", "Calle Larga"),
        ("#CalleLarga sin luz", "Calle Larga"),
        ("en la calle del orno hay una fuga", "Calle del Horno"),
        ("calle Jasmines, la tapa baila", "Calle Jazmines"),
    ],
)
def test_found_as_people_write_it(text: str, address: str) -> None:
    place = find(text)
    assert place
    assert place.address == address


@pytest.mark.parametrize(
    "text",
    [
        "la plaza está llena de hojas",
        "llevo una larga espera",
        "han abierto una calle nueva y no tiene luz",
        "la fuente pierde agua",
        "el ayuntamiento no contesta",
        "en el ayuntamiento no me cogen el teléfono",
        "hoy no hay mercado, que es fiesta",
        "when does the library open?",
        "la calle",
        "la calle jazz, y mucho",
        "huele a orno",
        "escribid a @calle_larga o mirad https://x.example/calle/larga",
        "cuesta mucho el pozo nuevo",
        "",
    ],
)
def test_not_fooled_by_common_words(text: str) -> None:
    assert find(text) is None


def test_every_name_of_the_plan_is_found_by_itself() -> None:
    town = plan()
    assert town
    names = {spot.name for spot in town.spots}
    lost = [name for name in names if getattr(find(f"hay basura junto a {name}"), "address", None) != name]
    assert lost == []


def test_an_own_point_comes_before_the_words() -> None:
    here = locate("farola de la calle Larga", address="", latitude=37.2225, longitude=-3.5965)
    assert here == Place("", 37.2225, -3.5965, "las-moreras")
    said = locate("no hay luz", address="Calle Noria, 3", latitude=None, longitude=None)
    assert (said.address, said.area, said.latitude is None) == ("Calle Noria, 3", "el-molino", False)
    assert locate("no hay luz", address="mi casa", latitude=None, longitude=None) == Place("mi casa", None, None, "")


def _sorted(text: str) -> ServiceRequest:
    post = PostFactory.create(text=text)
    triage.sort_now(post)
    return ServiceRequest.objects.get(opening_post=post)


def test_a_post_brings_its_place(alameda: None) -> None:
    request = _sorted("@alameda farola apagada en c/ Larga 22")
    assert (request.address, request.area) == ("Calle Larga 22", "centro")
    town = plan()
    spot = town.spot("larga") if town else None
    assert spot
    assert (request.latitude, request.longitude) == (spot.latitude, spot.longitude)


def test_a_report_on_the_site_has_its_part_of_town(alameda: None) -> None:
    post = inbox.deliver("farola apagada", language="es", point=(37.2225, -3.5965), external_id="once")
    triage.sort_now(post)
    request = ServiceRequest.objects.get(opening_post=post)
    assert (request.address, request.area) == ("", "las-moreras")


def test_a_post_that_is_erased_takes_its_place_along(alameda: None) -> None:
    request = _sorted("@alameda farola apagada en c/ Larga 22")
    workflow.erase(Post.objects.filter(pk=request.opening_post_id), at=timezone.now())
    request.refresh_from_db()
    assert (request.address, request.latitude, request.longitude, request.area) == ("", None, None, "")
