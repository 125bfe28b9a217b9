"""Words: what X makes of a text (mentions, hashtags, links, weight, language)."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

from twitter_text import extract_urls_with_indices, parse_tweet

MAX_WEIGHT = 280
MENTION = re.compile(r"(?<![\w!#$%&*@＠])[@＠]([A-Za-z0-9_]{1,20})(?![A-Za-z0-9_@＠]|://)")
HASHTAG = re.compile(r"(?<![\w&/#])[#＃](\w*[^\W\d_]\w*)")
BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
Resolve = Callable[[str], int | None]
Entities = dict[str, Any]

COMMON_WORDS = {
    "es": (
        "el la los las de del que y en un una por para con no se es está esta hay muy más lo al desde cuando gracias calle como pero si yo "
        "también tambien todo todos ya mi su le a q porque hoy ayer aquí ahora sigue señor buenos días este eso son ser han he"
    ),
    "en": (
        "the a of to and in is are on for with not it this that there you we please have has been my at thanks street i too was be do does "
        "can here now still from but so what when where who again today"
    ),
    "fr": (
        "le la les des de du et en un une pour avec pas est il ya sur dans que qui nous vous depuis merci rue ce c'est je j'ai aussi à au "
        "on ne l'eau bonjour où mais tout cette mon ma sont"
    ),
}
VOCABULARY = {lang: frozenset(words.split()) for lang, words in COMMON_WORDS.items()}


def weight(words: str) -> int:
    """Length as X counts it: emoji and wide characters 2, any link 23."""
    return int(parse_tweet(words).weightedLength)


def language(words: str) -> str:
    found = set(re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", words.lower()))
    scores = {lang: len(found & vocabulary) for lang, vocabulary in VOCABULARY.items()}
    best = max(scores, key=lambda lang: scores[lang])
    return best if scores[best] else "und"


def handles_in(words: str) -> list[str]:
    return [match[1] for match in MENTION.finditer(words)]


def compose(
    words: str, *, post_id: int, carried: list[str], photos: list[tuple[str, str]], resolve: Resolve
) -> tuple[str, Entities]:
    """The text as X serves it, and its entities; offsets count code points of that text."""
    pieces: list[str] = []
    links: list[dict[str, Any]] = []
    raw = "".join(f"@{handle} " for handle in carried) + words
    at = length = 0
    # Bare domains are left alone: "basura.Es un asco" is a typo, not a link.
    for found in extract_urls_with_indices(raw, extract_urls_without_protocol=False):
        start, end = found["indices"]
        before = html.escape(raw[at:start], quote=False)
        short = short_link(post_id, len(links))
        length += len(before)
        links.append(
            _link(short, start=length, target=found["url"], shown=re.sub(r"^https?://(www\.)?", "", found["url"]))
        )
        pieces += [before, short]
        length += len(short)
        at = end
    pieces.append(html.escape(raw[at:], quote=False))
    text = "".join(pieces)
    if photos:
        short = short_link(post_id, len(links))
        start = len(text) + (1 if text else 0)
        text = f"{text} {short}".lstrip()
        links += [
            _link(short, start=start, target=url, shown=f"pic.{short[8:]}") | {"media_key": key} for url, key in photos
        ]
    return text, _entities(text, links=links, resolve=resolve)


def _entities(text: str, *, links: list[dict[str, Any]], resolve: Resolve) -> Entities:
    mentions = [
        {"start": match.start(), "end": match.end(), "username": match[1], "id": str(user_id)}
        for match in MENTION.finditer(text)
        if (user_id := resolve(match[1])) is not None
    ]
    hashtags = [{"start": match.start(), "end": match.end(), "tag": match[1]} for match in HASHTAG.finditer(text)]
    found = {"mentions": mentions, "hashtags": hashtags, "urls": links}
    return {kind: items for kind, items in found.items() if items}


def _link(short: str, *, start: int, target: str, shown: str) -> dict[str, Any]:
    return {"start": start, "end": start + len(short), "url": short, "expanded_url": target, "display_url": shown}


def short_link(post_id: int, number: int) -> str:
    rest, code = post_id * 4 + number, ""
    while rest:
        rest, digit = divmod(rest, 62)
        code = BASE62[digit] + code
    return f"https://t.co/{code[-10:]}"
