"""Beat's own small Celery app: it only sends ticks, so it loads neither Django's apps nor the tasks."""

from celery import Celery

app = Celery("plaza-clock", fixups=[])
app.config_from_object("django.conf:settings", namespace="CELERY")


def _every(seconds: float, task: str) -> dict[str, object]:
    # A tick that comes late is dropped: the next one asks the same question again.
    return {"task": f"requests_app.tasks.{task}", "schedule": seconds, "options": {"expires": max(seconds, 2)}}


app.conf.beat_schedule = {
    "collect what is due": _every(1, "collect"),
    "sort what came in": _every(1, "triage"),
    "publish what is due": _every(1, "publish"),
    "settle what is in doubt": _every(1, "settle"),
    "fetch photos": _every(5, "fetch_photos"),
    "look at posts again": _every(60, "recheck"),
    "write to followers": _every(10, "send_letters"),
    "learn from the town": _every(60, "learn"),
}
