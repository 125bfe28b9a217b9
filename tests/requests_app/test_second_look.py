"""Edited posts are looked at again: what everybody may read now may be another thing than what was sorted."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from requests_app import triage, workflow
from requests_app.models import Post, ServiceRequest, Verb
from requests_app.networks.contract import IncomingAuthor, IncomingPost
from tests.factories import PostFactory, ServiceRequestFactory

pytestmark = pytest.mark.django_db

VIOLENCE = "mi marido me pega todas las noches y tengo miedo"


def edit(post: Post, text: str, *, version: str = "2") -> Post:
    """As its network shows it now, and after the next tick of triage."""
    fresh = Post.objects.get(pk=post.pk)
    author = IncomingAuthor(fresh.author.external_id, fresh.author.handle)
    incoming = IncomingPost(fresh.external_id, author, text, fresh.posted_at, version=version)
    workflow.edited(fresh, incoming, at=timezone.now())
    while triage.look_again():
        pass
    return Post.objects.get(pk=post.pk)


@pytest.fixture
def asked() -> ServiceRequest:
    return ServiceRequestFactory(opening_post__text="farola rota", opening_post__version="1")


def test_an_insult_that_was_edited_in_is_folded_and_one_taken_out_shown(asked: ServiceRequest, client: Client) -> None:
    rude = edit(asked.opening_post, "farola rota, sois unos hijos de puta")
    public = client.get(f"/requests/{asked.pk}/").content.decode()

    polite = edit(asked.opening_post, "farola rota, por favor", version="3")

    assert (rude.is_offensive, "hijos de puta" in public, polite.is_offensive) == (True, False, False)
    told = asked.events.filter(verb=Verb.RECLASSIFIED).order_by("id").values_list("data", flat=True)
    assert list(told) == [{"hidden": "words"}, {"shown": "words"}]
    assert "por favor" in client.get(f"/requests/{asked.pk}/").content.decode()


def test_what_is_nobody_elses_business_any_more_becomes_private(asked: ServiceRequest, client: Client) -> None:
    post = edit(asked.opening_post, VIOLENCE)

    assert (post.private_matters, client.get(f"/requests/{asked.pk}/").status_code) == (["home_violence"], 404)
    line = asked.events.get(verb=Verb.RECLASSIFIED)
    assert (line.by, line.data["why"]) == (None, ["home_violence"])


def test_a_message_in_a_public_request_is_hidden_alone(asked: ServiceRequest, client: Client) -> None:
    later = PostFactory(service_request=asked, triaged_at=timezone.now(), text="yo también", version="1")

    edit(later, VIOLENCE)

    page = client.get(f"/requests/{asked.pk}/")
    assert (page.status_code, "me pega" in page.content.decode()) == (200, False)


def test_what_was_joined_to_a_public_request_is_hidden_there(asked: ServiceRequest, client: Client) -> None:
    joined = ServiceRequestFactory(merged_into=asked, opening_post__text="farola del olmo", opening_post__version="1")

    edit(joined.opening_post, VIOLENCE)

    joined.refresh_from_db()
    page = client.get(f"/requests/{asked.pk}/")
    assert (joined.is_private, page.status_code, "me pega" in page.content.decode()) == (True, 200, False)


def test_what_a_person_folded_stays_folded_and_what_they_showed_stays_shown(
    asked: ServiceRequest, carmen: User
) -> None:
    shown = ServiceRequestFactory(opening_post__text="sois unos hijos de puta", opening_post__version="1")
    Post.objects.filter(pk=shown.opening_post_id).update(
        evidence=[{"signal": "offensive", "detail": ["hijos de puta"]}, {"signal": "lifted", "detail": []}]
    )
    workflow.fold(asked.opening_post, by=carmen)

    folded = edit(asked.opening_post, "farola rota ya")
    lifted = edit(shown.opening_post, "sois unos hijos de puta!!")

    assert (folded.is_offensive, lifted.is_offensive) == (True, False)


def test_a_post_is_looked_at_again_once(asked: ServiceRequest) -> None:
    edit(asked.opening_post, "farola rota ya")
    Post.objects.filter(pk=asked.opening_post_id).update(edited_at=timezone.now() + timedelta(hours=1))

    assert [triage.look_again(), triage.look_again()] == [1, 0]
