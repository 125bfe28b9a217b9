"""A name with one slip of the finger: a letter too many, too few, another, or two that changed places."""

from collections.abc import Iterable

# Shorter names are one slip from too many other words.
SHORTEST = 5


def meant(word: str, *, among: Iterable[str]) -> str:
    """The one name that it may be; "" for none, or for more than one."""
    near = [name for name in among if len(name) >= SHORTEST and is_slip(word, name)]
    return near[0] if len(near) == 1 else ""


def is_slip(word: str, name: str) -> bool:
    if abs(len(word) - len(name)) > 1:
        return False
    at = next((at for at, (one, other) in enumerate(zip(word, name, strict=False)) if one != other), None)
    if at is None:
        return True
    rest, other = word[at:], name[at:]
    swapped = rest[:2] == other[1::-1] and rest[2:] == other[2:]
    return swapped or rest[1:] == other[1:] or rest[1:] == other or rest == other[1:]
