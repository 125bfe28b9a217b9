"""Mastodon's HTML and its counting: what people read, and how long the servers find it."""

import re
from html.parser import HTMLParser

BLOCKS = {"p", "div", "blockquote", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5", "h6"}
# Shorter than any server's idea of an address, so that nothing is counted as shorter than it is.
LINK = re.compile(r"https?://[\w./?=&%#~+-]+\w/?", re.ASCII)
REMOTE_MENTION = re.compile(r"(?<![\w/])@(\w+)@[\w.-]*\w", re.ASCII)


def words_of(content: str | None) -> str:
    """Plain words: paragraphs and lines kept, mentions as @user, links in full."""
    words = _Words()
    words.feed(content or "")
    words.close()
    lines = (line.strip() for line in "".join(words.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def spelling(text: str) -> str:
    """Alike in what people read: servers cut the domain of a mention, and spaces are theirs."""
    return " ".join(re.sub(r"(@[\w.-]+)@[\w.-]*\w", r"\1", text).split())


def length_of(text: str, *, characters_per_url: int) -> int:
    """As Mastodon counts, but code points for its grapheme clusters: never less than the server.

    `characters_per_url` of 0: a server that counts addresses and mentions in full.
    """
    if not characters_per_url:
        return len(text)
    return len(REMOTE_MENTION.sub(r"@\1", LINK.sub("x" * characters_per_url, text)))


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        # Of the link that is open: where it leads and where its words begin. Mentions and hashtags are words, not links.
        self._link: tuple[str, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in BLOCKS:
            self.parts.append("\n\n")
        elif tag == "a" and not {"mention", "hashtag"} & set((given.get("class") or "").split()):
            self._link = (given.get("href") or "", len(self.parts))

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.parts.append("\n\n")
        elif tag == "a" and self._link:
            (href, start), self._link = self._link, None
            self.parts[start:] = [_in_full("".join(self.parts[start:]), href)]

    def handle_data(self, data: str) -> None:
        self.parts.append(data.replace("\n", " "))


def _in_full(words: str, href: str) -> str:
    """Servers shorten what a link shows; words that are no part of the address stay beside it."""
    shown = words.strip().rstrip("…")
    if not href or href == shown:
        return words
    return href if shown in href else f"{words} ({href})"
