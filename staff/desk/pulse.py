"""What an open desk asks every two seconds: did anything change?"""

from hashlib import blake2s

from django.utils import timezone

from requests_app.models import ServiceRequest
from staff import presence

# A change that commits late shows up among the newest ones even when it carries an older moment.
NEWEST = 50


def fingerprint() -> str:
    """Differs after any change, and when somebody opens, leaves or begins to answer a request. Two queries, one along
    the index `newest_changed`.

    It differs with every minute too: the words "due in 9 min" on an open desk stay true.
    """
    newest = ServiceRequest.objects.newest_changed_first().values_list("pk", "changed_at")[:NEWEST]
    told = ";".join(f"{pk}@{changed_at.timestamp():.6f}" for pk, changed_at in newest)
    minute = int(timezone.now().timestamp() // 60)
    return blake2s(f"{minute};{told};{presence.everywhere()}".encode(), digest_size=8).hexdigest()
