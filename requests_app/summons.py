"""Whom a post names: the accounts in its words, and those of the town whose words it quotes (on X a quote is a summons)."""

from collections.abc import Iterable, Sequence

from requests_app.models import Post, Reply
from requests_app.networks.contract import IncomingPost


def mentions_of(posts: Sequence[IncomingPost], *, network: str) -> dict[str, list[str]]:
    """The accounts (ids) each post names, by the post's id; one query, and only when something quotes."""
    quoted = _speakers({post.quotes for post in posts} - {""}, network=network)
    return {post.external_id: [*dict.fromkeys((*post.mentions, *quoted.get(post.quotes, ())))] for post in posts}


def _speakers(quoted: Iterable[str], *, network: str) -> dict[str, list[str]]:
    """Which account of ours said it, through us or with another application."""
    ids = sorted(quoted)
    if not ids:
        return {}
    answers = Reply.objects.filter(external_id__in=ids, account__network=network)
    own = Post.objects.filter(external_id__in=ids, network=network, written_by__isnull=False)
    said = answers.values_list("external_id", "account__external_id").union(
        own.values_list("external_id", "written_by__external_id")
    )
    return {external_id: [account] for external_id, account in said}
