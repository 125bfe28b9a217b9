"""The statuses of a request, the sets of them that mean something, and why one is declined."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    NEW = "new", _("new")
    ACCEPTED = "accepted", _("accepted")
    WAITING = "waiting", _("waiting")
    RESOLVED = "resolved", _("resolved")
    DECLINED = "declined", _("declined")


OPEN = (Status.NEW, Status.ACCEPTED, Status.WAITING)
CLOSED = (Status.RESOLVED, Status.DECLINED)


class DeclineReason(models.TextChoices):
    NOT_OURS = "not_ours", _("not the town's to do")
    NO_BUDGET = "no_budget", _("needs a budget first")
    NOT_FOUND = "not_found", _("we looked and did not find it")
    AGAINST_RULES = "against_rules", _("the rules do not allow it")
    NOTHING_TO_DO = "nothing_to_do", _("there is nothing to do")


# The SQL of `ServiceRequestQuerySet.open` and `public`, as the partial indexes need it.
STANDING_OPEN = Q(status__in=OPEN, merged_into=None)
IN_PUBLIC = Q(is_private=False, merged_into=None)
