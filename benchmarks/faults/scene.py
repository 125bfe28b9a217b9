"""The course of one storm: people write while everything breaks, then it is calm, then it is counted."""

import os
import time
from collections.abc import Collection
from typing import Any

from django.contrib.auth.models import User
from django.db import DatabaseError, connection

from benchmarks.faults import count, storm
from benchmarks.faults.people import Residents, Staff
from benchmarks.faults.stage import Stage, wait_until
from benchmarks.report import say, step
from requests_app import linking, workflow
from requests_app.models import Account, Network

POSTS = int(os.environ.get("FAULTS_POSTS", "2000"))
ANSWERS = int(os.environ.get("FAULTS_ANSWERS", "500"))
SECONDS = float(os.environ.get("FAULTS_SECONDS", "60"))
CALM_SECONDS = float(os.environ.get("FAULTS_CALM_SECONDS", "300"))
# Most accounts that are refused find their keys again by themselves: only then does the administrator come.
ADMINISTRATOR_SECONDS = 30


def play(stage: Stage, *, seed: int) -> dict[str, Any]:
    """1. Storm. 2. Calm: nothing dies any more, but the network fails as long as it was told to. 3. Count."""
    residents = Residents(stage, seed=seed, count=POSTS, seconds=SECONDS)
    staff = Staff(seed=seed, count=ANSWERS, seconds=SECONDS)
    raging = storm.draw(seed, seconds=SECONDS, answers=ANSWERS)
    with step(f"Seed {seed}: {POSTS} posts, {ANSWERS} answers, {len(raging.plan)} faults in {SECONDS:.0f} s"):
        residents.start()
        staff.start()
        raging.rage(stage)
        residents.join()
    with step("  Calm: the last answers are written, sent, looked for"):
        asked = _calm(stage, residents=residents, staff=staff)
    raging.forget(stage.order("faults")["faults"])
    standing = stage.order("posts")["posts"]
    verdict = count.count(standing, said=residents.said, written=staff.written)
    facts = {"posts": len(residents.said), "answers": len(staff.written), **asked}
    say(f"  {vars(verdict) | facts}")
    return {"seed": seed, **vars(verdict), **facts, "faults": dict(raging.injected)}


def _calm(stage: Stage, *, residents: Residents, staff: Staff) -> dict[str, int]:
    """Until nothing is due any more. Returns how many messages, and how many accounts, a person had to see to."""
    decided: set[int] = set()
    linked: set[int] = set()
    began = time.monotonic()

    def is_over() -> bool:
        stage.tend()
        try:
            decided.update(_decide(stage))
            if time.monotonic() > began + ADMINISTRATOR_SECONDS:
                linked.update(_link_again(stage))
            return not staff.is_alive() and count.is_settled(residents.said)
        except DatabaseError:
            connection.close()
            return False

    if not wait_until(is_over, seconds=CALM_SECONDS):
        say(f"\n  Not settled after {CALM_SECONDS:.0f} s: {count.unsettled()} things are still to do.")
    staff.over.set()
    staff.join()
    return {"for_people": len(decided), "linked_again": len(linked)}


def _decide(stage: Stage) -> Collection[int]:
    """As the desk asks of people: look at the network, then send again what does not stand there."""
    stuck = count.for_people()
    if not stuck:
        return ()
    dispatcher = User.objects.get(username="dispatcher")
    standing = {count.key_of(post) for post in stage.order("posts")["posts"]}
    for reply in stuck:
        stands = (reply.post.external_id, count.mark_of(reply.text)) in standing
        verb = workflow.give_up if stands else workflow.send_again
        verb(reply, by=dispatcher)
    Account.objects.update(deferred_until=None)
    return [reply.pk for reply in stuck]


def _link_again(stage: Stage) -> Collection[int]:
    """As the settings ask of the administrator. A refresh token of X's serves once: whatever dies between X's answer
    and our commit takes the keys with it."""
    refused = list(Account.objects.filter(network=Network.X, collect_cause="credentials"))
    for account in refused:
        pair = stage.order(f"tokens/{account.handle}", {})
        try:
            linked = linking.by_tokens(
                Network.X, access_token=pair["access_token"], refresh_token=pair["refresh_token"]
            )
        except linking.CannotLink:
            # The network still fails now and then: a moment later.
            continue
        linking.store(linked, network=Network.X, since_now=False)
    return [account.pk for account in refused]
