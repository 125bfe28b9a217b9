"""Ticks: they find their own work, they may overlap, and a missing broker stops nothing."""

import json
import os
import re
import subprocess
import sys
import threading

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from civic import clock
from civic.celery import app
from requests_app import tasks, workflow
from requests_app.models import Account, Post, Reply, ReplyStatus, ServiceRequest
from requests_app.workflow import Message
from tests.requests_app.sandbox.driver import Sandbox

pytestmark = pytest.mark.django_db


def test_every_beat_entry_is_a_task_and_expires() -> None:
    app.loader.import_default_modules()
    for entry in clock.app.conf.beat_schedule.values():
        assert entry["task"] in app.tasks
        assert entry["options"]["expires"] >= entry["schedule"]


def test_the_ticks_carry_a_post_to_the_desk_and_an_answer_back(
    sandbox: Sandbox, carmen: User, settings: Settings
) -> None:
    settings.UNDO_SECONDS = 0
    sandbox.post("@barrendera_alameda cristales rotos en la plaza")

    tasks.collect()
    tasks.triage()
    request = ServiceRequest.objects.get()
    workflow.resolve(request, by=carmen, message=Message("Barrido."))
    tasks.publish()
    tasks.settle()
    tasks.fetch_photos()
    tasks.recheck()

    assert Reply.objects.get().status == ReplyStatus.PUBLISHED


def test_one_sick_account_does_not_stop_the_others(sandbox: Sandbox, alameda: None) -> None:
    sandbox.post("@barrendera_alameda cristales rotos en la plaza")
    Account.objects.filter(handle="alameda").update(credentials={"access_token": "nonsense"})

    tasks.collect()

    assert Post.objects.count() == 1
    assert Account.objects.get(network="x", handle="alameda").collect_error != ""


def test_networks_that_hang_leave_a_thread_for_the_rest() -> None:
    """However many accounts there are: each tick would give one more thread to the next one that hangs."""
    inside, done, turns = threading.Semaphore(0), threading.Event(), []

    def publish() -> None:
        turns.append("taken")
        inside.release()
        done.wait(10)

    tick = tasks.seated(publish)
    workers = [threading.Thread(target=tick) for _ in range(tasks.SEATS["publish"])]
    for worker in workers:
        worker.start()
    for _ in workers:
        assert inside.acquire(timeout=10)
    tick()
    assert len(turns) == len(workers)
    done.set()
    for worker in workers:
        worker.join()

    tick()
    assert len(turns) == len(workers) + 1


@pytest.mark.parametrize("started", ["docker-compose.yml", "civic/launcher/town.py"])
def test_a_worker_has_a_thread_more_than_there_are_seats(started: str, settings: Settings) -> None:
    (threads,) = re.findall(r'--concurrency(?:=|", ")(\d+)', (settings.BASE_DIR / started).read_text())

    assert int(threads) == tasks.THREADS


def test_a_nudge_without_a_broker_is_no_error() -> None:
    """In a process of its own, since Celery keeps its connections."""
    code = "import django; django.setup(); from requests_app import tasks; tasks.nudge(tasks.triage)"
    env = os.environ | {"REDIS_URL": "redis://127.0.0.1:9/0", "DJANGO_SETTINGS_MODULE": "civic.settings"}

    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=30, check=False
    )

    messages = [json.loads(line)["message"] for line in done.stderr.splitlines()]
    assert (done.returncode, messages) == (0, ["no broker to nudge"])
