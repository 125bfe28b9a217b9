"""The street: today's work on a phone, with bad signal."""
