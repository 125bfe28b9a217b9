"""What a request is, as a person says: its kind, its service, whether it can wait."""

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from requests_app import workflow
from requests_app.models import Service, ServiceRequest
from staff.case.composer import Composer
from staff.case.speech_forms import VerbForm


class ReclassifyForm(VerbForm):
    """Filled in with what it is taken for today."""

    verb = "reclassify"
    kind = forms.ChoiceField(label=_("Kind"), choices=[(kind, kind.label) for kind in workflow.KINDS])
    service = forms.ChoiceField(label=_("Service"), required=False)
    is_urgent = forms.BooleanField(label=_("It cannot wait"), required=False)

    def fit(self, composer: Composer) -> None:
        taken_for = self.service_request
        self.services = {
            service.code: service
            for service in Service.objects.offered().filter(queue=taken_for.queue_id).order_by("pk")
        }
        if taken_for.service:
            # The town may offer it no longer: what it is taken for is no mistake by itself.
            self.services.setdefault(taken_for.service.code, taken_for.service)
        services = [(code, service.name) for code, service in self.services.items()]
        self.fields["service"].choices = [("", _now("none in particular")), *services]  # type: ignore[attr-defined]
        self.so = {
            "kind": taken_for.kind,
            "service": taken_for.service.code if taken_for.service else "",
            "is_urgent": taken_for.is_urgent,
        }
        self.initial.update(self.so)

    @property
    def is_so(self) -> bool:
        """It is taken for just that already."""
        return self.is_valid() and all(self.cleaned_data[name] == value for name, value in self.so.items())

    def act(self, service_request: ServiceRequest, *, by: User, version: int) -> ServiceRequest:
        data = self.cleaned_data
        return workflow.reclassify(
            service_request,
            by=by,
            kind=data["kind"],
            service=self.services.get(data["service"]),
            is_urgent=data["is_urgent"],
            version=version,
        )
