"""What the networks bill and allow: kept row by row as calls are made, and asked before the next ones."""

from requests_app.ledger.keeping import LONGEST_SILENCE, keep
from requests_app.ledger.limits import may_sweep, paid_checks_left, reading_interval, wait_for
from requests_app.ledger.spending import Spend, spend, spent_this_month

__all__ = [
    "LONGEST_SILENCE",
    "Spend",
    "keep",
    "may_sweep",
    "paid_checks_left",
    "reading_interval",
    "spend",
    "spent_this_month",
    "wait_for",
]
