"""A storm on the real stack: everything that can break breaks, and then posts and answers are counted."""
