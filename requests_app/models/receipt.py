"""Where a message is, in one word that a page can put into a sentence."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from requests_app.models.reply import Reply


@dataclass(frozen=True, slots=True)
class Receipt:
    """`code`: held, queued, waiting, sending, in_doubt, published, seen_back, deleted_at_source, refused, failed,
    given_up or withdrawn. `at`: since when. While it waits: `until` when at least (if known), and `cause`, one of
    `networks.contract.CAUSES` or "paused" (by an administrator) or "relay" (for the message that it follows)."""

    code: str
    at: datetime | None = None
    until: datetime | None = None
    cause: str = ""
    rule: str = ""


def receipt(reply: "Reply", *, now: datetime) -> Receipt:
    """Asks nothing of the database where `account` and `follows` came along."""
    match reply.status:
        case "held" | "queued":
            return _to_send(reply, now=now)
        case "published" if reply.deleted_at:
            return Receipt("deleted_at_source", at=reply.deleted_at)
        case "published" if reply.seen_at:
            return Receipt("seen_back", at=reply.seen_at)
        case "published":
            return Receipt("published", at=reply.published_at)
        case "refused" | "failed" if reply.given_up_at:
            return Receipt("given_up", at=reply.given_up_at, rule=reply.rule)
        case "refused" | "failed":
            return Receipt(reply.status, at=reply.claimed_at, rule=reply.rule)
        case "sending" | "in_doubt":
            return Receipt(reply.status, at=reply.claimed_at)
        case _:
            return Receipt(reply.status)


def _to_send(reply: "Reply", *, now: datetime) -> Receipt:
    due, account, line = reply.next_attempt_at, reply.account, reply.follows
    if reply.status == "held" and reply.attempts == 0 and (due is None or due > now):
        return Receipt("held", until=due)
    if line is not None and line.status != "published":
        return Receipt("waiting", cause="relay")
    if not account.is_active:
        return Receipt("waiting", cause="paused")
    if account.deferred_until and account.deferred_until > now:
        return Receipt("waiting", until=account.deferred_until, cause=account.deferred_cause or "limit")
    if due and due > now:
        return Receipt("waiting", until=due, cause="limit")
    return Receipt("queued")
