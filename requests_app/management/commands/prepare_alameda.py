"""The fictional town of Alameda, for the demo: its teams, services, people and accounts. Safe to run again."""

import json
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from requests_app.management.past import write_past
from requests_app.models import Account, Network, OpeningHours, Queue, Service
from requests_app.roles import DISPATCHER, MAYOR
from requests_app.triage.learned.topics import KEYWORDS

TOWN = Path(__file__).parents[1] / "alameda.json"
PASSWORD = "alameda"  # noqa: S105
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

# A role no group stands for: Django's own superuser.
ADMINISTRATOR = "administrator"

# sign-in, first name, role, queues worked
PEOPLE = (
    ("dispatcher", "Inés", DISPATCHER, ("townhall",)),
    ("sweeper", "Carmen", None, ("sweeper",)),
    ("police", "Teo", None, ("police",)),
    ("maintenance", "Antonio", None, ("maintenance",)),
    ("mayor", "Elena", MAYOR, ()),
    ("it", "Hugo", ADMINISTRATOR, ()),
)
# id on the sandbox, handle, name, queue, person
ACCOUNTS = (
    ("101", "alameda", "Ayuntamiento de Alameda", None, None),
    ("102", "alcaldesa_alameda", "Elena, alcaldesa", None, "mayor"),
    ("103", "barrendera_alameda", "Carmen, la barrendera", "sweeper", None),
    ("104", "policia_alameda", "Policía de Alameda", "police", None),
    ("105", "manto_alameda", "Mantenimiento Alameda", "maintenance", None),
)


class Command(BaseCommand):
    help = "Prepares the fictional town of Alameda. It changes nothing that was changed since."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--with-past", action="store_true", help="give an empty town six weeks of past, on the pretend X too"
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if settings.HTTPS:
            raise CommandError("Alameda's passwords are known to everybody: it is not for a site on the open web.")
        town = json.loads(TOWN.read_text(encoding="utf-8"))
        queues = {queue["code"]: _queue(queue, position) for position, queue in enumerate(town["queues"])}
        Service.objects.bulk_create((_service(data, queues) for data in town["services"]), ignore_conflicts=True)
        people = {
            sign_in: _person(sign_in, name, role, [queues[code] for code in codes])
            for sign_in, name, role, codes in PEOPLE
        }
        accounts = [
            _account(external_id, handle, name, queues.get(queue or ""), people.get(person or ""))
            for external_id, handle, name, queue, person in ACCOUNTS
        ]
        site = Account(
            network=Network.PLAZA, external_id="plaza", handle="alameda", display_name="Ayuntamiento de Alameda"
        )
        Account.objects.bulk_create([*accounts, site], ignore_conflicts=True)
        if options["with_past"] and (count := write_past(timezone.now())):
            self.stdout.write(f"{count} requests of the last weeks are told.")
        # By name: the people's screens stand beside this door, not below it.
        call_command("prepare_templates", stdout=self.stdout)
        self.stdout.write("Alameda is ready.")


def _queue(data: dict[str, Any], position: int) -> Queue:
    queue, made = Queue.objects.get_or_create(
        code=data["code"],
        defaults={
            "names": data["names"],
            "descriptions": data["descriptions"],
            "position": position,
            "is_fallback": data["code"] == "townhall",
        },
    )
    if made:
        OpeningHours.objects.bulk_create(
            OpeningHours(
                queue=queue, weekday=weekday, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes)
            )
            for weekday, name in enumerate(WEEKDAYS)
            for opens, closes in data["opening_hours"].get(name, ())
        )
    return queue


def _service(data: dict[str, Any], queues: dict[str, Queue]) -> Service:
    return Service(
        code=data["code"],
        names=data["names"],
        descriptions=data["descriptions"],
        groups=data["groups"],
        keywords=KEYWORDS[data["code"]],
        hashtags=data["hashtags"],
        attributes=data.get("attributes", []),
        queue=queues[data["queue"]],
        answer_target=timedelta(minutes=data["answer_minutes"]),
        resolve_target=timedelta(hours=data["resolve_hours"]),
        is_private=data.get("is_private", False),
    )


def _person(sign_in: str, name: str, role: str | None, queues: list[Queue]) -> User:
    if user := User.objects.filter(username=sign_in).first():
        return user
    is_administrator = role == ADMINISTRATOR
    user = User.objects.create_user(
        sign_in, password=PASSWORD, first_name=name, is_staff=is_administrator, is_superuser=is_administrator
    )
    user.queues.set(queues)
    if role and not is_administrator:
        user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user


def _account(external_id: str, handle: str, name: str, queue: Queue | None, person: User | None) -> Account:
    return Account(
        network=Network.X,
        external_id=external_id,
        handle=handle,
        display_name=name,
        queue=queue,
        person=person,
        # Reading what its people say with the network's own app costs nothing on the pretend X.
        reads_own=True,
        credentials={"access_token": f"sandbox-{handle}", "refresh_token": f"sandbox-refresh-{handle}"},
    )
