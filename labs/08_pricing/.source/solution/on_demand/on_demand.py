from rates import GB_SECOND_USD, REQUESTS_USD_PER_MILLION


def gb_seconds(requests, billed_ms, memory_mb):
    return requests * (billed_ms / 1000) * (memory_mb / 1024)


def answer(requests, billed_ms, memory_mb):
    compute = gb_seconds(requests, billed_ms, memory_mb)
    usd = requests / 1_000_000 * REQUESTS_USD_PER_MILLION + compute * GB_SECOND_USD["x86_64"]
    return {"gb_seconds": compute, "usd": usd}
