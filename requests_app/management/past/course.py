"""The course of one matter: what the verbs would have written about it, on rows that are not saved yet."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User

from requests_app.models import Account, Event, Kind, Post, Queue, Reply, ReplyStatus, ServiceRequest, Status, Verb
from requests_app.workflow.moves import due, stop_the_clock, touch
from requests_app.workflow.verbs import UNDOABLE, put_back_to_work

# From the click to the network: the undo window, and a call.
LEAVES_AFTER = timedelta(seconds=11)


class Course:
    """`queue` comes with its hours; the request is new."""

    def __init__(self, request: ServiceRequest, *, by: User, account: Account) -> None:
        self.request, self.by, self.account = request, by, account
        post = request.opening_post
        self.posts: list[Post] = [post]
        self.replies: list[Reply] = []
        self.events = [
            Event(
                service_request=request,
                verb=Verb.RECEIVED,
                at=post.received_at,
                post=post,
                queue=request.queue,
            )
        ]
        self.twin: Course | None = None

    @property
    def ended_at(self) -> datetime:
        return self.request.changed_at

    def accept(self, at: datetime, words: str, *, promised_for: datetime | None = None) -> None:
        changes = {"status": Status.ACCEPTED, "assignee": self.by, "promised_for": promised_for}
        changes["accepted_at"] = self.request.accepted_at or at
        self._act(Verb.ACCEPTED, at, words, changes=changes, promised_for=promised_for)

    def resolve(self, at: datetime, words: str) -> None:
        queue: Queue = self.request.queue
        changes = {"status": Status.RESOLVED, "resolved_at": at, "assignee": self.request.assignee or self.by}
        changes["accepted_at"] = self.request.accepted_at or at
        changes["resolved_in_hours"] = queue.week().open_between(self.request.posted_at, at)
        self._act(Verb.RESOLVED, at, words, changes=changes)

    def decline(self, at: datetime, words: str, *, reason: str) -> None:
        changes = {"status": Status.DECLINED, "decline_reason": reason, "assignee": self.by, "promised_for": None}
        self._act(Verb.DECLINED, at, words, changes=changes, reason=reason)

    def wait(self, at: datetime, words: str, *, text: str) -> None:
        self._act(Verb.WAITING, at, words, changes={"status": Status.WAITING}, text=text)

    def thanks(self, post: Post) -> None:
        self._hear(post, Verb.THANKED)

    def come_back(self, post: Post) -> None:
        """Its author says that it is not done."""
        self._hear(post, Verb.FOLLOWED_UP)
        put_back_to_work(self.request, at=post.received_at)
        self.events.append(Event(service_request=self.request, verb=Verb.REOPENED, at=post.received_at, post=post))

    def merge(self, twin: "Course", at: datetime, *, by: User) -> None:
        """`twin` is the same matter."""
        self.twin = twin
        for one in (twin, self):
            touch(one.request, at=at, told=False)
            # Its numbers are known once both are saved.
            one.events.append(Event(service_request=one.request, verb=Verb.MERGED, at=at, by=by, data={"brought": []}))

    def number_merge(self) -> None:
        if self.twin is None:
            return
        self.twin.request.merged_into = self.request
        for one in (self.twin, self):
            for event in one.events:
                if event.verb == Verb.MERGED:
                    event.data |= {"merged": self.twin.request.pk, "into": self.request.pk}

    def _hear(self, post: Post, verb: Verb) -> None:
        self.posts.append(post)
        self.events.append(Event(service_request=self.request, verb=verb, at=post.received_at, post=post))
        touch(self.request, at=post.received_at, told=True)

    def _act(
        self, verb: Verb, at: datetime, words: str, *, changes: dict[str, Any], text: str = "", **details: Any
    ) -> None:
        request = self.request
        before = {name: _plain(getattr(request, name)) for name in UNDOABLE}
        for name, value in changes.items():
            setattr(request, name, value)
        request.due_at = due(request)
        reply = self._say(words, request.opening_post, at + LEAVES_AFTER) if words else None
        touch(request, at=at, told=True)
        data = {"before": before, "version": request.version, **{name: one for name, one in details.items() if one}}
        self.events.append(
            Event(service_request=request, verb=verb, at=at, by=self.by, reply=reply, text=text, data=data)
        )
        if reply:
            self._published(reply)
            if self.twin:
                copy = self._say(words, self.twin.request.opening_post, at + LEAVES_AFTER + timedelta(seconds=2))
                copy.copy_of = reply
                self._published(copy)

    def _say(self, words: str, post: Post, at: datetime) -> Reply:
        reply = Reply(
            service_request=self.request, post=post, account=self._voice(post), by=self.by, text=words,
            language=self.request.language, status=ReplyStatus.PUBLISHED, published_at=at, first_claimed_at=at,
            claimed_at=at, attempts=1,
        )  # fmt: skip
        self.replies.append(reply)
        return reply

    def _voice(self, post: Post) -> Account:
        """The account that its author named."""
        return post.account

    def _published(self, reply: Reply) -> None:
        at: datetime = reply.published_at  # type: ignore[assignment]
        stop_the_clock(self.request, at=at)
        touch(self.request, at=at, told=True)
        self.events.append(Event(service_request=self.request, verb=Verb.PUBLISHED, at=at, reply=reply))


def post_of(matter_author: Any, *, like: Post, text: str, at: datetime, kind: str = Kind.THANKS) -> Post:
    """Something more that a resident says in the same thread."""
    return Post(
        network=like.network, account=like.account, author=matter_author, text=text, language=like.language,
        mentions=like.mentions, conversation_id=like.external_id, in_reply_to=like.external_id, posted_at=at,
        received_at=at + timedelta(seconds=3), triaged_at=at + timedelta(seconds=4), kind=kind,
    )  # fmt: skip


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
