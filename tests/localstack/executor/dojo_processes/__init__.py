"""Runs inside LocalStack's own process, on its Python: functions as processes of this machine."""
