"""What triage learned from texts: a linear model over words and pieces of words, small, quick and able to say why."""
