"""The inbox: what residents wrote to an account, on a network or on the town's own site, becomes posts."""

from requests_app.inbox.collecting import collect, collect_own
from requests_app.inbox.delivering import deliver

__all__ = ["collect", "collect_own", "deliver"]
