"""The residents' day, played quickly."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from requests_app.sandbox import pace
from requests_app.sandbox.drafts import Draft
from requests_app.sandbox.residents import DAY, Residents
from requests_app.sandbox.store import Store

CARMEN, ANTONIO = 103, 105


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path)
    yield store
    store.close()


@pytest.fixture
def stopping(store: Store) -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()
    with store.changed:
        store.changed.notify_all()


def until(condition: Callable[[], bool], *, seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def test_day_is_eighty_posts_of_every_kind_in_three_languages() -> None:
    lines = json.loads(DAY.read_text(encoding="utf-8"))["posts"]

    assert len(lines) == 80
    assert set(Counter(line["kind"] for line in lines)) == {
        "problem",
        "question",
        "proposal",
        "complaint",
        "thanks",
        "other",
    }
    assert set(Counter(line.get("lang", "es") for line in lines)) == {"es", "en", "fr"}
    assert [line["key"] for line in lines if "photo" in line] == ["lamp", "bins"]


def test_day_is_lived_in_order_once_and_goes_on_after_a_restart(tmp_path: Path) -> None:
    first, stop_first = Store(tmp_path), threading.Event()
    Residents(first, pace=pace.read("0.001s"), stopping=stop_first).start()
    until(lambda: len(first.memory.timeline) >= 5)
    stop_first.set()
    with first.changed:
        first.changed.notify_all()
    first.close()

    again, stop_again = Store(tmp_path), threading.Event()
    assert len(again.memory.timeline) >= 5
    Residents(again, pace=pace.read("0.001s"), stopping=stop_again).start()
    until(lambda: len(again.memory.timeline) == 80)
    stop_again.set()

    origins = [again.memory.posts[post_id].origin for post_id in again.memory.timeline]
    assert origins == [f"day:{line['key']}" for line in json.loads(DAY.read_text(encoding="utf-8"))["posts"]]
    lamp = again.memory.posts[again.memory.origins["day:lamp"]]
    neighbour = again.memory.posts[again.memory.origins["day:lamp2"]]
    assert (neighbour.conversation, neighbour.reply_to_user) == (lamp.id, lamp.author)
    assert (len(lamp.photos), again.memory.photos[lamp.photos[0]].alt[:5]) == (1, "Calle")
    again.close()


def test_resident_says_thanks_once_the_work_is_done(
    store: Store, stopping: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("requests_app.sandbox.residents.THANKS_AFTER_S", 0.05)
    Residents(store, pace=pace.read("0.001s"), stopping=stopping).start()
    until(lambda: "day:bins" in store.memory.origins)
    bins = store.memory.origins["day:bins"]

    store.add(Draft(author=CARMEN, words="Mañana estará limpio. N.º 4", reply_to=bins))
    time.sleep(0.2)
    assert "day:bins:thanks" not in store.memory.origins
    answer = store.add(Draft(author=CARMEN, words="Recogido todo. N.º 4 #hecho", reply_to=bins))
    until(lambda: "day:bins:thanks" in store.memory.origins)

    thanks = store.memory.posts[store.memory.origins["day:bins:thanks"]]
    assert (thanks.reply_to, thanks.text.split()[0]) == (answer.id, "@barrendera_alameda")
    store.add(Draft(author=CARMEN, words="A mandar #hecho", reply_to=thanks.id))
    time.sleep(0.2)
    assert sum(post.labels == {"kind": "thanks"} for post in store.memory.posts.values()) == 1


@pytest.mark.parametrize(
    ("written", "gaps"),
    [("5s", [5, 5]), ("60", [7.0, 7.0]), ("demo", [5.0, 45.0])],
)
def test_pace_is_read(written: str, gaps: list[float]) -> None:
    read = pace.read(written)

    assert [read(0, "08:00", "08:07"), read(70, "08:00", "08:07")] == gaps


@pytest.mark.parametrize("written", ["", "fast", "0", "-1s", "nan"])
def test_pace_without_sense_is_refused(written: str) -> None:
    with pytest.raises(pace.BadPace):
        pace.read(written)


def test_journal_damaged_in_the_middle_loses_that_line_only(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for words in ("uno", "dos", "tres"):
        store.add(Draft(author=CARMEN, words=words))
    store.close()
    lines = (tmp_path / "journal.jsonl").read_bytes().split(b"\n")
    (tmp_path / "journal.jsonl").write_bytes(b"\n".join([lines[0], lines[1][:20], b'{"t":"post"}', *lines[2:]]))

    again = Store(tmp_path)

    assert [again.memory.posts[post_id].words for post_id in again.memory.timeline] == ["uno", "tres"]
    again.close()


def test_journal_of_one_torn_line_is_empty(tmp_path: Path) -> None:
    (tmp_path / "journal.jsonl").write_text("x" * 70_000)

    store = Store(tmp_path)
    store.add(Draft(author=ANTONIO, words="uno"))
    store.close()

    assert (tmp_path / "journal.jsonl").read_bytes().count(b"\n") == 1
