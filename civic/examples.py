"""What the styleguide shows: requests, posts and drawings that stand in no database."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django import forms
from django.contrib.auth.models import User

from requests_app.models import Account, Author, Post, Queue, Reply, ServiceRequest
from requests_app.photos import Address, ShownPhoto
from staff.desk.rows import Row
from staff.models import Presence

PICTURE = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 320 240'%3E%3Cpath fill='%23{}' "
    "d='M0 0h320v240H0z'/%3E%3Ccircle cx='160' cy='90' r='60' fill='%23{}'/%3E%3Cpath stroke='%23555' "
    "stroke-width='10' d='M160 240V80'/%3E%3C/svg%3E"
)
DARK = PICTURE.format("10141F", "2A2F44")
LONG_NAME = "María de los Ángeles Fernández-Villaverde y Rodríguez de la Cuesta"
LONG_TEXT = (
    "Contenedores otra vez desbordados detrás del mercado, huele fatal y es sábado. "
    "Ya lo dijimos la semana pasada y la anterior, y nadie vino a mirar. " * 2 + "x" * 90
)
SERVICE = {"es": "Mantenimiento", "en": "Maintenance", "fr": "Entretien"}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A column, a level of the scale, a word or a share, wherever a chart asks for one."""

    x: str = "0%"
    y: str = "0%"
    width: str = "0%"
    height: str = "0%"
    value: int = 0
    text: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    whole: tuple[Drawn, ...]
    part: tuple[Drawn, ...]
    ticks: tuple[Drawn, ...]
    labels: tuple[Drawn, ...]


@dataclass(frozen=True, slots=True)
class Line:
    now: str
    usual: str
    last: str
    ticks: tuple[Drawn, ...]
    labels: tuple[Drawn, ...]


@dataclass(frozen=True, slots=True)
class Image:
    url: str


@dataclass(frozen=True, slots=True)
class Picture:
    image: Image
    alt: str
    taken_at: datetime
    width: int = 320
    height: int = 240


class ExampleForm(forms.Form):
    text = forms.CharField(label="What is wrong?", help_text="In your own words.", widget=forms.Textarea)
    place = forms.CharField(label="Where?", required=False)
    team = forms.ChoiceField(label="Team", choices=[("1", "Street cleaning"), ("2", "Local police")])
    side = forms.ChoiceField(label="Which side?", choices=[("l", "Left"), ("r", "Right")], widget=forms.RadioSelect)
    photo = forms.FileField(label="Photo", required=False)
    again = forms.BooleanField(label="Write to me when it is done", required=False)


def requests(now: datetime) -> Iterator[ServiceRequest]:
    """One in each state, and the hard ones: long names, long words, right to left, deleted."""
    olmo = "La farola de la calle del Olmo lleva dos noches apagada, a la altura del 14. No se ve nada"
    yield _request(1042, olmo, at=now - timedelta(minutes=6), status="resolved", answered=72, resolved=238)
    glass = "Broken glass all over the playground behind the market, please send someone before the kids arrive."
    yield _request(1047, glass, at=now - timedelta(minutes=31), status="accepted", answered=240, language="en",
                   name="Piet K.", network="mastodon", promised_for=now + timedelta(hours=1))  # fmt: skip
    yield _request(1048, LONG_TEXT, at=now - timedelta(hours=3), name=LONG_NAME, is_urgent=True)
    yield _request(1049, "يوجد زجاج مكسور في ساحة الألعاب", at=now - timedelta(minutes=40), language="ar",
                   name="سلمى", network="bluesky", status="waiting", answered=300)  # fmt: skip
    yield _request(1050, "Esto no es del ayuntamiento", at=now - timedelta(hours=5), name="Teo", network="plaza",
                   status="declined", answered=900, resolved=900, is_private=True)  # fmt: skip
    gone = _request(1051, "", at=now - timedelta(minutes=12))
    gone.opening_post.deleted_at = now
    yield gone


def rows(now: datetime) -> Iterator[Row]:
    """The same requests as lines of the desk: one open, one that a colleague writes at, one with a draft and a photo."""
    antonio = Presence(user=User(username="antonio", first_name="Antonio"), has_unsent_text=True)
    for at, request in enumerate(requests(now)):
        request.nudged_at = now if at == 2 else None
        photo = ShownPhoto(Address(DARK), "Dark street", 320, 240, small=DARK) if at == 1 else None
        yield Row(request, "#g-rows", is_current=at == 0, is_picked=False, has_draft=at == 1, here=[antonio] if at == 1 else [],
                  thumbnail=photo)  # fmt: skip


def reply(now: datetime, *, status: str = "published") -> Reply:
    account = Account(network="x", handle="manto_alameda", display_name="Mantenimiento Alameda")
    words = "Cambiada la bombilla, Lucía. Gracias por avisar. N.º 1042"
    return Reply(account=account, by=User(username="antonio", first_name="Antonio"), text=words, language="es",
                 status=status, published_at=now - timedelta(minutes=2), created_at=now,
                 next_attempt_at=now + timedelta(seconds=8), error="The text is too long.")  # fmt: skip


def pictures(now: datetime) -> tuple[Picture, Picture]:
    before = Image(DARK), "Dark street", now - timedelta(minutes=3)
    after = Image(PICTURE.format("2A2F44", "FFE9A8")), "The lamp is lit", now
    return Picture(*before), Picture(*after)


def columns() -> Columns:
    heights = (20, 45, 80, 60, 95, 30)
    whole = tuple(Drawn(f"{at * 16 + 4}%", f"{100 - high}%", "8%", f"{high}%") for at, high in enumerate(heights))
    part = tuple(Drawn(f"{at * 16 + 4}%", f"{115 - high}%", "8%", f"{high - 15}%") for at, high in enumerate(heights))
    return Columns(whole, part, _ticks(), _hours())


def line() -> Line:
    usual = "0,90 20,55 40,40 60,62 80,35 100,60"
    return Line("0,95 20,45 40,30 55,42", usual, "55,42", _ticks(), _hours())


def shares() -> list[Drawn]:
    parts = (("f-olive", "0%", "62%"), ("f-ochre", "62%", "27%"), ("f-wine", "89%", "11%"))
    return [Drawn(name=name, x=x, width=width) for name, x, width in parts]


def _request(
    number: int, text: str, *, at: datetime, name: str = "Lucía M.", network: str = "x", language: str = "es",
    answered: int | None = None, resolved: int | None = None, **more: object,
) -> ServiceRequest:  # fmt: skip
    author = Author(network=network, handle="lucia_m", display_name=name, verified_at=at)
    post = Post(author=author, network=network, text=text, language=language, posted_at=at, received_at=at)
    return ServiceRequest(
        pk=number, opening_post=post, queue=Queue(code="maintenance", names=SERVICE), language=language, posted_at=at,
        address="calle del Olmo 14", due_at=at + timedelta(minutes=45),
        answered_at=at + timedelta(seconds=answered) if answered else None,
        resolved_at=at + timedelta(seconds=resolved) if resolved else None, **more,
    )  # fmt: skip


def _ticks() -> tuple[Drawn, ...]:
    return tuple(Drawn(y=y, value=value) for y, value in (("0%", 40), ("50%", 20), ("100%", 0)))


def _hours() -> tuple[Drawn, ...]:
    return tuple(Drawn(x=f"{at}%", text=text) for at, text in ((8, "08:00"), (40, "12:00"), (72, "16:00")))
