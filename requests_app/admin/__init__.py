"""The administrators' pages: set up the town, look at everything, and change history nowhere."""

from requests_app.admin import accounts, desk, keys, outbox, posts, town

__all__ = ["accounts", "desk", "keys", "outbox", "posts", "town"]
