"""The search language of recent search: words, phrases, operators, OR, minus, brackets."""

from __future__ import annotations

import re
from collections.abc import Callable

from .problems import Problem, invalid
from .records import Post
from .store import Store

MAX_QUERY = 512
TOKEN = re.compile(r'\(|\)|-?"[^"]*"|[^\s()"]+')
Match = Callable[[Post, Store], bool]


def parse(query: str) -> Match:
    if not query.strip() or len(query) > MAX_QUERY:
        raise invalid("query", query, f"The `query` query parameter must hold between 1 and {MAX_QUERY} characters")
    tokens = TOKEN.findall(query)
    match = _either(tokens, query=query)
    if tokens:
        raise _wrong(query)
    return match


def _either(tokens: list[str], *, query: str) -> Match:
    """OR binds weaker than standing side by side."""
    choices = [_all(tokens, query=query)]
    while tokens and tokens[0] == "OR":
        tokens.pop(0)
        choices.append(_all(tokens, query=query))
    return lambda post, store: any(choice(post, store) for choice in choices)


def _all(tokens: list[str], *, query: str) -> Match:
    terms: list[Match] = []
    while tokens and tokens[0] not in ("OR", ")"):
        terms.append(_one(tokens, query=query))
    if not terms:
        raise _wrong(query)
    return lambda post, store: all(term(post, store) for term in terms)


def _one(tokens: list[str], *, query: str) -> Match:
    token = tokens.pop(0)
    if token in ("(", "-") and tokens:
        return _bracket(tokens, query=query) if token == "(" else _not(_one(tokens, query=query))
    if token.startswith("-") and len(token) > 1:
        return _not(_term(token[1:], query=query))
    return _term(token, query=query)


def _bracket(tokens: list[str], *, query: str) -> Match:
    match = _either(tokens, query=query)
    if not tokens or tokens.pop(0) != ")":
        raise _wrong(query)
    return match


def _not(match: Match) -> Match:
    return lambda post, store: not match(post, store)


def _term(token: str, *, query: str) -> Match:
    operator, colon, value = token.partition(":")
    if colon and operator in OPERATORS and value:
        return OPERATORS[operator](value)
    if token.startswith("@") and len(token) > 1:
        return lambda post, store: store.id_named(token[1:]) in post.mentioned
    if token.startswith("#") and len(token) > 1:
        return lambda post, store: any(
            tag["tag"].casefold() == token[1:].casefold() for tag in post.entities.get("hashtags", ())
        )
    word = token.strip('"').casefold()
    if not word or token in ("(", ")") or (colon and operator.isalpha() and not value.startswith("//")):
        raise _wrong(query)
    if token.startswith('"'):
        return lambda post, store: word in post.words.casefold()
    return lambda post, store: (
        word in re.findall(r"\w+", post.words.casefold()) or (not word.isalnum() and word in post.words.casefold())
    )


def _is(value: str) -> Match:
    kinds: dict[str, Match] = {
        "reply": lambda post, store: post.reply_to is not None,
        "retweet": lambda post, store: post.retweet_of is not None,
        "quote": lambda post, store: post.quote_of is not None,
    }
    return kinds.get(value, lambda post, store: False)


def _by(value: str) -> Match:
    return lambda post, store: (
        value.lower().lstrip("@") in (store.memory.users[post.author].handle.lower(), str(post.author))
    )


def _to(value: str) -> Match:
    return lambda post, store: (
        post.reply_to_user is not None and post.reply_to_user == store.id_named(value.lstrip("@"))
    )


OPERATORS: dict[str, Callable[[str], Match]] = {
    "from": _by,
    "to": _to,
    "conversation_id": lambda value: lambda post, store: str(post.conversation) == value,
    "in_reply_to_tweet_id": lambda value: lambda post, store: str(post.reply_to) == value,
    "lang": lambda value: lambda post, store: post.lang == value,
    "is": _is,
    "has": lambda value: (
        lambda post, store: bool(post.photos) if value in ("images", "media") else value in post.entities
    ),
}


def _wrong(query: str) -> Problem:
    return invalid("query", query, "There were errors processing your request: the query cannot be read")
