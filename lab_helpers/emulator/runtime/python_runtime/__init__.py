"""What ``LAMBDA_RUNTIME_DIR`` points at: Lambda's Python runtime, in plain Python.

Everything below runs inside the execution environment, on the interpreter that the function asked
for, so it keeps to syntax and modules that Python 3.9 knows, and imports as little as it can:
each millisecond here is paid at every cold start.
"""
