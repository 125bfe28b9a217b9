"""Thinking: how many posts a second one core reads, decides and explains, as triage does before it writes anything."""

import time

from benchmarks.report import Figure, step
from requests_app.management.measuring import alameda_desk
from requests_app.models import Network, Post
from requests_app.triage.deciding import read
from requests_app.triage.learned import corpus

POSTS, FEWEST = 20_000, 500
WANTED = 2_000


def measure(*, scale: float) -> list[Figure]:
    """1. Read every text once, so that words are known as a worker knows them. 2. Time the posts of a busy year."""
    desk = alameda_desk()
    posts = [Post(network=Network.X, text=one.text) for one in corpus.texts()]
    with step(f"Reading {len(posts)} texts"):
        for post in posts:
            read(post, desk=desk)
    wanted = max(round(POSTS * scale), FEWEST)
    begun = time.process_time()
    for number in range(wanted):
        read(posts[number % len(posts)], desk=desk)
    rate = wanted / (time.process_time() - begun)
    return [
        Figure("thinking.posts_per_second", round(rate), "posts/s", f"{WANTED} on one core", met=rate >= WANTED),
    ]
