"""The nouns: what is true of each row, its constraints, and the questions asked of it."""

from requests_app.models.account import Account, Gap, Network
from requests_app.models.api_key import ApiKey
from requests_app.models.author import Author
from requests_app.models.automatic_message import AutomaticMessage, Occasion
from requests_app.models.classifier import Classifier, LearningSource
from requests_app.models.event import PUBLIC_VERBS, Event, HistoryIsAppendOnly, Verb
from requests_app.models.follower import Follower
from requests_app.models.known_cluster import KnownCluster
from requests_app.models.ledger_entry import LedgerEntry, RateLimit
from requests_app.models.photo import Photo, Side
from requests_app.models.policy import Policy, Precision
from requests_app.models.post import Kind, Post, PostVersion
from requests_app.models.queue import OpeningHours, Queue, Weekday
from requests_app.models.reaction import Reaction, ReactionKind
from requests_app.models.reply import Reply, ReplyStatus
from requests_app.models.resemblance import Resemblance
from requests_app.models.rule import Rule, Urgency
from requests_app.models.service import Service
from requests_app.models.service_request import PlaceSource, ServiceRequest
from requests_app.models.status import CLOSED, OPEN, DeclineReason, Status
from requests_app.models.training import Training, TrainingOutcome

__all__ = [
    "CLOSED",
    "OPEN",
    "PUBLIC_VERBS",
    "Account",
    "ApiKey",
    "Author",
    "AutomaticMessage",
    "Classifier",
    "DeclineReason",
    "Event",
    "Follower",
    "Gap",
    "HistoryIsAppendOnly",
    "Kind",
    "KnownCluster",
    "LearningSource",
    "LedgerEntry",
    "Network",
    "Occasion",
    "OpeningHours",
    "Photo",
    "PlaceSource",
    "Policy",
    "Post",
    "PostVersion",
    "Precision",
    "Queue",
    "RateLimit",
    "Reaction",
    "ReactionKind",
    "Reply",
    "ReplyStatus",
    "Resemblance",
    "Rule",
    "Service",
    "ServiceRequest",
    "Side",
    "Status",
    "Training",
    "TrainingOutcome",
    "Urgency",
    "Verb",
    "Weekday",
]
