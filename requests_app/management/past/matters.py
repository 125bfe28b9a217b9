"""What the people of Alameda told in the last weeks: drawn from `scripts.json`, the same at every run but for the date."""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from requests_app.plan import Spot, plan

SCRIPTS = json.loads(Path(__file__).with_name("scripts.json").read_text(encoding="utf-8"))
# Those who go on writing today have been here before.
CAST = json.loads((Path(__file__).parents[2] / "sandbox" / "day.json").read_text(encoding="utf-8"))["cast"]
SEED = "Alameda"
WEEKS = 6
# By weekday, Monday first; and by hour.
A_DAY = (8, 7, 7, 7, 7, 4, 3)
HOURS = (1, 0, 0, 0, 0, 0, 2, 6, 9, 9, 9, 8, 7, 6, 4, 4, 5, 7, 8, 8, 7, 6, 4, 2)
# The past ends so long before now: what is said from here on is read as everywhere.
ENDS_BEFORE = timedelta(minutes=25)
LANGUAGE_SHARES = {"es": 74, "en": 15, "fr": 11}
ABROAD = {"piet_k": "en", "emma_lives_here": "en", "grumpy_george": "en", "claire_bdx": "fr", "luc_garnier": "fr"}
MASCULINE = (
    "camino",
    "callejón",
    "parque",
    "colegio",
    "puente",
    "mercado",
    "consultorio",
    "polideportivo",
    "cementerio",
)


@dataclass(frozen=True, slots=True)
class Resident:
    handle: str
    name: str


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that somebody told, and what became of it."""

    script: Mapping[str, Any]
    language: str
    by: Resident
    text: str
    spot: Spot | None
    posted_at: datetime
    on_site: bool
    # done, declined, fresh, missed, tomorrow, utility, taken, again: see `course.py`.
    fate: str
    # Somebody else says the same a little later.
    twin: Resident | None = None


def matters(now: datetime, *, rng: random.Random) -> list[Matter]:
    """Oldest first: six weeks of them, and those that are open today."""
    cast = _people()
    scripts = SCRIPTS["scripts"]
    told = [
        _matter(rng.choices(scripts, [script["weight"] for script in scripts])[0], moment, cast=cast, rng=rng)
        for moment in _moments(now, rng=rng)
    ]
    open_now = [_open(service, fate, now - age, cast=cast, rng=rng) for service, fate, age in _open_today()]
    return sorted([*told, *open_now], key=lambda one: one.posted_at)


def _open_today() -> Sequence[tuple[str, str, timedelta]]:
    hour, day = timedelta(hours=1), timedelta(days=1)
    return (
        ("graffiti", "missed", 6 * day), ("playgrounds", "missed", 9 * day), ("parking", "unseen", 26 * hour),
        ("road", "tomorrow", 30 * hour), ("bulky-waste", "tomorrow", 8 * hour), ("street-light", "utility", 3 * day),
        ("pavement", "taken", 4 * day), ("trees", "taken", 2 * day), ("playgrounds", "again", 5 * day),
        ("paperwork", "fresh", 0.6 * hour), ("culture-sport", "fresh", 0.9 * hour), ("weeds", "fresh", 0.8 * hour),
    )  # fmt: skip


def _moments(now: datetime, *, rng: random.Random) -> Iterator[datetime]:
    today = timezone.localdate(now)
    for back in range(WEEKS * 7, -1, -1):
        day: date = today - timedelta(days=back)
        for _one in range(A_DAY[day.weekday()] + rng.randint(-2, 2)):
            at = time(rng.choices(range(24), HOURS)[0], rng.randrange(60), rng.randrange(60))
            moment = timezone.make_aware(datetime.combine(day, at))
            if moment < now - ENDS_BEFORE:
                yield moment


def _matter(
    script: Mapping[str, Any], at: datetime, *, cast: Mapping[str, list[Resident]], rng: random.Random
) -> Matter:
    language = rng.choices(list(LANGUAGE_SHARES), list(LANGUAGE_SHARES.values()))[0]
    if language not in script or language not in script["done"]:
        language = "es"
    spot = None if script.get("anywhere") else rng.choice(_spots())
    number = str(rng.randint(1, 44)) if spot and spot.name.startswith(("Calle", "Avenida", "Cuesta")) else ""
    place = _said(spot, number, language=language) if spot else ""
    by, other = rng.sample(cast[language], 2)
    is_twin = bool(spot) and rng.random() < 0.03
    return Matter(
        script=script,
        language=language,
        by=by,
        text=rng.choice(script[language]).format(place=place),
        spot=spot,
        posted_at=at,
        on_site=rng.random() < 0.24,
        fate="declined" if spot and rng.random() < 0.06 else "done",
        twin=other if is_twin else None,
    )


def _open(service: str, fate: str, at: datetime, *, cast: Mapping[str, list[Resident]], rng: random.Random) -> Matter:
    script = next(script for script in SCRIPTS["scripts"] if script["service"] == service)
    drawn = _matter(script, at, cast=cast, rng=rng)
    return Matter(
        script,
        drawn.language,
        drawn.by,
        drawn.text,
        drawn.spot,
        at,
        on_site=fate == "fresh" and service == "weeds",
        fate=fate,
    )


def _people() -> dict[str, list[Resident]]:
    named: dict[str, dict[str, str]] = {language: dict(people) for language, people in SCRIPTS["people"].items()}
    for handle, name in CAST.items():
        named[ABROAD.get(handle, "es")][handle] = name
    return {language: [Resident(*one) for one in people.items()] for language, people in named.items()}


def _spots() -> Sequence[Spot]:
    """Streets, squares and parks; a town without a plan tells its past without places."""
    town = plan()
    return [spot for spot in town.spots if spot.name.split()[0] in _GROUND] if town else []


_GROUND = (
    "Calle",
    "Avenida",
    "Plaza",
    "Parque",
    "Cuesta",
    "Camino",
    "Travesía",
    "Callejón",
    "Ronda",
    "Jardines",
    "Placeta",
)


def _said(spot: Spot, number: str, *, language: str) -> str:
    """ "La calle Larga 22", "el parque de las Moreras"; in other languages by its name."""
    name = f"{spot.name} {number}".strip()
    if language != "es":
        return name
    first = name.split()[0].lower()
    article = "los" if first == "jardines" else "el" if first in MASCULINE else "la"
    return f"{article} {name[0].lower()}{name[1:]}"
