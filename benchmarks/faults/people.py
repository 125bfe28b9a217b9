"""Residents and staff in the storm: they go on writing, and try again when the page failed, as people do."""

import io
import random
import threading
import time

from django.contrib.auth.models import User
from django.db import DatabaseError, connection
from PIL import Image

from benchmarks.faults.stage import Stage
from benchmarks.residents import ACCOUNTS, STREETS, TROUBLES
from requests_app import workflow
from requests_app.models import Reply, ServiceRequest

MORE = ("Sigue igual", "A mí también me pasa, en el portal de al lado", "Yo también lo he visto")
# Of all posts, so many answer somebody else's; of all answers, so many carry a photo.
FOLLOWING, WITH_PHOTO = 0.05, 0.05


class Residents(threading.Thread):
    """`count` posts in `seconds`, each with a mark of its own: "aviso-17"."""

    def __init__(self, stage: Stage, *, seed: int, count: int, seconds: float) -> None:
        super().__init__(name="residents")
        self.stage, self.count, self.seconds = stage, count, seconds
        self.chance = random.Random(seed)  # noqa: S311 (the same storm for the same seed, no secret)
        self.said: dict[str, str] = {}

    def run(self) -> None:
        began, step = time.monotonic(), 0.5
        for number in range(self.count):
            time.sleep(
                max(began + number // max(int(self.count / self.seconds * step), 1) * step - time.monotonic(), 0)
            )
            mark = f"aviso-{number}."
            self.said[self.stage.order("posts", self._post(number, mark=mark))["id"]] = mark

    def _post(self, number: int, *, mark: str) -> dict[str, str]:
        account = self.chance.choice(ACCOUNTS)
        if number > 20 and self.chance.random() < FOLLOWING:
            earlier = self.chance.choice(list(self.said))
            words = f"@{account} {self.chance.choice(MORE)}, {mark}"
            return {"author": f"vecina_{number}", "text": words, "in_reply_to": earlier}
        trouble = self.chance.choice(TROUBLES["es"].split(","))
        street = self.chance.choice(STREETS)
        return {"author": f"vecino_{number}", "text": f"@{account} {trouble} en la calle {street}, {mark}"}


class Staff(threading.Thread):
    """Answers open requests until `count` answers are written down, each with a mark of its own: "respuesta-17."."""

    def __init__(self, *, seed: int, count: int, seconds: float) -> None:
        super().__init__(name="staff")
        self.count, self.pause = count, seconds / count
        self.chance = random.Random(seed + 1)  # noqa: S311 (as above)
        self.over = threading.Event()
        self.written: list[str] = []
        self.troubles = 0

    def run(self) -> None:
        while len(self.written) < self.count and not self.over.is_set():
            began = time.monotonic()
            try:
                self._answer(f"respuesta-{len(self.written)}.")
            except (DatabaseError, IndexError, workflow.Refusal):
                # The database is away, nothing is open yet, or the post cannot be answered: another page, a moment later.
                self.troubles += 1
                connection.close()
                time.sleep(0.2)
            time.sleep(max(self.pause - (time.monotonic() - began), 0))
        connection.close()

    def _answer(self, mark: str) -> None:
        # A page that failed may have worked all the same.
        if not Reply.objects.filter(text__endswith=mark).exists():
            number = self.chance.choice(
                list(ServiceRequest.objects.open().filter(answered_at=None, replies=None)[:200])
            )
            photo = _photo(self.chance) if self.chance.random() < WITH_PHOTO else None
            message = workflow.Message(
                f"Lo miramos hoy mismo, {mark}", photo=photo, photo_alt="La calle" if photo else ""
            )
            workflow.answer(number, by=User.objects.get(username="dispatcher"), message=message)
        self.written.append(mark)


def _photo(chance: random.Random) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (48, 36), tuple(chance.randrange(256) for _channel in range(3))).save(out, "JPEG")
    return out.getvalue()
