"""The pretend networks, one fixture each."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from tests.requests_app.networks.world_bluesky import bluesky_world as bluesky_world
from tests.requests_app.networks.world_mastodon import mastodon_server as mastodon_server
from tests.requests_app.networks.world_mastodon import mastodon_world as mastodon_world
from tests.requests_app.networks.world_x import x_world as x_world


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Some of what a connector says is for an administrator, in their language."""
    with translation.override("en"):
        yield
