"""Masks: what identifies somebody and slipped into a post is left out of every public copy of it."""

import re

MASK = "•••"

# A telephone in disguise goes; any other link stays whole, whatever digits it holds.
DISGUISED = r"(?:https?://)?(?:wa\.me|t\.me/\+|api\.whatsapp\.com)/?\S+"
LINK = r"(?P<link>(?:https?://|www\.)\S+)"
PATTERNS = (
    # E-mail addresses; a handle of the fediverse (@name@server) begins with its @ and is left alone.
    r"[\w.%+'-]+@[\w-]+(?:\.[\w-]+)+",
    # Bank accounts (IBAN) and payment cards.
    r"[A-Z]{2}\d{2}(?:[ -]?[A-Z]{4})?(?:[ -]?\d{4}){3,7}(?:[ -]?\d{1,3})?",
    r"\d{4}(?:[ -]?\d{4}){3}",
    # Spanish identity numbers: DNI and NIE.
    r"\d{1,2}[. ]?\d{3}[. ]?\d{3}[ -]?[A-Za-z]",
    r"[XYZxyz][ -]?\d{7}[ -]?[A-Za-z]",
    # Telephones: with the country, Spanish, and those that begin with 0 as in France.
    r"(?:\+|00)[1-9](?:[ ().-]{0,2}\d){7,14}",
    r"[6-9٦-٩۶-۹](?:[ .-]?\d){8}(?![ .-]?\d)",
    r"0[1-9](?:[ .-]?\d){8,9}(?![ .-]?\d)",
    # Number plates: Spanish of today, Spanish of before, French.
    r"\d{4}[ -]?[BCDFGHJKLMNPRSTVWXYZ]{3}|\d{4}[bcdfghjklmnprstvwxyz]{3}",
    r"[A-Z]{1,2}-?\d{4}-?[A-Z]{1,2}",
    r"[A-Z]{2}-\d{3}-[A-Z]{2}",
)
# Each begins and ends outside of a word and a handle.
PRIVATE = re.compile(rf"{DISGUISED}|{LINK}|(?<![\w@.+-])(?:{'|'.join(PATTERNS)})(?![\w@])")
# Nothing of the above is written without one of these: most posts are looked at once.
CLUE = re.compile(r"\d{3}|\d[ .()-]{1,2}\d|@")


def mask(text: str) -> str:
    """`text` with telephones, e-mails, identity numbers, number plates and bank accounts replaced by `•••`."""
    return PRIVATE.sub(lambda found: found["link"] or MASK, text) if CLUE.search(text) else text
