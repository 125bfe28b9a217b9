"""The model in use: the one that the town's nights chose, else the one that Plaza ships."""

import logging
from functools import lru_cache
from pathlib import Path

from requests_app.models import Classifier
from requests_app.triage.learned.model import Model

log = logging.getLogger(__name__)

STARTER = Path(__file__).with_name("starter.npz")


@lru_cache(maxsize=1)
def starter() -> Model:
    """As `manage.py train_triage` wrote it."""
    return Model.from_bytes(STARTER.read_bytes())


def model_in_use() -> Model:
    """One query; the weights are read once for each process."""
    chosen = Classifier.objects.filter(is_in_use=True).values_list("pk", flat=True).first()
    return starter() if chosen is None else _kept(chosen)


@lru_cache(maxsize=2)
def _kept(number: int) -> Model:
    kept = Classifier.objects.values_list("weights", flat=True).get(pk=number)
    try:
        return Model.from_bytes(bytes(kept))
    except ValueError as error:
        # An update reads texts in another way than the model has learned to; the next night's is of today.
        log.warning("the town's own model cannot be read", extra={"classifier": number, "error": str(error)})
        return starter()
