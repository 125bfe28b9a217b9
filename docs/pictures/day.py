"""What Alameda's people did before the photographs: run by take.py inside the demo's own `manage.py shell`."""

import json
from datetime import timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from requests_app import workflow
from requests_app.models import Photo, ServiceRequest
from requests_app.workflow import Message, Refusal

WHO = {"sweeper": "sweeper", "police": "police", "maintenance": "maintenance", "townhall": "dispatcher"}
DONE = {
    "es": [
        "Hecho esta mañana. Gracias por avisar.",
        "Arreglado. Pasamos otra vez mañana a mirarlo.",
        "Listo, queda limpio.",
    ],
    "en": ["Done this morning. Thank you for telling us.", "Mended. We look at it again tomorrow."],
    "fr": ["C'est fait depuis ce matin. Merci de l'avoir signalé.", "Réparé. Nous repassons demain."],
}
COMING = {
    "es": ["Voy para allá antes del mediodía.", "Lo tengo en la lista de hoy."],
    "en": ["On my way, before noon.", "It is on today's list."],
    "fr": ["J'y vais avant midi.", "C'est sur la liste d'aujourd'hui."],
}


def work(request: ServiceRequest, *, turn: int) -> None:
    """Two of five are done, two promised, one is still to be answered."""
    by = User.objects.filter(username=WHO.get(request.queue.code, "dispatcher")).get()
    language = request.language if request.language in DONE else "es"
    try:
        if turn % 5 in {0, 3}:
            workflow.resolve(request, by=by, message=Message(DONE[language][turn % len(DONE[language])]))
        elif turn % 5 in {1, 4}:
            promised = timezone.now() + timedelta(hours=1 + turn % 3)
            workflow.accept(request, by=by, promised_for=promised, message=Message(COMING[language][turn % 2]))
    except Refusal:
        return


new = ServiceRequest.objects.filter(status="new", merged_into=None, is_private=False).select_related("queue")
for turn, request in enumerate(new.order_by("-posted_at")[:40]):
    work(request, turn=turn)

pairs = Photo.objects.filter(side="after", service_request__is_private=False, service_request__status="resolved")
resolved = ServiceRequest.objects.filter(status="resolved", is_private=False, merged_into=None).order_by("-resolved_at")
paired = pairs.order_by("-taken_at").values_list("service_request", flat=True).first()
story = paired or resolved.values_list("pk", flat=True).first()
desk = new.order_by("due_at").values_list("pk", flat=True).first()
print(json.dumps({"story": story, "desk": desk or story}))
