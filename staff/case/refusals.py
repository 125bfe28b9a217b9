"""Why a message did not leave, and what to do about it, in plain words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.models import Reply, ReplyStatus

_RULES = {
    "not_summoned": gettext_lazy(
        "X lets an account answer only posts that name it. Give it up, and answer from an account that the post names."
    ),
    "too_long": gettext_lazy("It is too long for the network. Say it in fewer words."),
    "link": gettext_lazy("It carries a link. Say it without, or give it up."),
    "duplicate": gettext_lazy(
        "The account said exactly this already, the network says, but it is not in this thread. Look there; then say it in other words, or give it up."
    ),
    "gone": gettext_lazy("The post it answers is not there any more. Give it up."),
    "unauthorized": gettext_lazy(
        "The network does not accept the account's key. An administrator links the account again; then send it again."
    ),
    "forbidden": gettext_lazy("The network does not let this account answer that post. Try another account."),
    "invalid": gettext_lazy("The network did not understand it. Say it in other words, or give it up."),
    "photo_missing": gettext_lazy(
        "Its photo is not in our store any more. Give it up and answer anew, with the photo."
    ),
    "edited": gettext_lazy(
        "Its author edited the post before the answer left. Read the post again; then send the answer, or change it."
    ),
    "relay": gettext_lazy("The line before it did not leave. Send that one again: this one goes with it."),
}


def reason(reply: Reply) -> str:
    """For a reply that is stuck: the network's rule and the way out. Nothing for the others."""
    if reply.status == ReplyStatus.REFUSED:
        return str(
            _RULES.get(reply.rule) or _("“%(rule)s”. Try another account, or give it up.") % {"rule": reply.rule}
        )
    if reply.status == ReplyStatus.FAILED:
        return _(
            "it was tried and looked for several times. Look at the thread on the network before you send it again."
        )
    return ""
