"""The door: where a lab's AWS calls go. ``backend`` says what a backend is; ``select`` finds one.

Nothing is imported here: the engine of the checks needs the protocol and none of the backends.
"""
