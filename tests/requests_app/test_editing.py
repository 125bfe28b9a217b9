"""Edited posts: taken over once, what was said before kept, and whoever works on it warned."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from requests_app import inbox, triage, workflow
from requests_app.models import Account, Event, Kind, Post, PostVersion, ReplyStatus, ServiceRequest, Verb
from requests_app.networks.contract import IncomingAuthor, IncomingPhoto, IncomingPost
from requests_app.workflow import ChangedMeanwhile, Message
from tests.factories import PostFactory, ReplyFactory, ServiceRequestFactory
from tests.requests_app.sandbox.driver import Sandbox

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def incoming(post: Post, **values: object) -> IncomingPost:
    """As its network shows it now."""
    author = IncomingAuthor(post.author.external_id, post.author.handle)
    as_known = IncomingPost(
        post.external_id, author, post.text, post.posted_at, mentions=("101",), version=post.version
    )
    return replace(as_known, **values)


@pytest.fixture
def asked() -> ServiceRequest:
    """With a post of version 1."""
    return ServiceRequestFactory(opening_post__text="farola rota", opening_post__version="1")


def edit(service_request: ServiceRequest, text: str = "farola y banco rotos", version: str = "2") -> bool:
    post = Post.objects.get(pk=service_request.opening_post_id)
    return workflow.edited(post, incoming(post, text=text, version=version), at=timezone.now())


def test_an_edit_on_the_network_is_taken_over(sandbox: Sandbox, town_account: Account) -> None:
    said = sandbox.post("@alameda la farola de la calle del Olmo no funciona")
    inbox.collect(town_account)
    triage.sort()
    sandbox.control(
        "POST", f"posts/{said['id']}/edit", json={"text": "@alameda la farola de la calle del Tilo no funciona"}
    )
    Account.objects.update(next_collect_at=timezone.now())

    assert inbox.collect(Account.objects.get(pk=town_account.pk)) == 0

    post = Post.objects.get()
    assert (post.text, post.edited_at is not None) == ("@alameda la farola de la calle del Tilo no funciona", True)
    assert [version.text for version in post.versions.all()] == ["@alameda la farola de la calle del Olmo no funciona"]
    assert ServiceRequest.objects.get().events.filter(verb=Verb.EDITED, post=post).count() == 1


def test_an_edit_is_taken_over_once_and_an_older_copy_is_no_edit(asked: ServiceRequest) -> None:
    assert [edit(asked), edit(asked), edit(asked, "farola rota", "1")] == [True, False, False]

    assert Post.objects.get().text == "farola y banco rotos"
    assert [(one.version, one.text) for one in PostVersion.objects.all()] == [("1", "farola rota")]
    assert Event.objects.filter(verb=Verb.EDITED).count() == 1


def test_a_new_version_of_the_same_words_says_nothing(asked: ServiceRequest) -> None:
    assert edit(asked, "farola rota", "2") is False

    post = Post.objects.get()
    assert (post.version, post.edited_at, post.versions.count()) == ("2", None, 0)


def test_whoever_had_it_open_is_warned(asked: ServiceRequest, alameda: None, carmen: User) -> None:
    edit(asked)

    with pytest.raises(ChangedMeanwhile):
        workflow.answer(asked, by=carmen, message=Message("Voy."), version=asked.version)


def test_an_answer_that_has_not_left_goes_back_to_its_author(asked: ServiceRequest) -> None:
    unsent = ReplyFactory(service_request=asked)
    tried = ReplyFactory(service_request=asked, attempts=1, status="queued")
    automatic = ReplyFactory(service_request=asked, by=None)

    edit(asked)

    for reply in (unsent, tried, automatic):
        reply.refresh_from_db()
    assert (unsent.status, unsent.rule, unsent.next_attempt_at) == (ReplyStatus.REFUSED, "edited", None)
    assert (tried.status, automatic.status) == (ReplyStatus.QUEUED, ReplyStatus.HELD)


def test_what_asked_for_nothing_is_sorted_again() -> None:
    chatter = PostFactory(text="buenos días", version="1", triaged_at=NOW, kind=Kind.OTHER)
    set_aside = PostFactory(text="?", version="1", set_aside_at=NOW, triage_error="ValueError")

    for post in (chatter, set_aside):
        workflow.edited(post, incoming(post, text="farola rota", version="2"), at=timezone.now())

    assert list(Post.objects.due_for_triage()) == [chatter, set_aside]


def test_photos_come_and_go_with_an_edit(asked: ServiceRequest) -> None:
    post = asked.opening_post
    kept = post.photos.create(source_url="https://x.example/kept.jpg", next_attempt_at=NOW)
    post.photos.create(source_url="https://x.example/dropped.jpg", alt="me", next_attempt_at=NOW)
    shown = (IncomingPhoto("https://x.example/kept.jpg", ""), IncomingPhoto("https://x.example/new.jpg", "a lamp"))

    assert workflow.edited(post, incoming(post, version="2", photos=shown), at=timezone.now()) is True

    now = [(photo.source_url, photo.alt) for photo in post.photos.filter(erased_at=None).order_by("id")]
    assert now == [(kept.source_url, ""), ("https://x.example/new.jpg", "a lamp")]
    assert [photo.alt for photo in post.photos.erased()] == [""]


def test_staff_see_what_it_said_and_residents_that_it_was_edited(
    client: Client, alameda: None, ines: User, asked: ServiceRequest
) -> None:
    edit(asked)
    client.force_login(ines, backend="django.contrib.auth.backends.ModelBackend")

    inside = client.get(f"/desk/requests/{asked.pk}/", headers={"accept-language": "en"}).content.decode()
    outside = Client().get(f"/requests/{asked.pk}/", headers={"accept-language": "en"}).content.decode()

    assert ("see what it said before" in inside, "farola rota" in inside) == (True, True)
    assert ("· edited" in outside, "farola y banco rotos" in outside, "farola rota" in outside) == (True, True, False)


def test_an_edit_is_told_to_feeds(asked: ServiceRequest) -> None:
    before = ServiceRequest.objects.get()

    edit(asked)

    after = ServiceRequest.objects.get()
    assert after.told_at - before.told_at > timedelta(minutes=1)
    assert after.version == before.version + 1


def test_an_edit_that_no_column_holds_is_made_to_fit(asked: ServiceRequest) -> None:
    """Mastodon describes a photo in 1,500 letters; an edit that cannot be stored would stop the reading for good."""
    post = asked.opening_post
    photos = (
        IncomingPhoto("https://mastodon.example/a.jpg", "a" * 1500),
        IncomingPhoto("https://mastodon.example/" + "b" * 1000, "b"),
    )
    odd = incoming(
        post, text="farola\0 rota", version="2", language="x" * 11, url="https://" + "c" * 1000, photos=photos
    )

    assert workflow.edited(post, odd, at=timezone.now())

    post.refresh_from_db()
    assert (post.text, post.language, post.url) == ("farola rota", "es", "")
    assert [(photo.source_url, len(photo.alt)) for photo in post.photos.all()] == [(photos[0].source_url, 1000)]
