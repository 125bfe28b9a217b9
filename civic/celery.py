"""The Celery app and its clock: ticks that ask "what is due?". A tick that comes late is dropped, the next one asks again."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civic.settings")

app = Celery("plaza")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["requests_app"])


def _every(seconds: float, task: str) -> dict[str, object]:
    return {"task": f"requests_app.tasks.{task}", "schedule": seconds, "options": {"expires": max(seconds, 2)}}


app.conf.beat_schedule = {
    "collect what is due": _every(1, "collect"),
    "sort what came in": _every(1, "triage"),
    "publish what is due": _every(1, "publish"),
    "settle what is in doubt": _every(5, "settle"),
    "fetch photos": _every(5, "fetch_photos"),
}
