"""One opened request: what its page tells, and what may be done there."""
