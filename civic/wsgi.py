"""The door of the web server."""

import os

from django.core.wsgi import get_wsgi_application

# Read here so that a nudge from a page finds the town's broker; without it Celery would look for one of its own.
from civic.celery import app as celery_app

__all__ = ["application", "celery_app"]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civic.settings")

application = get_wsgi_application()
