"""What a call costs as an account fills up: ``python -m benchmarks.growth``."""
