"""The desk: its lists, what they show of each request, and acts on many."""
