"""Translations: words are found in code and pages, gaps are named, and catalogues are compiled when they changed."""

import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

CODE = """
from django.utils.translation import gettext as _now, gettext_lazy as _, ngettext, pgettext

class Sweeper:
    name = _("sweeper")

def say(count):
    pgettext("greeting", "good morning")
    _now("not %s" % count)
    return ngettext("%(count)s bin", "%(count)s bins", count) % {"count": count}
"""
PAGE = """
{% load i18n %}
    {% if bins %}
  {% blocktranslate trimmed count count=bins %}
    One bin, %
  {% plural %}
    {{ count }} bins, %
  {% endblocktranslate %}
{% endif %}
<p title="{% translate "Isn't it" context "doubt" %}">{{ name|default:_("Nobody") }}</p>
"""
SPANISH = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: es\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "sweeper"
msgstr "barrendera"

msgctxt "greeting"
msgid "good morning"
msgstr "buenos días"

msgid "not %s"
msgstr "no %s"

msgid "%(count)s bin"
msgid_plural "%(count)s bins"
msgstr[0] "una papelera"
msgstr[1] "%(count)s papeleras"
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    (tmp_path / "civic").mkdir()
    (tmp_path / "civic" / "words.py").write_text(CODE)
    return tmp_path


def run(house: Path, *options: str) -> str:
    out = StringIO()
    call_command("compile_translations", *options, f"--root={house}", stdout=out, stderr=out)
    return out.getvalue()


def problems(house: Path) -> list[str]:
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("compile_translations", "--check", f"--root={house}", stdout=out, stderr=out)
    return out.getvalue().splitlines()


def write(house: Path, text: str, *, language: str = "es") -> Path:
    po = house / "civic" / "locale" / language / "LC_MESSAGES" / "django.po"
    po.parent.mkdir(parents=True, exist_ok=True)
    po.write_text(text.lstrip().replace("Language: es", f"Language: {language}"))
    return po


def write_both(house: Path, text: str) -> None:
    write(house, text)
    write(house, text, language="fr")


def test_check_without_catalogues(house: Path) -> None:
    assert problems(house) == ["es: there is no catalogue", "fr: there is no catalogue"]


def test_check_passes_when_every_word_is_translated(house: Path) -> None:
    write_both(house, SPANISH)
    assert run(house, "--check") == "Every word is translated.\n"


def test_check_names_what_a_page_says(house: Path) -> None:
    write_both(house, SPANISH)
    (house / "templates").mkdir()
    (house / "templates" / "page.html").write_text(PAGE)
    assert [one for one in problems(house) if one.startswith("es")] == [
        "es: missing: “One bin, %%”",
        "es: missing: “Isn't it” (doubt)",
        "es: missing: “Nobody”",
    ]


@pytest.mark.parametrize(
    ("good", "bad", "problem"),
    [
        ('msgstr "barrendera"', 'msgstr ""', "untranslated: “sweeper”"),
        ('msgstr[1] "%(count)s papeleras"', 'msgstr[1] ""', "untranslated: “%(count)s bin”"),
        ('msgid "sweeper"', '#, fuzzy\nmsgid "sweeper"', "fuzzy: “sweeper”"),
        ("no %s", "no", "placeholders differ: “not %s”"),
        ("no %s", "no %s %", "placeholders differ: “not %s”"),
        ("%(count)s papeleras", "%(cuenta)s papeleras", "placeholders differ: “%(count)s bin”"),
        ("una papelera", "%(una)s papelera", "placeholders differ: “%(count)s bin”"),
    ],
)
def test_check_names_the_fault(house: Path, good: str, bad: str, problem: str) -> None:
    write_both(house, SPANISH)
    write(house, SPANISH.replace(good, bad))
    assert problems(house) == [f"es: {problem}"]


def test_check_names_what_nobody_says(house: Path) -> None:
    write_both(house, SPANISH)
    write(house, SPANISH + '\nmsgid "old"\nmsgstr "viejo"\n\n#~ msgid "older"\n#~ msgstr "más viejo"\n')
    assert problems(house) == ["es: obsolete: “old”", "es: obsolete: “older”"]


def test_update_adds_new_words_and_keeps_translations(house: Path) -> None:
    po = write(house, SPANISH.replace("sweeper", "bygone"))
    write(house, SPANISH, language="fr")
    assert run(house, "--update") == "es: 1 new, 1 dropped\nfr: 0 new, 0 dropped\n"
    assert problems(house) == ["es: untranslated: “sweeper”"]
    assert "bygone" not in po.read_text()


def test_update_twice_changes_nothing(house: Path) -> None:
    run(house, "--update")
    po = house / "civic/locale/es/LC_MESSAGES/django.po"
    before = po.read_bytes(), po.stat().st_mtime_ns
    run(house, "--update")
    assert (po.read_bytes(), po.stat().st_mtime_ns) == before


def test_compile_only_what_changed(house: Path) -> None:
    po = write(house, SPANISH)
    write(house, SPANISH, language="fr")
    assert run(house) == "Compiled es, fr.\n"
    assert run(house) == "The translations are up to date.\n"
    # An older source, as a checkout of last week's code would leave it, counts as well.
    os.utime(po, (1, 1))
    assert run(house) == "Compiled es.\n"
    assert sorted(path.name for path in po.parent.iterdir()) == ["django.mo", "django.po"]


def test_compile_leaves_out_fuzzy_words(house: Path) -> None:
    po = write(house, SPANISH.replace('msgid "sweeper"', '#, fuzzy\nmsgid "sweeper"'))
    run(house)
    compiled = po.with_suffix(".mo").read_bytes()
    assert (b"barrendera" in compiled, "buenos días".encode() in compiled) == (False, True)


def test_compile_says_which_catalogue_is_broken(house: Path) -> None:
    po = write(house, SPANISH + '\nmsgid "open\n')
    with pytest.raises(CommandError, match=f"^{po} cannot be read"):
        run(house)
    assert not po.with_suffix(".mo").exists()
