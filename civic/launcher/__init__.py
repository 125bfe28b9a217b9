"""`make run`: every process of a Plaza under one roof, started, watched and stopped together."""
