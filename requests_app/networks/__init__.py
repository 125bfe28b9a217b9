"""The world outside: one connector a network, all keeping `contract.Connector`."""

from collections.abc import Mapping
from typing import Any

from django.utils.module_loading import import_string

from requests_app.networks.contract import Connector, Usage

# By name, since each brings a large library along that only a town on that network needs.
CONNECTORS = {
    "x": "requests_app.networks.x.XConnector",
    "mastodon": "requests_app.networks.mastodon.MastodonConnector",
    "bluesky": "requests_app.networks.bluesky.BlueskyConnector",
    "plaza": "requests_app.networks.plaza.PlazaConnector",
}


def connect(
    network: str,
    *,
    external_id: str,
    credentials: Mapping[str, Any],
    server: Mapping[str, Any] | None = None,
    usage: Usage | None = None,
) -> Connector:
    """The connector that speaks for one account. Raises KeyError for a network Plaza does not speak."""
    connector: Connector = import_string(CONNECTORS[network])(
        external_id=external_id, credentials=credentials, server=server or {}, usage=usage or Usage()
    )
    return connector


def renewed(network: str, *, credentials: Mapping[str, Any], server: Mapping[str, Any]) -> Mapping[str, Any]:
    """New credentials for those about to expire. Raises NetworkUnavailable, or Unauthorized when nothing will do."""
    fresh: Mapping[str, Any] = import_string(CONNECTORS[network]).renew(credentials, server)
    return fresh
