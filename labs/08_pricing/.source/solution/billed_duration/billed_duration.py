import math


def answer(duration_ms, init_ms=0):
    billed_ms = math.ceil(duration_ms + init_ms)
    return {"billed_ms": billed_ms}
