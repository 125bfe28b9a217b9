"""The mayor's window: the figures of a period, the list behind each, and what needs the mayor."""
