"""What goes wrong with the embedded servers, as one sentence for the person at the keyboard."""


class CannotStart(Exception):
    """A server does not start; the message says in one sentence what to do."""
