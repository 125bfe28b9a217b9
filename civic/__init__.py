"""Wiring only: settings, addresses, the clock, the servers."""

# Shared tasks take this app, in the web server too. It reads its settings when first used, so the launcher may import it early.
from civic.celery import app as celery_app

__all__ = ["celery_app"]
