"""The pretend networks, one fixture each."""

from tests.requests_app.networks.world_bluesky import bluesky_world as bluesky_world
from tests.requests_app.networks.world_mastodon import mastodon_server as mastodon_server
from tests.requests_app.networks.world_mastodon import mastodon_world as mastodon_world
from tests.requests_app.networks.world_x import x_world as x_world
