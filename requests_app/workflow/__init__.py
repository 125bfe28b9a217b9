"""The verbs: everything that may be done to a request, whoever asks. Lock, check, change, event, reply: one transaction."""

from requests_app.workflow.disclosing import disclose, lift, may_disclose
from requests_app.workflow.editing import edited
from requests_app.workflow.intake import Sorted, open_by_hand, receive
from requests_app.workflow.making_one import make_one, make_one_unasked, may_make_one
from requests_app.workflow.merging import join, merge, unmerge
from requests_app.workflow.moves import MOVES, ChangedMeanwhile, MoveNotAllowed, Refusal, moves_from
from requests_app.workflow.nudging import may_nudge, nudge
from requests_app.workflow.outcomes import can_undo, published, undo
from requests_app.workflow.outgoing import Outgoing, outgoing
from requests_app.workflow.placing import place, place_by_photo
from requests_app.workflow.reclassifying import KINDS, reclassify
from requests_app.workflow.removing import remove_photo
from requests_app.workflow.reporters import Reporter, language_for
from requests_app.workflow.scrubbing import erase, finish_erasing
from requests_app.workflow.sources import answer_gone
from requests_app.workflow.speech import BLANK, Message, MessageRefused, line_of, parent_for, parent_of, payload_of, say
from requests_app.workflow.stuck import edit_and_resend, give_up, send_again
from requests_app.workflow.telling_apart import suggest_again, tell_apart
from requests_app.workflow.verbs import accept, answer, assign, decline, note, reopen, resolve, transfer, wait
from requests_app.workflow.voices import Address, Audience, Voice, audience, voices
from requests_app.workflow.withholding import REASONS, conceal, fold, hide, reread

__all__ = [
    "BLANK",
    "KINDS",
    "MOVES",
    "Address",
    "Audience",
    "ChangedMeanwhile",
    "Message",
    "MessageRefused",
    "MoveNotAllowed",
    "Outgoing",
    "REASONS",
    "Refusal",
    "Reporter",
    "Sorted",
    "Voice",
    "accept",
    "answer",
    "answer_gone",
    "assign",
    "audience",
    "can_undo",
    "conceal",
    "decline",
    "disclose",
    "edited",
    "erase",
    "finish_erasing",
    "fold",
    "hide",
    "edit_and_resend",
    "give_up",
    "join",
    "language_for",
    "lift",
    "line_of",
    "make_one",
    "make_one_unasked",
    "may_make_one",
    "may_disclose",
    "may_nudge",
    "merge",
    "moves_from",
    "note",
    "nudge",
    "outgoing",
    "open_by_hand",
    "parent_for",
    "parent_of",
    "payload_of",
    "published",
    "receive",
    "place",
    "place_by_photo",
    "reclassify",
    "remove_photo",
    "reopen",
    "reread",
    "resolve",
    "say",
    "send_again",
    "suggest_again",
    "tell_apart",
    "transfer",
    "undo",
    "unmerge",
    "voices",
    "wait",
]
