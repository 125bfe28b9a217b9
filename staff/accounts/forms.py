"""What an administrator may fill in about an account: how to reach it, and whose voice it is."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.core.validators import URLValidator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from requests_app.linking import Voice
from requests_app.models import Account, Network, Queue

SECRET = forms.PasswordInput(attrs={"autocomplete": "off"})


class ServerField(forms.CharField):
    """`mastodon.social`, or its whole address; always https where the town's own site is."""

    def clean(self, value: Any) -> str:
        given = super().clean(value).strip().rstrip("/")
        if not given:
            return ""
        address = given if "://" in given else f"https://{given}"
        parts = urlsplit(address)
        URLValidator(schemes=["https"] if settings.HTTPS else ["https", "http"])(address)
        return f"{parts.scheme}://{parts.netloc}"


class LinkForm(forms.Form):
    """`server_url` for every network, though on X there is only one."""

    server_url = ""
    since_now = forms.BooleanField(
        label=_("Leave out what was written to the account before now"),
        required=False,
        initial=True,
        help_text=_("An account that Plaza reads already goes on where it was."),
    )


class LinkXForm(LinkForm):
    in_writing = forms.BooleanField(
        label=_("We have this in writing from X"),
        error_messages={"required": _("Without it X may take the account's access away at any time.")},
    )
    field_order = ("in_writing", "since_now")


class LinkMastodonForm(LinkForm):
    server = ServerField(
        label=_("Address of its server"),
        max_length=200,
        help_text=_("For example mastodon.social. Any server of the same kind will do."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "none", "autocomplete": "off"}),
    )
    field_order = ("server", "since_now")

    @property
    def server_url(self) -> str:  # type: ignore[override]
        return str(self.cleaned_data["server"])


class LinkBlueskyForm(LinkForm):
    handle = forms.CharField(
        label=_("Handle"),
        max_length=200,
        help_text=_("For example alameda.bsky.social."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    app_password = forms.CharField(
        label=_("App password"),
        max_length=200,
        widget=SECRET,
        help_text=_("Made for Plaza in Bluesky's own settings; never the password you sign in with."),
    )
    server = ServerField(
        label=_("Address of its server"),
        max_length=200,
        initial="bsky.social",
        help_text=_("Leave it as it is unless the town runs its own."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "none", "autocomplete": "off"}),
    )
    field_order = ("handle", "app_password", "server", "since_now")

    def clean_handle(self) -> str:
        return str(self.cleaned_data["handle"]).strip().removeprefix("@").lower()

    @property
    def server_url(self) -> str:  # type: ignore[override]
        return str(self.cleaned_data["server"])


FORMS: dict[str, type[LinkForm]] = {
    Network.X: LinkXForm,
    Network.MASTODON: LinkMastodonForm,
    Network.BLUESKY: LinkBlueskyForm,
}


class VoiceForm(forms.Form):
    """One choice: the town hall, a team or a person."""

    voice = forms.ChoiceField(label=_("Who speaks through it"), required=False)

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"voice": _value(account.queue or account.person)}
        speakers = [*Queue.objects.in_order(), *User.objects.filter(is_active=True).order_by("first_name", "username")]
        self.speakers: dict[str, Queue | User] = {_value(one): one for one in speakers}
        self.fields["voice"].choices = [  # type: ignore[attr-defined]
            ("", _now("The town hall as a whole")),
            (_now("Teams"), [(value, one.name) for value, one in self.speakers.items() if isinstance(one, Queue)]),
            (_now("People"), [(value, _name(one)) for value, one in self.speakers.items() if isinstance(one, User)]),
        ]

    def chosen(self) -> Voice:
        match self.speakers.get(self.cleaned_data["voice"]):
            case Queue() as queue:
                return Voice(queue=queue)
            case User() as person:
                return Voice(person=person)
            case _:
                return Voice()


def _value(speaker: Queue | User | None) -> str:
    """As the form sends it; a team's code may be somebody's sign-in too."""
    if speaker is None:
        return ""
    return f"team {speaker.code}" if isinstance(speaker, Queue) else f"person {speaker.get_username()}"


def _name(person: User) -> str:
    return f"{person.first_name} ({person.get_username()})" if person.first_name else person.get_username()
