"""Masks: what identifies somebody and slipped into a post is left out of every public copy of it."""

import re

MASK = "•••"

# A telephone in disguise goes; any other link stays whole, whatever digits it holds.
DISGUISED = r"(?:https?://)?(?:wa\.me|t\.me/\+|api\.whatsapp\.com)/?\S+"
LINK = r"(?P<link>(?:https?://|www\.)\S+)"
# A date, with its hour behind it, and a coordinate have as many digits as a telephone.
NO_DATE = (
    r"(?!\d{1,2}[-./ ]\d{1,2}[-./ ](?:19|20)\d\d(?!\d)|(?:19|20)\d\d[-./ ]\d{1,2}[-./ ]\d{1,2}(?!\d)|\d{1,2}\.\d{4})"
)
# Capitals between and behind figures that are words and units: "DE 200 KM" is shouted, and no plate.
NO_WORDS = (
    r"(?!(?:DE|LA|EL|EN|AL|LE|UN|DU|AU|OF|AT|ON|IN|TO|NO|SU|MI|TU|ES|SI|YA|ET|OU|CE|SE|BY|IS|IT|OR|CP|KM|AN|AS)[ ]"
    r"|..[ -]?\d{3}[ ](?:KM|KG|ML|CM|MM|DE|EN|EL|LA|AM|PM|NO|SE|YA|ES|AL|LE|ET|OU|AU|DU|UN|OF|TO|IN|ON|AT|OR|SI|HS)\b)"
)
NO_UNITS = r"(?!\d{4}[ -]?(?i:KMS|HRS|MTS|PTS|LTS|GRS|BCN|PMR|THS))"
# Provinces on Spanish plates until 2000.
PROVINCE = (
    "(?:A|AB|AL|AV|B|BA|BI|BU|C|CA|CC|CE|CO|CR|CS|CU|GC|GE|GI|GR|GU|H|HU|IB|J|L|LE|LO|LU|M|MA|ML|MU|NA|O|OR|OU|P|PM|PO"
    "|S|SA|SE|SG|SO|SS|T|TE|TF|TO|V|VA|VI|Z|ZA)"
)
CONSONANTS = "BCDFGHJKLMNPRSTVWXYZ"
PLATES = (
    # Spanish of today and of before.
    rf"{NO_UNITS}\d{{4}}[ -]?[{CONSONANTS}]{{3}}|{NO_UNITS}\d{{4}}-?[{CONSONANTS.lower()}]{{3}}",
    rf"{PROVINCE}-?\d{{4}}-?[A-Z]{{1,2}}|{PROVINCE} \d{{4}} [A-Z]{{2}}|{PROVINCE}-\d{{6}}",
    # French, and Argentine of today; Argentine of before.
    rf"{NO_WORDS}[A-Z]{{2}}[ -]?\d{{3}}[ -]?[A-Z]{{2}}|[a-z]{{2}}-?\d{{3}}-?[a-z]{{2}}",
    r"[A-Z]{3}-?\d{3}",
    # British.
    r"[A-Z]{2}\d{2}[ -]?[A-Z]{3}|[a-z]{2}\d{2}[a-z]{3}",
)
TELEPHONES = (
    # With the country; with the area in brackets.
    rf"{NO_DATE}(?:\+|00)[1-9](?:[ ().-]{{0,2}}\d){{7,14}}",
    r"\(0?[1-9]\d{1,3}\)(?:[ .-]?\d){6,9}(?![ .-]?\d)",
    # Spanish, whatever figures they are written in; those that begin with 0, as French, British and Argentine ones.
    rf"{NO_DATE}[6-9٦-٩۶-۹](?:[ .-]?\d){{8}}(?![ .-]?\d)",
    rf"{NO_DATE}0[1-9](?:[ .-]?\d){{8,11}}(?![ .-]?\d)|0[1-9](?:/\d\d){{4}}(?!\d)",
    # Argentine without the 0.
    rf"{NO_DATE}(?:1[15][ .-]?\d{{4}}|[23]\d\d[ .-]?\d{{3}}|[23]\d{{3}}[ .-]?\d\d)[ .-]?\d{{4}}(?![ .-]?\d)",
)
DOT = r"\s*(?:\.|[(\[]\s*(?:dot|punto|point)\s*[)\]])\s*"
SPELT_DOT = r"\s+(?:dot|punto|point)\s+"
SPELT_AT = r"\s*(?:[(\[]\s*(?:at|arroba|arobase|a|@)\s*[)\]]|\s(?:arroba|arobase)\s|\s@\s)\s*"
ENDING = r"(?:com|org|net|info|edu|eu|es|cat|fr|ar|uk|gob|co|me|io|gal|eus)\b"
PATTERNS = (
    # E-mail addresses, also spelt out; a handle of the fediverse (@name@server) begins with its @ and is left alone.
    rf"[\w.%+'-]+@[\w-]+(?:\.[\w-]+)+|[\w.%+-]+@[\w-]+{SPELT_DOT}(?i:{ENDING})",
    rf"[\w.%+-]+(?i:{SPELT_AT})[\w-]+(?:(?i:(?:{DOT}|{SPELT_DOT})){ENDING})+",
    rf"[\w.%+-]+\s+(?i:at)\s+[\w-]+(?:(?i:{SPELT_DOT}){ENDING})+",
    # Bank accounts (IBAN, and Spanish ones of before) and payment cards.
    r"[A-Za-z]{2}\d{2}(?:[ .-]?[A-Za-z]{4})?(?:[ .-]?(?=[A-Za-z]{0,3}\d)[A-Za-z\d]{4}){3,7}(?:[ .-]?(?=\D?\d)[A-Za-z\d]{1,3})?",
    r"[A-Za-z]{2}\d{2}(?:[ .-]?\d){11,28}",
    r"\d{4}[ .-]?\d{4}[ .-]?\d{2}[ .-]?\d{10}",
    r"(?!(?:(?:19|20)\d\d[ -]){3})\d{4}(?:[ .-]?\d{4}){3}|3[47]\d\d[ -]?\d{6}[ -]?\d{5}",
    # Identity numbers: DNI, NIE and NIF, the French number of the Sécurité sociale, the British and the Argentine one.
    r"(?:\d{7,8}|\d{1,2}\.\d{3}\.\d{3}|\d{1,2} \d{3} \d{3})(?:[ -]?[A-HJ-NP-TV-Z]|-?[a-hj-np-tv-z])",
    r"[XYZxyz][ -]?\d{7}[ -]?[A-Za-z]|[A-HJNP-SUVW]-?\d{7}-?[\dA-J]",
    r"[12][ .-]?\d\d[ .-]?(?:0[1-9]|1[0-2]|[2-9]\d)[ .-]?(?:\d\d|2[ABab])[ .-]?\d{3}[ .-]?\d{3}(?:[ .-]?\d\d)?",
    r"[A-CEGHJ-PR-TW-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D]|(?:2[0347]|3[034])-?\d{8}-?\d",
    *TELEPHONES,
    *PLATES,
)
# What a word before it makes plain: "tel. 4567-8901", "DNI 30.123.456", "matrícula 1234 bcd".
BETWEEN = r"\b[^\w\n]{0,3}(?:(?:es|is|est|al|el|n|n[º°]|n\.º|no|nro|num|n[uú]mero|number|num[eé]ro|argentino)(?!\w)[^\w\n]{0,3}){0,2}"
CALLS = r"(?:tel|tels|tel[eé]fono|t[eé]l[eé]phone|t[eé]l|phone|cel|celu|celular|m[oó]vil|mobile|whatsapp|wasap|wsp|portable)"
NAMES = r"(?:dni|nie|nif|cuit|cuil|pasaporte|passport|passeport|documento|s[eé]cu)"
PLATE = r"(?:matr[ií]culas?|patentes?|dominio|plaque|immatricul[eé]e?|number plate|plate|registration|reg)"
PLATED = (
    r"(?!(?:de|en|la|el|a|y|es|le|du|au|of|in|is)\b)"
    r"(?:\d{4}[ -]?[a-z]{3}|[a-z]{3}[ -]?\d{3}|[a-z]{1,2}[ -]?\d{3,4}[ -]?[a-z]{1,2}|[a-z]{2}\d{2}[ -]?[a-z]{3}"
    r"|[a-z]\d{1,3}[ -]?[a-z]{3}|\d{2,4}[ -][a-z]{2,3}[ -]\d{2})"
)
CUED = (
    rf"(?P<cue>(?i:{CALLS}{BETWEEN}))(?!\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d)\+?\d(?:[ ./()-]{{0,2}}\d){{5,14}}"
    rf"|(?P<cue2>(?i:{NAMES}{BETWEEN}))[A-Za-z]{{0,2}}[ -]?\d(?:[ .-]?\d){{5,13}}(?:-?[A-Za-z])?"
    rf"|(?P<cue3>(?i:{PLATE}{BETWEEN}))(?i:{PLATED})"
)
# Each begins and ends outside of a word and a handle.
PRIVATE = re.compile(rf"{DISGUISED}|{LINK}|(?<![\w@.+-])(?:{CUED}|{'|'.join(PATTERNS)})(?![\w@])")
HAS_PLATE = re.compile(rf"(?<![\w@.+-])(?:{'|'.join(PLATES)}|(?i:{PLATE}{BETWEEN}{PLATED}))(?![\w@])")
# Nothing of the above is written without one of these: most posts are looked at once.
CLUE = re.compile(r"\d{3}|\d[ ./()-]{1,2}\d|@|\d\d[ -]?[A-Za-z]|(?i:\bat\b|\(a\)|arroba|arobase)")
# What is counted, priced or filed: "líneas 600 610 620", "expediente 612345678", "650.000.000 euros".
COUNTED_BEFORE = re.compile(
    r"(?:\b(?i:l[ií]neas?|lignes?|lines?|bus(?:es)?|reclamos?|expedientes?|incidencias?|tickets?|reports?|r[eé]f|"
    r"referencia|reference|dossier|solicitud|parte|folio)\W{0,3}(?:(?i:n[º°]?|n\.º|no|nro|num|n[uú]mero)\W{0,3})?|[€$£]\s?)$"
)
COUNTED_AFTER = re.compile(r"\s?(?:[€$£]|(?i:euros?|eur|pesos|pounds|libras|habitantes|inhabitants|habitants)\b)")
LOOK_BACK = 24
FIGURES_ONLY = re.compile(r"[\d .-]+")


def mask(text: str) -> str:
    """`text` with telephones, e-mails, identity numbers, number plates and bank accounts replaced by `•••`."""
    return PRIVATE.sub(_masked, text) if CLUE.search(text) else text


def has_plate(text: str) -> bool:
    """Whether a vehicle is named by its number plate."""
    return bool(CLUE.search(text) and HAS_PLATE.search(text))


def _masked(found: re.Match[str]) -> str:
    if link := found["link"]:
        return link
    if FIGURES_ONLY.fullmatch(found[0]):
        text, start, end = found.string, found.start(), found.end()
        if COUNTED_BEFORE.search(text[max(0, start - LOOK_BACK) : start]) or COUNTED_AFTER.match(text, end):
            return found[0]
    return f"{found['cue'] or found['cue2'] or found['cue3'] or ''}{MASK}"
