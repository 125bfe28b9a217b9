"""Topics: what the texts that Plaza ships are about; a town's services say which of them they are."""

import json
from collections.abc import Mapping
from pathlib import Path

# The queue is that of the texts' own town, Alameda; another town's services choose their own.
QUEUES: dict[str, tuple[str, ...]] = {
    "sweeper": ("rubbish", "bulky-waste", "street-cleaning", "dog-mess", "graffiti", "weeds", "pests"),
    "police": (
        "parking",
        "traffic",
        "noise",
        "abandoned-vehicle",
        "public-safety",
        "dispute",
        "loose-animals",
        "vulnerable-person",
    ),
    "maintenance": (
        "street-light",
        "cables",
        "signals",
        "road",
        "pavement",
        "water",
        "drains",
        "trees",
        "parks",
        "playgrounds",
        "repairs",
    ),
    "townhall": ("paperwork", "transport", "culture-sport", "public-health", "online"),
}
# The town as a whole: policy, money, chat. No service.
GENERAL = "general"
TOPICS: tuple[str, ...] = tuple(topic for topics in QUEUES.values() for topic in topics) + (GENERAL,)


def _read_keywords() -> dict[str, dict[str, list[str]]]:
    written = json.loads(Path(__file__).with_name("keywords.json").read_text(encoding="utf-8"))
    return {
        topic: {language: words.split(", ") for language, words in by_language.items()}
        for topic, by_language in written.items()
    }


# The words by which each topic is known, as a service's keywords are written: {"rubbish": {"es": ["basura^3", …], …}, …}.
KEYWORDS: Mapping[str, Mapping[str, list[str]]] = _read_keywords()
