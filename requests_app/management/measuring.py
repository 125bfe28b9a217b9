"""Alameda as it ships, without a database: the town on which triage is measured, wherever it runs."""

import json
from pathlib import Path

from requests_app.models import Queue, Service
from requests_app.triage.deciding import Desk
from requests_app.triage.learned.model import Model
from requests_app.triage.learned.topics import KEYWORDS
from requests_app.triage.learned.using import starter
from requests_app.triage.seen import ServiceWords, compile_snapshot

CATALOGUE = Path(__file__).with_name("alameda.json")


def alameda_desk(model: Model | None = None) -> Desk:
    """Its teams and services, with the shipped model or another one."""
    town = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    queues = {
        one["code"]: Queue(pk=number, code=one["code"], names=one["names"])
        for number, one in enumerate(town["queues"], start=1)
    }
    services = {
        one["code"]: Service(pk=number, code=one["code"], names=one["names"], queue=queues[one["queue"]])
        for number, one in enumerate(town["services"], start=1)
    }
    words = [
        ServiceWords.of(one["code"], queue=one["queue"], keywords=KEYWORDS[one["code"]], hashtags=one["hashtags"])
        for one in town["services"]
    ]
    fallback = next(one["code"] for one in town["queues"] if one.get("is_fallback"))
    return Desk(
        snapshot=compile_snapshot(words, {}, fallback=fallback, model=model or starter()),
        queues=queues,
        services=services,
        weeks={},
        fallback=queues[fallback],
        messages={},
    )
