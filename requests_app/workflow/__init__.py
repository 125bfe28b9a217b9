"""The verbs: everything that may be done to a request, whoever asks. Lock, check, change, event, reply: one transaction."""

from requests_app.workflow.intake import Sorted, open_by_hand, receive
from requests_app.workflow.merging import merge, unmerge
from requests_app.workflow.moves import MOVES, ChangedMeanwhile, MoveNotAllowed, Refusal, moves_from
from requests_app.workflow.outcomes import can_undo, give_up, published, send_again, undo
from requests_app.workflow.speech import Message, MessageRefused, Voice, parent_of, payload_of, voices
from requests_app.workflow.verbs import accept, answer, decline, note, reopen, resolve, transfer, wait

__all__ = [
    "MOVES",
    "ChangedMeanwhile",
    "Message",
    "MessageRefused",
    "MoveNotAllowed",
    "Refusal",
    "Sorted",
    "Voice",
    "accept",
    "answer",
    "can_undo",
    "decline",
    "give_up",
    "merge",
    "moves_from",
    "note",
    "open_by_hand",
    "parent_of",
    "payload_of",
    "published",
    "receive",
    "reopen",
    "resolve",
    "send_again",
    "transfer",
    "undo",
    "unmerge",
    "voices",
    "wait",
]
