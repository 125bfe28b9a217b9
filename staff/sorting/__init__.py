"""How posts are sorted: the town's own rules, and what else its administrators say about it."""
