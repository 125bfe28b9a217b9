"""The world outside: one connector a network, all keeping `contract.Connector`."""

from collections.abc import Mapping
from typing import Any

from requests_app.networks.contract import Connector
from requests_app.networks.plaza import PlazaConnector
from requests_app.networks.x import XConnector

CONNECTORS: dict[str, type[Any]] = {"x": XConnector, "plaza": PlazaConnector}


def connect(network: str, *, external_id: str, credentials: Mapping[str, Any]) -> Connector:
    """The connector that speaks for one account. Raises KeyError for a network Plaza does not speak."""
    connector: Connector = CONNECTORS[network](external_id=external_id, credentials=credentials)
    return connector
