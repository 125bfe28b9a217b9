"""Publish and settle: every approved reply stands on its network exactly once, or somebody is told why not.

A worker may die between any two instructions. What it leaves behind, and what then happens:
1. Before `claim` commits: nothing. The row is due as before.
2. Claimed, not called, or called and not answered, or answered and not written down: the row says "sending". When its
   lease is over `settle` calls it doubtful and finds out, before anything is sent again.
3. While `settle` looks: the row is doubtful, and is looked for again after a lease.
4. Written down: one transaction, together with the request's clock and history.
Two workers cannot claim one row (compare-and-set), nor two rows of one account (a unique index). What a worker writes
down too late changes nothing, but for a receipt: what stands in public stands.
"""

from requests_app.outbox.sending import attempt, claim, publish, record
from requests_app.outbox.settling import settle

__all__ = ["attempt", "claim", "publish", "record", "settle"]
