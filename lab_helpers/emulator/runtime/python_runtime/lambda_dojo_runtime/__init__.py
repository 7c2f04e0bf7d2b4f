"""The Python runtime: loads the handler, asks the Runtime API for events, answers them."""
