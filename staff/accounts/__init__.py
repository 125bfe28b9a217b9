"""The settings of the town's accounts and of what leaves without a person."""
