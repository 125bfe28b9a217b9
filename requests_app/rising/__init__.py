"""The early warning: many people, one place, an hour. A blocked drain, a fallen tree, a power cut."""

from requests_app.rising.finding import Cluster, Report, Scale, Usual, clusters
from requests_app.rising.gathering import as_written, forget, gathered, rising
from requests_app.rising.knowing import Warned, know, warned

__all__ = [
    "Cluster",
    "Report",
    "Scale",
    "Usual",
    "Warned",
    "as_written",
    "clusters",
    "forget",
    "gathered",
    "know",
    "rising",
    "warned",
]
