"""The message catalogues: which words the code and the pages say, and how far each language has them."""

import ast
import io
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po
from django.utils.translation.template import templatize

# Where people read words of ours. The sandbox is another program and speaks for itself.
FOLDERS = ("civic", "requests_app", "staff", "templates")
LEFT_OUT = ("requests_app/sandbox", "requests_app/migrations")
PAGES = (".html", ".txt", ".xml")

Spec = tuple[int | tuple[int, str], ...] | None
SPECS: dict[str, Spec] = {
    "gettext": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
KEYWORDS: dict[str, Spec] = {**SPECS, **{f"{name}_lazy": spec for name, spec in SPECS.items()}}
PLACEHOLDER = re.compile(r"%%|%\((\w+)\)[a-z]|%([a-z])")


class CatalogueError(Exception):
    """A catalogue or a source that cannot be read; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Catalogues:
    """The catalogues of one house: its sources and, below `civic/locale`, a file for each language."""

    root: Path
    languages: tuple[str, ...]

    def place(self, language: str) -> Path:
        return self.root / "civic" / "locale" / language / "LC_MESSAGES" / "django.po"

    def compile(self) -> list[str]:
        """Brings every compiled catalogue up to date; the languages for which there was something to do."""
        return [language for language in self.languages if self._compile(self.place(language))]

    def update(self) -> dict[str, tuple[int, int]]:
        """Writes new words into each catalogue and drops those nobody says any more: {language: (new, dropped)}."""
        template = self.said()
        return {language: self._update(language, template) for language in self.languages}

    def problems(self) -> list[str]:
        """What keeps a language from being whole, a sentence each."""
        template = self.said()
        return [
            f"{language}: {problem}" for language in self.languages for problem in self._problems(language, template)
        ]

    def said(self) -> Catalog:
        """Every message of the code and the pages, in English."""
        template = Catalog()
        for source in self._sources():
            for line, message, context in _messages(source):
                template.add(message, locations=[(str(source.relative_to(self.root)), line)], context=context)
        return template

    def _sources(self) -> Iterator[Path]:
        for folder in FOLDERS:
            for path in sorted((self.root / folder).rglob("*")):
                place = path.relative_to(self.root).as_posix()
                if path.suffix in (".py", *PAGES) and not place.startswith(LEFT_OUT):
                    yield path

    def _compile(self, po: Path) -> bool:
        if not po.exists():
            return False
        mo, written = po.with_suffix(".mo"), po.stat().st_mtime_ns
        # The compiled file carries its source's moment, so that going back to an older source counts too.
        if mo.exists() and mo.stat().st_mtime_ns == written:
            return False
        content = io.BytesIO()
        write_mo(content, _read(po))
        _replace(mo, content.getvalue(), moment=written)
        return True

    def _update(self, language: str, template: Catalog) -> tuple[int, int]:
        po = self.place(language)
        catalogue = _read(po) if po.exists() else _empty(language)
        before, now = _keys(catalogue), _keys(template)
        created_at = catalogue.creation_date
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.creation_date = created_at
        content = io.BytesIO()
        # Line numbers would change the file with every edit of a page.
        write_po(content, catalogue, width=100, sort_output=True, include_lineno=False, ignore_obsolete=True)
        if not po.exists() or po.read_bytes() != content.getvalue():
            po.parent.mkdir(parents=True, exist_ok=True)
            _replace(po, content.getvalue())
        return len(now - before), len(before - now)

    def _problems(self, language: str, template: Catalog) -> Iterator[str]:
        po = self.place(language)
        if not po.exists():
            yield "there is no catalogue"
            return
        catalogue = _read(po)
        said = _keys(template)
        for message in _entries(template):
            mine = catalogue.get(message.id, context=message.context)
            for problem in ["missing"] if mine is None else _faults(mine, plurals=catalogue.num_plurals):
                yield f"{problem}: {_shown(message)}"
        unused = [message for message in _entries(catalogue) if _key(message) not in said]
        for message in [*unused, *catalogue.obsolete.values()]:
            yield f"obsolete: {_shown(message)}"


def _messages(source: Path) -> Iterator[tuple[int, str | tuple[str, ...], str | None]]:
    """Line, message (or singular and plural) and context of all that one file says."""
    text = source.read_text(encoding="utf-8")
    keywords = dict(KEYWORDS)
    try:
        if source.suffix == ".py":
            keywords |= _aliases(text)
        else:
            # Django blanks everything but the words, and what is left may not look indented.
            keywords["_"] = None
            text = "\n".join(line.lstrip() for line in templatize(text, origin=str(source)).splitlines())
        found = list(extract_python(io.BytesIO(text.encode()), keywords, (), {"encoding": "utf-8"}))
    except (SyntaxError, ValueError) as error:
        raise CatalogueError(f"{source} cannot be read: {error}") from error
    for line, function, arguments, _comments in found:
        # Babel gives a lone argument as it is, several as a tuple (its own types say otherwise).
        given = cast(
            "tuple[str | None, ...]", arguments if isinstance(cast(object, arguments), tuple) else (arguments,)
        )
        words, context = _words(given, spec=keywords[str(function)] or (1,))
        if words:
            yield line, words[0] if len(words) == 1 else words, context


def _words(
    given: tuple[str | None, ...], *, spec: tuple[int | tuple[int, str], ...]
) -> tuple[tuple[str, ...], str | None]:
    """The words among a call's arguments, and their context; what is no plain string counts as not given."""
    by_place = dict(enumerate(given, start=1))
    words = [by_place.get(place) for place in spec if isinstance(place, int)]
    contexts = [by_place.get(place[0]) for place in spec if isinstance(place, tuple)]
    return tuple(word for word in words if word), next(iter(contexts), None)


def _aliases(code: str) -> dict[str, Spec]:
    """The names under which a module imports the translating functions: `_`, `_now`."""
    imports = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.ImportFrom)]
    names = [name for node in imports if node.module == "django.utils.translation" for name in node.names]
    return {name.asname: KEYWORDS[name.name] for name in names if name.asname and name.name in KEYWORDS}


def _faults(message: Message, *, plurals: int) -> Iterator[str]:
    """What is wrong with one translation."""
    forms = tuple(message.string) if isinstance(message.string, tuple | list) else (message.string or "",)
    wanted = plurals if message.pluralizable else 1
    if message.fuzzy:
        yield "fuzzy"
    elif len(forms) != wanted or not all(forms):
        yield "untranslated"
    elif not _same_placeholders(message, forms):
        yield "placeholders differ"


def _same_placeholders(message: Message, forms: Iterable[str]) -> bool:
    """A plural may leave the number out where it is a word ("one person"), never in its last form."""
    *others, last = forms
    asked = _placeholders(message.id[-1] if isinstance(message.id, tuple | list) else message.id)
    return _placeholders(last) == asked and all(_placeholders(form) <= asked for form in others)


def _placeholders(text: str) -> set[str]:
    """`%(name)s`, `%s` and a lone `%`, which would break the sentence when it is filled in."""
    found = {match.group() for match in PLACEHOLDER.finditer(text) if match.group() != "%%"}
    return found | ({"%"} if "%" in PLACEHOLDER.sub("", text) else set())


def _read(po: Path) -> Catalog:
    try:
        with po.open("rb") as file:
            return read_po(file, locale=po.parts[-3], abort_invalid=True)
    except (PoFileError, ValueError) as error:
        raise CatalogueError(f"{po} cannot be read: {error}") from error


def _empty(language: str) -> Catalog:
    return Catalog(
        locale=language, project="Plaza", header_comment=f"# Plaza: {language}", fuzzy=False,
        msgid_bugs_address="Plaza", last_translator="Plaza", language_team="Plaza",
    )  # fmt: skip


def _replace(path: Path, content: bytes, *, moment: int | None = None) -> None:
    """Whole or not at all: another process may be reading it."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:
        file.write(content)
    os.chmod(file.name, 0o644)
    if moment is not None:
        os.utime(file.name, ns=(moment, moment))
    os.replace(file.name, path)


Key = tuple[str | None, str]


def _entries(catalogue: Catalog) -> Iterator[Message]:
    """Without the header."""
    return (message for message in catalogue if message.id)


def _key(message: Message) -> Key:
    return message.context, message.id[0] if isinstance(message.id, tuple | list) else message.id


def _keys(catalogue: Catalog) -> set[Key]:
    return {_key(message) for message in _entries(catalogue)}


def _shown(message: Message) -> str:
    context, words = _key(message)
    return f"“{words}” ({context})" if context else f"“{words}”"
