"""Deleted posts: gone from every door, every row and the disk; what the town did about them stays."""

from collections.abc import Iterable
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from requests_app import inbox, photos, triage, workflow
from requests_app.models import Account, Author, Kind, Photo, Post, Reply, ReplyStatus, ServiceRequest, Verb
from requests_app.models.author import NOBODY
from requests_app.workflow import MessageRefused
from tests.factories import AuthorFactory, PostFactory, ReplyFactory, ServiceRequestFactory
from tests.requests_app.public.rows import published, with_photo
from tests.requests_app.sandbox.driver import Sandbox

pytestmark = pytest.mark.django_db

# What identifies her or is hers: none of it may be found anywhere afterwards.
HERS = ("apagadísima", "lucia_rm", "Lucía Rueda", "Olmo 3", "37.18817", "de noche no se ve", "lucia-face")


@pytest.fixture
def told(alameda: None, town_account: Account, jpeg: bytes) -> ServiceRequest:
    """Everything that a request can keep of a resident, and what the town said and did."""
    author = AuthorFactory(handle="lucia_rm", display_name="Lucía Rueda")
    post = PostFactory(
        account=town_account, author=author, text="@alameda la farola está apagadísima", version="2", edited_at=timezone.now(), address="Olmo 3",
        url="https://x.example/lucia_rm/1", latitude=37.18817, longitude=-3.60667, reference={"cid": "lucia-face"},
        attributes={"colour": "apagadísima"}, evidence=[{"signal": "words", "detail": ["apagadísima"]}],
    )  # fmt: skip
    request = ServiceRequestFactory(opening_post=post, address="Olmo 3", latitude=37.18817, longitude=-3.60667)
    post.versions.create(version="1", text="@alameda de noche no se ve", replaced_at=timezone.now())
    with_photo(jpeg, post=post, alt="lucia-face")
    reply = published(
        request, text="Gracias @lucia_rm, voy", payload="@lucia_rm Gracias @lucia_rm, voy", account=town_account
    )
    Reply.objects.filter(pk=reply.pk).update(frozen={"record": {"text": "@Lucia_RM Gracias"}})
    PostFactory(account=town_account, written_by=town_account, service_request=request, text="@lucia_rm ya va Carmen",
                triaged_at=timezone.now())  # fmt: skip
    workflow.note(request, by=reply.by, text="llamar a @lucia_rm")
    return request


def erase(service_request: ServiceRequest) -> int:
    return workflow.erase([service_request.opening_post], at=timezone.now())


def found(texts: Iterable[str]) -> set[str]:
    whole = "\n".join(texts)
    return {words for words in HERS if words.casefold() in whole.casefold()}


def read(client: Client, doors: Iterable[str]) -> dict[str, str]:
    answers = {door: client.get(door, headers={"accept-language": "en"}) for door in doors}
    assert {door: answer.status_code for door, answer in answers.items() if answer.status_code != 200} == {}
    return {door: b"".join(answer).decode() for door, answer in answers.items()}


def public_doors(number: int) -> list[str]:
    return [
        "/", "/?q=apagadisima", f"/requests/{number}/", "/feed.atom", "/figures/?period=today", "/figures/?period=365d",
        "/open311/v2/requests.json?extensions=true", "/open311/v2/requests.xml?extensions=true",
        f"/open311/v2/requests/{number}.json?extensions=true",
    ]  # fmt: skip


def staff_doors(number: int) -> list[str]:
    return [
        "/desk/", "/desk/watch/search/?q=apagadisima", f"/desk/requests/{number}/", "/desk/watch/chatter/",
        "/desk/watch/set-aside/", "/mayor/", "/mayor/list/", "/mayor/list.csv",
    ]  # fmt: skip


def admin_doors(request: ServiceRequest) -> list[str]:
    lists = [f"/admin/requests_app/{name}/" for name in ("post", "author", "photo", "reply", "event", "servicerequest")]
    return [*lists, f"/admin/requests_app/post/{request.opening_post_id}/change/"]


def test_no_public_door_tells_of_a_deleted_post(client: Client, told: ServiceRequest) -> None:
    before = read(client, public_doors(told.pk))
    # Memories of a few minutes, not what this test is about.
    cache.clear()

    assert erase(told) == 1

    after = read(client, public_doors(told.pk))
    assert found(before.values()) >= {"apagadísima", "lucia_rm", "Lucía Rueda", "Olmo 3"}
    assert {door: found([text]) for door, text in after.items() if found([text])} == {}
    assert "Its author deleted this post." in after[f"/requests/{told.pk}/"]
    assert "Gracias @…, voy" in after[f"/requests/{told.pk}/"]


def test_no_door_of_the_staff_or_the_administrators_tells_of_it(
    client: Client, told: ServiceRequest, elena: User
) -> None:
    User.objects.filter(pk=elena.pk).update(is_staff=True, is_superuser=True)
    client.force_login(elena, backend="django.contrib.auth.backends.ModelBackend")
    doors = [*staff_doors(told.pk), *admin_doors(told)]
    before = read(client, doors)

    erase(told)

    after = read(client, doors)
    assert found(before.values()) == set(HERS)
    assert {door: found([text]) for door, text in after.items() if found([text])} == {}


def test_no_row_keeps_anything_of_it(told: ServiceRequest) -> None:
    def rows() -> list[str]:
        models = apps.get_app_config("requests_app").get_models()
        return [str(row) for model in models for row in model._default_manager.values_list()]

    before = found(rows())

    erase(told)

    assert (before, found(rows())) == (set(HERS), set())


def test_a_photo_is_gone_at_once_and_its_files_soon(client: Client, told: ServiceRequest) -> None:
    photo = Photo.objects.get(post=told.opening_post)
    doors = [f"/photos/{photo.uuid}.jpg", f"/photos/{photo.uuid}.jpg?size=small"]
    assert [client.get(door).status_code for door in doors] == [200, 200]
    assert [default_storage.exists(place) for place in photo.places] == [True, True]

    erase(told)

    assert [client.get(door).status_code for door in doors] == [404, 404]
    assert photos.remove_erased() == 1
    assert [default_storage.exists(place) for place in photo.places] == [False, False]
    # The row stands a little longer: a page may have been making the small one.
    assert Photo.objects.count() == 1
    Photo.objects.update(erased_at=timezone.now() - timedelta(minutes=6))
    photos.remove_erased()
    assert Photo.objects.count() == 0


def test_an_erased_photo_is_not_downloaded(told: ServiceRequest) -> None:
    told.opening_post.photos.create(source_url="http://127.0.0.1:9/a.jpg", next_attempt_at=timezone.now())

    erase(told)

    assert photos.fetch_due() == 0


def test_what_the_town_did_stays(told: ServiceRequest) -> None:
    erase(told)

    row = ServiceRequest.objects.get()
    reply = Reply.objects.get()
    assert (row.pk, row.status, row.answered_at) == (told.pk, told.status, told.answered_at)
    assert (reply.status, reply.text) == (ReplyStatus.PUBLISHED, "Gracias @…, voy")
    assert [event.verb for event in row.events.in_order()] == [Verb.RECEIVED, Verb.NOTED, Verb.DELETED]


def test_a_place_that_somebody_else_gave_is_kept(told: ServiceRequest) -> None:
    ServiceRequest.objects.update(address="esquina con Tilo", latitude=37.2, longitude=-3.6, place_from="person")

    erase(told)

    row = ServiceRequest.objects.get()
    assert (row.address, row.latitude, row.longitude) == ("esquina con Tilo", 37.2, -3.6)


def test_an_author_with_other_posts_keeps_their_name_there(told: ServiceRequest, town_account: Account) -> None:
    author = told.opening_post.author
    other = PostFactory(account=town_account, author=author, text="otra cosa")

    erase(told)
    assert Author.objects.get(pk=author.pk).handle == "lucia_rm"

    workflow.erase(Post.objects.filter(pk=other.pk), at=timezone.now())
    assert not Author.objects.filter(pk=author.pk).exists()


def test_a_wish_to_be_left_in_peace_outlives_the_posts(told: ServiceRequest) -> None:
    author = told.opening_post.author
    Author.objects.filter(pk=author.pk).update(opted_out_at=timezone.now(), contact="lucia@example.org")

    erase(told)

    kept = Author.objects.get(pk=author.pk)
    assert (kept.handle, kept.display_name, kept.contact, kept.opted_out_at is not None) == ("", "", "", True)


def test_unsent_answers_go_back_and_nobody_can_answer_it_any_more(told: ServiceRequest, carmen: User) -> None:
    unsent = ReplyFactory(service_request=told, account=told.opening_post.account)
    automatic = ReplyFactory(service_request=told, account=told.opening_post.account, by=None)

    erase(told)

    for reply in (unsent, automatic):
        reply.refresh_from_db()
    assert (unsent.status, unsent.rule) == (ReplyStatus.REFUSED, "gone")
    assert automatic.status == ReplyStatus.WITHDRAWN
    with pytest.raises(MessageRefused):
        workflow.answer(told, by=carmen, message=workflow.Message("Voy."))


def test_an_answer_in_flight_keeps_its_bytes_until_it_has_landed(told: ServiceRequest) -> None:
    now, post = timezone.now(), told.opening_post
    flying = ReplyFactory(
        service_request=told, account=post.account, status=ReplyStatus.SENDING, claimed_at=now, first_claimed_at=now,
        attempts=1, text="@lucia_rm ya", payload="@lucia_rm ya",
    )  # fmt: skip
    erase(told)
    flying.refresh_from_db()
    assert (flying.payload, Post.objects.get(pk=post.pk).author.handle) == ("@lucia_rm ya", "lucia_rm")

    Reply.objects.filter(pk=flying.pk).update(status="published", published_at=now, external_id="77")
    workflow.finish_erasing(timezone.now())

    flying.refresh_from_db()
    assert (flying.payload, flying.text) == ("@… ya", "@… ya")
    assert Post.objects.get(pk=post.pk).author.external_id == NOBODY


def test_only_their_own_name_is_taken_out(told: ServiceRequest) -> None:
    others = "@lucia_rm2 @lucia_rm@elsewhere.example x@lucia_rm @lucia_rm."
    Reply.objects.update(text=others)

    erase(told)

    assert Reply.objects.get().text == "@lucia_rm2 @lucia_rm@elsewhere.example x@lucia_rm @…."


def test_a_walk_that_meets_it_again_does_not_bring_it_back(sandbox: Sandbox, town_account: Account) -> None:
    sandbox.post("@alameda la farola está apagadísima")
    inbox.collect(town_account)
    triage.sort()
    workflow.erase(Post.objects.all(), at=timezone.now())
    Account.objects.update(next_collect_at=timezone.now())

    assert inbox.collect(Account.objects.get(pk=town_account.pk)) == 0

    post = Post.objects.get()
    assert (post.text, post.author.external_id) == ("", NOBODY)


def test_what_was_not_sorted_yet_opens_nothing(town_account: Account) -> None:
    post = PostFactory(account=town_account, set_aside_at=timezone.now(), triage_error="ValueError")

    workflow.erase(Post.objects.filter(pk=post.pk), at=timezone.now())

    assert (triage.sort(), ServiceRequest.objects.count()) == (0, 0)
    assert Post.objects.get().kind == Kind.OTHER


def test_a_follow_up_on_a_merged_request_is_told_where_people_read_it(told: ServiceRequest) -> None:
    into = ServiceRequestFactory()
    ServiceRequest.objects.filter(pk=told.pk).update(merged_into=into)

    erase(told)

    assert into.events.filter(verb=Verb.DELETED).count() == 1
    assert ServiceRequest.objects.get(pk=into.pk).version == into.version + 1


def test_a_reader_of_the_feed_who_has_it_already_is_told(client: Client, told: ServiceRequest) -> None:
    ServiceRequest.objects.update(told_at=timezone.now() - timedelta(minutes=5))
    since = client.get("/feed.atom").headers["Last-Modified"]

    erase(told)

    assert client.get("/feed.atom", headers={"If-Modified-Since": since}).status_code == 200
