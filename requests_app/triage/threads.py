"""Threads: which request a post belongs to, by what it answers, who wrote it, and where the thread began."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import cast

from django.db.models import Q
from django.utils import timezone

from requests_app.models import CLOSED, Kind, Post, Reply, ServiceRequest
from requests_app.triage.deciding import Reading
from requests_app.workflow import Sorted

# Thanks outside any thread are for the newest thing that person asked, if it was lately.
THANKS_WITHIN = timedelta(days=14)
# A resident's words wait for those of the town that they answer, but not for long.
PATIENCE = timedelta(minutes=10)

Target = ServiceRequest | Post


class Threads:
    """What is known of the threads around one batch: five queries, whatever its size."""

    def __init__(self) -> None:
        self._by_post: dict[tuple[str, str], Target] = {}
        self._by_author: dict[tuple[str, str, int], Target] = {}
        self._newest_of_author: dict[int, ServiceRequest] = {}
        self._pending: set[tuple[str, str]] = set()
        self._finished: dict[tuple[str, str], ServiceRequest] = {}
        # Posts (ids) of the batch that open something private.
        self._private: set[int] = set()
        # Answers of the town's people (ids) that were read before what they answer, and led nowhere.
        self.too_early: list[int] = []

    @classmethod
    def around(cls, posts: Sequence[Post], *, thankers: Iterable[int]) -> "Threads":
        """Reads what the batch's replies may belong to."""
        threads = cls()
        threads._read_early(posts)
        replies = [post for post in posts if _is_reply(post)]
        if replies:
            threads._read_conversations(replies)
            threads._read_answers(replies)
            threads._read_pending(replies, batch={post.pk for post in posts})
        if authors := set(thankers):
            threads._read_newest(authors)
        return threads

    def must_wait(self, post: Post) -> bool:
        """What it answers is being sorted by another worker: its turn comes with the next batch."""
        return (post.network, post.in_reply_to) in self._pending

    def place(self, reading: Reading) -> Sorted:
        """The decision, with the request it joins; remembered, so that later posts of the batch can join it too."""
        post = reading.post
        joins = self._target(reading)
        if joins is not None and (post.is_confidential or reading.is_private) and not self._is_private(joins):
            own = self._by_author.get((post.network, post.conversation_id, post.author_id), joins)
            reading, joins = (reading, own) if self._is_private(own) else (reading.apart(joins), None)
        placed = reading.decided(joins=joins)
        if placed.opens and joins is None and placed.is_private:
            self._private.add(post.pk)
        if joins is not None or placed.opens:
            self._remember(post, joins if joins is not None else post)
        return placed

    def _is_private(self, target: Target) -> bool:
        return target.is_private if isinstance(target, ServiceRequest) else target.pk in self._private

    def _target(self, reading: Reading) -> Target | None:
        post = reading.post
        if finished := self._finished.get((post.network, post.external_id)):
            return finished
        target = self._in_thread(post) if _is_reply(post) else None
        if target is None and reading.kind == Kind.THANKS:
            newest = self._newest_of_author.get(post.author_id)
            # Thanks to the police are not for the street that Carmen swept.
            elsewhere = newest is not None and reading.names_a_team and newest.queue_id != reading.queue.pk
            return None if elsewhere else newest
        if isinstance(target, ServiceRequest) and _is_new_matter(post, target, kind=reading.kind):
            return None
        return target

    def _in_thread(self, post: Post) -> Target | None:
        return (
            self._by_post.get((post.network, post.in_reply_to))
            or self._by_author.get((post.network, post.conversation_id, post.author_id))
            or self._by_post.get((post.network, post.conversation_id))
        )

    def _remember(self, post: Post, target: Target) -> None:
        self._by_post[post.network, post.external_id] = target
        self._by_author[post.network, post.conversation_id, post.author_id] = target

    def _read_early(self, posts: Sequence[Post]) -> None:
        """Networks show a colleague's answer before the post it answers now and then."""
        answers = (
            Post.objects.filter(written_by__isnull=False, triaged_at__isnull=False)
            .filter(network__in={post.network for post in posts}, in_reply_to__in=[post.external_id for post in posts])
            # Said again as the index says it: see `post_own_answer`.
            .exclude(in_reply_to="")
            .select_related("service_request__merged_into", "service_request__opening_post")
        )
        for answer in answers:
            request = answer.service_request
            if request is None:
                self.too_early.append(answer.pk)
            else:
                self._finished[answer.network, answer.in_reply_to] = request.merged_into or request

    def _read_conversations(self, replies: Sequence[Post]) -> None:
        sorted_posts = (
            Post.objects.filter(
                network__in={post.network for post in replies},
                conversation_id__in={post.conversation_id for post in replies if post.conversation_id},
            )
            .exclude(service_request=None)
            .select_related("service_request__merged_into", "service_request__opening_post")
            .order_by("id")
        )
        for post in sorted_posts:
            request = cast(ServiceRequest, post.service_request)
            self._remember(post, request.merged_into or request)

    def _read_answers(self, replies: Sequence[Post]) -> None:
        """A resident who answers our answer."""
        answers = Reply.objects.filter(external_id__in={post.in_reply_to for post in replies} - {""}).select_related(
            "account", "service_request__merged_into", "service_request__opening_post"
        )
        for answer in answers:
            request = answer.service_request
            self._by_post[answer.account.network, answer.external_id] = request.merged_into or request

    def _read_pending(self, replies: Sequence[Post], *, batch: set[int]) -> None:
        """What the batch's replies answer, not sorted yet: at another worker, or the town's own words."""
        parents = (
            Post.objects.due_for_triage()
            .filter(
                network__in={post.network for post in replies},
                external_id__in={post.in_reply_to for post in replies} - {""},
            )
            # The town's may have to wait until it is known whether they are our own.
            .filter(Q(written_by=None) | Q(received_at__gte=timezone.now() - PATIENCE))
        )
        self._pending = set(parents.exclude(pk__in=batch).order_by().values_list("network", "external_id"))

    def _read_newest(self, authors: set[int]) -> None:
        newest = (
            ServiceRequest.objects.standing()
            .filter(opening_post__author__in=authors, received_at__gte=timezone.now() - THANKS_WITHIN)
            .select_related("opening_post")
            .order_by("opening_post__author", "-id")
            .distinct("opening_post__author")
        )
        self._newest_of_author = {request.opening_post.author_id: request for request in newest}


def _is_reply(post: Post) -> bool:
    return bool(post.in_reply_to) or post.conversation_id not in ("", post.external_id)


def _is_new_matter(post: Post, request: ServiceRequest, *, kind: str) -> bool:
    """Somebody else who brings a matter to a closed request's thread: joining it, nobody would see it."""
    somebody_else = post.author_id != request.opening_post.author_id
    return somebody_else and request.status in CLOSED and kind not in (Kind.THANKS, Kind.OTHER)
