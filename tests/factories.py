"""Rows for tests: valid, small, and without surprises."""

from datetime import timedelta
from typing import Any

import factory
from django.contrib.auth.models import User
from django.utils import timezone
from factory.django import DjangoModelFactory

from requests_app.models import (
    Account,
    Author,
    AutomaticMessage,
    Event,
    Post,
    Queue,
    Reply,
    Service,
    ServiceRequest,
    Verb,
)


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    first_name = "Carmen"
    password = factory.django.Password("a long password")


class QueueFactory(DjangoModelFactory[Queue]):
    class Meta:
        model = Queue
        django_get_or_create = ("code",)

    code = "sweeper"
    names = factory.LazyAttribute(lambda queue: {"es": queue.code.title(), "en": queue.code.title()})


class ServiceFactory(DjangoModelFactory[Service]):
    class Meta:
        model = Service
        django_get_or_create = ("code",)

    code = "bins"
    names = factory.LazyAttribute(lambda service: {"es": service.code.title(), "en": service.code.title()})
    keywords = {"es": ["contenedor", "basura"], "en": ["bin", "rubbish"], "fr": ["poubelle"]}
    queue = factory.SubFactory(QueueFactory)
    answer_target = timedelta(minutes=30)
    resolve_target = timedelta(days=2)


class AccountFactory(DjangoModelFactory[Account]):
    class Meta:
        model = Account
        django_get_or_create = ("network", "external_id")

    network = "x"
    external_id = "101"
    handle = "alameda"
    credentials = factory.LazyAttribute(lambda account: {"access_token": f"sandbox-{account.handle}"})


class AuthorFactory(DjangoModelFactory[Author]):
    class Meta:
        model = Author

    network = "x"
    external_id = factory.Sequence(lambda n: f"9{n:06}")
    handle = factory.Sequence(lambda n: f"resident{n}")
    display_name = "Lucía M."


class PostFactory(DjangoModelFactory[Post]):
    class Meta:
        model = Post

    network = "x"
    external_id = factory.Sequence(lambda n: str(1_800_000_000_000_000_000 + n))
    account = factory.SubFactory(AccountFactory, network=factory.SelfAttribute("..network"))
    author = factory.SubFactory(AuthorFactory, network=factory.SelfAttribute("..network"))
    text = "La farola de la calle del Olmo lleva dos noches apagada"
    language = "es"
    mentions = factory.LazyAttribute(lambda post: [post.account.external_id])
    conversation_id = factory.SelfAttribute("external_id")
    posted_at = factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=10))
    received_at = factory.LazyAttribute(lambda post: post.posted_at + timedelta(seconds=5))


class ServiceRequestFactory(DjangoModelFactory[ServiceRequest]):
    """A new request with its opening post joined and its first line written."""

    class Meta:
        model = ServiceRequest
        skip_postgeneration_save = True

    status = "new"
    kind = "problem"
    opening_post = factory.SubFactory(PostFactory)
    queue = factory.SubFactory(QueueFactory)
    language = "es"
    posted_at = factory.SelfAttribute("opening_post.posted_at")
    received_at = factory.SelfAttribute("opening_post.received_at")
    due_at = factory.LazyAttribute(
        lambda request: None if request.status in ("resolved", "declined") else request.posted_at + timedelta(hours=4)
    )
    told_at = factory.SelfAttribute("received_at")
    changed_at = factory.SelfAttribute("received_at")

    @factory.post_generation  # type: ignore[untyped-decorator]
    def history(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        Post.objects.filter(pk=self.opening_post_id).update(
            service_request=self, kind=self.kind, triaged_at=self.received_at
        )
        self.opening_post.refresh_from_db()
        Event.objects.create(service_request=self, verb=Verb.RECEIVED, at=self.received_at, post=self.opening_post)


class AutomaticMessageFactory(DjangoModelFactory[AutomaticMessage]):
    """Switched on for X."""

    class Meta:
        model = AutomaticMessage

    network = "x"
    texts = {"es": "Gracias, lo hemos recibido."}
    on_since = factory.LazyFunction(timezone.now)
    switched_on_by = factory.SubFactory(UserFactory)


class ReplyFactory(DjangoModelFactory[Reply]):
    class Meta:
        model = Reply

    service_request = factory.SubFactory(ServiceRequestFactory)
    post = factory.SelfAttribute("service_request.opening_post")
    account = factory.SelfAttribute("post.account")
    by = factory.SubFactory(UserFactory)
    text = "Voy para allá"
    payload = factory.LazyAttribute(lambda reply: f"{reply.text}\n— Carmen · N.º {reply.service_request.pk}")
    language = "es"
    next_attempt_at = factory.LazyFunction(timezone.now)
