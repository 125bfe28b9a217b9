"""Something read from a network: stored once, never lost."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from requests_app.models.account import Account, Network
from requests_app.models.author import Author
from requests_app.models.service import Service

# After it was read, or looked at again: whatever costs nothing to look at is looked at so often.
LOOK_AGAIN = timedelta(hours=1)
ACCENTED = "áàâäãåéèêëíìîïóòôöõúùûüñçýÿ"
PLAIN = "aaaaaaeeeeiiiiooooouuuuncyy"
# What Mastodon's servers call posts that everybody may read.
SEEN_BY_ALL = ("", "public", "unlisted")


# What stands in the place of insults and threats, in public and on every list of the desk.
WITHHELD = _("Not shown: it insults or threatens somebody.")
# The private matters of which whoever writes may be in danger.
VIOLENCE = frozenset({"home_violence", "sexual_violence"})


class Kind(models.TextChoices):
    PROBLEM = "problem", _("problem")
    QUESTION = "question", _("question")
    PROPOSAL = "proposal", _("proposal")
    COMPLAINT = "complaint", _("complaint")
    THANKS = "thanks", _("thanks")
    OTHER = "other", _("other")


def folded(field: str) -> Func:
    """The column in lower case and without accents; PostgreSQL's `unaccent` is an extension a town may lack."""
    return Func(Lower(field), Value(ACCENTED), Value(PLAIN), function="translate", output_field=models.TextField())


class PostQuerySet(models.QuerySet["Post"]):
    def due_for_triage(self) -> "PostQuerySet":
        """Not sorted yet and not set aside, oldest first. See also: the index `post_due_for_triage`."""
        return self.filter(triaged_at=None, set_aside_at=None).order_by("id")

    def due_for_second_look(self) -> "PostQuerySet":
        """Edited since they were sorted, and told in a request: the new words may not be for everybody."""
        told = self.visible().filter(written_by=None, service_request__isnull=False)
        # Said again as the index says it: see `post_edited`.
        return told.filter(edited_at__isnull=False, edited_at__gt=F("triaged_at")).order_by("id")

    def set_aside(self) -> "PostQuerySet":
        """Those triage could not digest, for the dispatcher, oldest first."""
        return self.filter(triaged_at=None, set_aside_at__isnull=False).order_by("id")

    def set_apart(self, *, since: datetime) -> "PostQuerySet":
        """Chatter, and thanks to nobody in particular, newest first. See also: the index `post_set_apart`."""
        apart = self.filter(triaged_at__isnull=False, service_request=None, written_by=None)
        return apart.filter(received_at__gte=since).order_by("-received_at", "-id")

    def sorted_since(self, moment: datetime) -> "PostQuerySet":
        """What residents wrote and triage sorted, and still stands, newest first; with its author and its team."""
        theirs = self.visible().filter(written_by=None, triaged_at__isnull=False, received_at__gte=moment)
        return theirs.select_related("author", "service_request__queue").order_by("-id")

    def visible(self) -> "PostQuerySet":
        """Still standing on their network."""
        return self.filter(deleted_at=None)

    def inoffensive(self) -> "PostQuerySet":
        """Without insults and threats: for the public."""
        return self.filter(is_offensive=False)

    def due_for_check(self, account: Account, *, now: datetime) -> "PostQuerySet":
        """Read through this account and to be looked at again by now, the longest unknown first."""
        return self.visible().filter(account=account, check_at__lte=now).order_by("check_at")

    def thanks_of(self, numbers: Iterable[int]) -> "PostQuerySet":
        """Thank-yous said in these requests."""
        return self.visible().filter(service_request__in=list(numbers), kind=Kind.THANKS)

    def thanks_between(self, start: datetime, end: datetime) -> "PostQuerySet":
        """Thank-yous that reached a request, newest first. See also: the index `post_thanks`."""
        thanks = self.visible().filter(kind=Kind.THANKS, service_request__isnull=False, is_offensive=False)
        return thanks.filter(posted_at__gte=start, posted_at__lt=end).order_by("-posted_at", "-id")

    def thanks_in_public(self, start: datetime, end: datetime) -> "PostQuerySet":
        """Those of them that residents said under what everybody may see, with who said it."""
        in_public = Q(service_request__merged_into=None) | Q(service_request__merged_into__is_private=False)
        thanks = self.thanks_between(start, end).filter(in_public, written_by=None, service_request__is_private=False)
        return thanks.select_related("author", "service_request")

    def thanks_to_team(self, queue: int, *, start: datetime, end: datetime) -> "PostQuerySet":
        """Those of them under what this team (id) works on."""
        return self.thanks_in_public(start, end).filter(service_request__queue=queue)

    def thanks_set_apart(self, start: datetime, end: datetime) -> "PostQuerySet":
        """Thank-yous to nobody in particular, newest first. Nothing is received before it is posted, so the index
        `post_set_apart` leads to them."""
        apart = self.set_apart(since=start).filter(kind=Kind.THANKS, posted_at__gte=start, posted_at__lt=end)
        return apart.order_by("-posted_at", "-id")

    def matching(self, words: str) -> "PostQuerySet":
        """Holding every one of `words`, whatever their accents or case."""
        query = SearchQuery(
            Func(Lower(Value(words)), Value(ACCENTED), Value(PLAIN), function="translate"), config="simple"
        )
        return self.annotate(words=SearchVector(folded("text"), config="simple")).filter(words=query)


class Post(models.Model):
    network = models.CharField(_("network"), max_length=20, choices=Network.choices)
    external_id = models.CharField(_("id on the network"), max_length=200)
    # Through whose inbox it came first; the accounts it names are in `mentions`.
    account = models.ForeignKey(
        Account, models.PROTECT, verbose_name=_("account"), related_name="posts", db_index=False
    )
    author = models.ForeignKey(Author, models.PROTECT, verbose_name=_("author"), related_name="posts")
    # Set on the town's own posts, which never become requests.
    written_by = models.ForeignKey(
        Account,
        models.PROTECT,
        verbose_name=_("written by the town as"),
        related_name="own_posts",
        null=True,
        blank=True,
        db_index=False,
    )
    text = models.TextField(_("text"))
    language = models.CharField(_("language"), max_length=10, blank=True)
    # Those it quotes are named too: on X a quote is a summons.
    mentions = models.JSONField(_("accounts named (ids)"), default=list, blank=True)
    conversation_id = models.CharField(_("conversation"), max_length=200, blank=True)
    in_reply_to = models.CharField(_("in reply to"), max_length=200, blank=True)
    address = models.CharField(_("place"), max_length=300, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    # What its author chose on a form or through the API; words alone decide for what comes from a network.
    service = models.ForeignKey(
        Service,
        models.PROTECT,
        verbose_name=_("chosen service"),
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    # Answers to the service's own questions (Open311 attributes): {"lamp_number": "14"}.
    attributes = models.JSONField(_("answers"), default=dict, blank=True)

    posted_at = models.DateTimeField(_("posted"))
    received_at = models.DateTimeField(pgettext_lazy("post", "received"))
    # Its page on the network, for people; and what its network's connector needs to answer it, opaque to all others.
    url = models.URLField(_("page on the network"), max_length=1000, blank=True)
    reference = models.JSONField(default=dict, blank=True)
    # Changes with every edit; what it said before is in `versions`.
    version = models.CharField(max_length=200, blank=True)
    edited_at = models.DateTimeField(_("edited at source"), null=True, blank=True)
    # Deleted or hidden by its author: nothing of it is left here but this row.
    deleted_at = models.DateTimeField(_("deleted at source"), null=True, blank=True)
    # When its network was last asked whether it still stands; null: since it was read.
    checked_at = models.DateTimeField(null=True, blank=True)
    # When it is to be asked again; null: not unless something happens to its request.
    check_at = models.DateTimeField(null=True, blank=True, editable=False)

    # What triage decided. Neither moment set means it is due.
    triaged_at = models.DateTimeField(_("sorted"), null=True, blank=True)
    set_aside_at = models.DateTimeField(_("set aside"), null=True, blank=True)
    triage_error = models.TextField(_("why it was set aside"), blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, blank=True)
    # Why, as data: [{"signal": "words", "detail": ["farola", "fundida"]}, …], see `staff.case.reasons`.
    evidence = models.JSONField(_("evidence"), default=list, blank=True)
    # Insults: folded for colleagues, never in public.
    is_offensive = models.BooleanField(_("offensive"), default=False)
    service_request = models.ForeignKey(
        "requests_app.ServiceRequest",
        models.PROTECT,
        verbose_name=_("request"),
        related_name="posts",
        null=True,
        blank=True,
    )

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.UniqueConstraint(fields=["network", "external_id"], name="post_once_per_network"),
            models.CheckConstraint(condition=Q(posted_at__lte=F("received_at")), name="posted_before_received"),
            models.CheckConstraint(
                # NULL within a range is neither true nor false, and a check lets that pass.
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__isnull=False, longitude__isnull=False)
                & Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="post_point_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(set_aside_at=None, triage_error="") | Q(set_aside_at__isnull=False) & ~Q(triage_error=""),
                name="set_aside_with_its_error",
            ),
            models.CheckConstraint(
                condition=Q(service_request=None) | Q(triaged_at__isnull=False), name="joined_once_triaged"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(triaged_at=None, set_aside_at=None), name="post_due_for_triage"),
            models.Index(
                fields=["id"], condition=Q(triaged_at=None, set_aside_at__isnull=False), name="post_set_aside"
            ),
            models.Index(
                fields=["-received_at"],
                condition=Q(triaged_at__isnull=False, service_request=None, written_by=None),
                name="post_set_apart",
            ),
            models.Index(
                fields=["-posted_at"], condition=Q(kind=Kind.THANKS, service_request__isnull=False), name="post_thanks"
            ),
            models.Index(
                fields=["network", "conversation_id"], condition=~Q(conversation_id=""), name="post_conversation"
            ),
            models.Index(
                fields=["in_reply_to"],
                condition=Q(written_by__isnull=False) & ~Q(in_reply_to=""),
                name="post_own_answer",
            ),
            # What is usual on an account, and when somebody last wrote to it.
            models.Index(
                fields=["account", "-received_at"],
                include=["posted_at"],
                condition=Q(written_by=None),
                name="post_heard",
            ),
            models.Index(
                fields=["account", "check_at"],
                condition=Q(deleted_at=None, check_at__isnull=False),
                name="post_due_for_check",
            ),
            models.Index(fields=["deleted_at"], condition=Q(deleted_at__isnull=False), name="post_deleted"),
            models.Index(fields=["edited_at"], condition=Q(edited_at__isnull=False), name="post_edited"),
            GinIndex(SearchVector(folded("text"), config="simple"), name="post_words"),
        ]

    def __str__(self) -> str:
        return f"{self.network} {self.external_id}"

    @property
    def is_confidential(self) -> bool:
        """Its author chose who may read it, or it tells what is nobody else's business: never to be shown to others.

        A visibility unknown to us is taken for such a choice.
        """
        return self.chose_its_readers or self.is_kept_private

    @property
    def is_kept_private(self) -> bool:
        """What it tells, or a rule of the town's, keeps it from the public, and no colleague lifted that."""
        hidden = False
        for piece in self.evidence:
            # The newest word counts: what was shown again can be hidden again.
            hidden = _hides(piece) or (hidden and piece["signal"] != "disclosed")
        return hidden

    @property
    def private_matters(self) -> list[str]:
        """What it tells that is nobody else's business: `minors`, `health`…; see `wording.private_matter`."""
        return private_matters(self.evidence)

    @property
    def chose_its_readers(self) -> bool:
        """Its author wrote it to some people only."""
        return self.reference.get("visibility", "public") not in SEEN_BY_ALL

    @property
    def summary(self) -> str:
        """The first line, short enough for a row or a title; of an insult only that there was one."""
        if self.is_offensive:
            return str(WITHHELD)
        first = next((line.strip() for line in self.text.splitlines() if line.strip()), "")
        return first if len(first) <= 140 else first[:139].rstrip() + "…"


def private_matters(evidence: Iterable[Mapping[str, Any]]) -> list[str]:
    """What triage, or a colleague, found in it that is nobody else's business."""
    found = (str(one) for piece in evidence if piece["signal"] == "private" for one in piece["detail"])
    return list(dict.fromkeys(found))


def _hides(piece: Mapping[str, Any]) -> bool:
    """A reason of triage's that keeps a post from the public: what it tells, or a rule of the town's."""
    return piece["signal"] == "private" or piece["signal"] == "rule" and "private" in piece["detail"][1:]


class PostVersion(models.Model):
    """What a post said before its author edited it."""

    post = models.ForeignKey(Post, models.CASCADE, verbose_name=_("post"), related_name="versions")
    version = models.CharField(max_length=200, blank=True)
    text = models.TextField(_("text"))
    replaced_at = models.DateTimeField(_("replaced"))

    class Meta:
        verbose_name = _("post version")
        verbose_name_plural = _("post versions")
        constraints = [models.UniqueConstraint(fields=["post", "version"], name="version_once_per_post")]

    def __str__(self) -> str:
        return f"{self.post_id} {self.version}"
