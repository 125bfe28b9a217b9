"""A pretend X: a stand-alone HTTP server for the demo and the tests, which knows nothing of the project."""
