"""Words a town writes once per language, read in the reader's own."""

from collections.abc import Mapping

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def in_readers_language(texts: Mapping[str, str]) -> str:
    """The text in the active language, else the town's own, else any; `""` when there is none."""
    for language in (get_language(), settings.LANGUAGE_CODE):
        if language and texts.get(language):
            return texts[language]
    return next(iter(texts.values()), "")


def validate_texts(texts: object) -> None:
    """Raises ValidationError unless `texts` is `{"es": "…", "en": "…"}` with known languages."""
    known = {code for code, _name in settings.LANGUAGES}
    if not isinstance(texts, dict) or not texts or set(texts) - known:
        raise ValidationError(_('Write one text per language, for example {"es": "Limpieza", "en": "Cleaning"}.'))
    if not all(isinstance(text, str) for text in texts.values()):
        raise ValidationError(_("Each language needs a plain text."))
