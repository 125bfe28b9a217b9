"""Six weeks of Alameda's past for the demo: told on the pretend X, and written here as the verbs would have."""

from requests_app.management.past.writing import write_past

__all__ = ["write_past"]
