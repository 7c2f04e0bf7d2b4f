from on_demand import gb_seconds
from rates import FREE_GB_SECONDS, FREE_REQUESTS, GB_SECOND_USD, REQUESTS_USD_PER_MILLION


def answer(requests, billed_ms, memory_mb):
    paid_requests = max(0, requests - FREE_REQUESTS)
    paid_gb_seconds = max(0, gb_seconds(requests, billed_ms, memory_mb) - FREE_GB_SECONDS)
    usd = paid_requests / 1_000_000 * REQUESTS_USD_PER_MILLION
    usd += paid_gb_seconds * GB_SECOND_USD["x86_64"]
    return {"usd": usd}
