"""Queues in moto: long ones, settings, polling, deduplication, where dead letters come from."""
