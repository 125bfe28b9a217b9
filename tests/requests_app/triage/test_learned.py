"""The model: what it learned, what it says of it, and that what is shipped is what was trained."""

import json

import pytest

from requests_app.triage.learned import corpus
from requests_app.triage.learned.model import Model
from requests_app.triage.learned.pieces import emphasis
from requests_app.triage.learned.training import Example, cross_validated, train
from requests_app.triage.learned.using import starter
from requests_app.triage.words import look

EXAMPLES = [
    Example("la farola está fundida", kind="problem", topic="street-light", urgent=False),
    Example("farola apagada otra vez", kind="problem", topic="street-light", urgent=False),
    Example("la farola echa chispas, peligro", kind="problem", topic="street-light", urgent=True),
    Example("basura en la calle", kind="problem", topic="rubbish", urgent=False),
    Example("la basura sin recoger", kind="problem", topic="rubbish", urgent=False),
    Example("gracias por recoger la basura", kind="thanks", topic="rubbish", urgent=False),
    Example("muchas gracias por la farola", kind="thanks", topic="street-light", urgent=False),
    Example("la basura arde, chispas, peligro", kind="problem", topic="rubbish", urgent=True),
]


@pytest.fixture(scope="module")
def small() -> Model:
    return train(EXAMPLES, facts={"texts": len(EXAMPLES)})


def test_model_finds_what_it_was_shown(small: Model) -> None:
    likely = small.likelihoods(look("la farola de la esquina, fundida"))

    assert max(likely.topic, key=lambda one: likely.topic[one]) == "street-light"
    assert max(likely.kind, key=lambda one: likely.kind[one]) == "problem"
    assert all(sum(shares.values()) == pytest.approx(1) for shares in likely)


def test_model_is_the_same_when_kept(small: Model) -> None:
    kept = Model.from_bytes(small.to_bytes())
    view = look("la farola echa chispas")

    assert kept.facts == {"texts": len(EXAMPLES)}
    for one, other in zip(kept.likelihoods(view), small.likelihoods(view), strict=True):
        assert one == pytest.approx(other, abs=0.01)


def test_model_says_which_words_and_how_many_texts(small: Model) -> None:
    view = look("otra farola fundida")

    assert small.words_for(view, head="topic", label="street-light", most=1) == ("farola",)
    assert small.alike(("farola",), "street-light") == 4
    assert small.alike(("nada",), "street-light") == 0


def test_model_knows_what_it_does_not_know(small: Model) -> None:
    assert small.share_known(look("la farola, la basura")) == 1.0
    assert small.share_known(look("Der Brunnen läuft über")) == 0.0
    assert small.share_known(look("😀 12 https://example.org")) == 0.0


def test_model_of_another_format_is_refused() -> None:
    with pytest.raises((ValueError, OSError)):
        Model.from_bytes(b"no model")


def test_first_words_tell_most() -> None:
    told = emphasis(look("basura y más basura que nadie recoge nunca junto a la farola").tokens)

    assert told["basura"] == 1.0
    assert told["farola"] < 0.5 < told["recoge"]


def test_cross_validation_never_shows_a_text_to_its_own_judge() -> None:
    """Ten texts that have nothing in common teach nothing about each other."""
    alone = [Example(f"palabra{letter * 6}", kind="problem", topic="rubbish") for letter in "abcde"]
    others = [Example(f"cosa{letter * 6}", kind="thanks", topic="noise") for letter in "vwxyz"]
    urgent = [Example("fuego", urgent=True), Example("calma", urgent=False)]

    figures = cross_validated([*alone, *others], taught=urgent)

    assert set(figures) == {"kind", "topic"}


def test_the_shipped_model_is_of_todays_texts() -> None:
    """After any change to the texts: `manage.py train_triage`."""
    facts = starter().facts

    assert facts["corpus"] == corpus.fingerprint()
    assert facts["texts"] == len(corpus.texts())
    assert json.dumps(facts)


def test_every_text_is_written_once() -> None:
    texts = [one.text for one in corpus.texts()]
    twice = {text for text in texts if texts.count(text) > 1} if len(set(texts)) < len(texts) else set()
    assert twice == set()
