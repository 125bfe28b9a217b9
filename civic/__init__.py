"""Wiring only: settings, addresses, the clock, the servers."""

# Imports nothing: the launcher and the embedded servers run before there is a broker to name.
# Tasks take their app from civic.celery (`from civic.celery import app`).
