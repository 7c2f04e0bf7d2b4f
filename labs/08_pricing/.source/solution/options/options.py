import math

from on_demand import gb_seconds
from rates import EPHEMERAL_GB_SECOND_USD, GB_SECOND_USD, REQUESTS_USD_PER_MILLION


def answer(requests, billed_ms, memory_mb, architecture="x86_64", ephemeral_mb=512, event_kb=1):
    compute = gb_seconds(requests, billed_ms, memory_mb) * GB_SECOND_USD[architecture]
    extra_mb = max(0, ephemeral_mb - 512)
    storage = gb_seconds(requests, billed_ms, extra_mb) * EPHEMERAL_GB_SECOND_USD
    requests_per_event = 1 + math.ceil(max(0, event_kb - 256) / 64)
    paid_requests = requests * requests_per_event
    return {"usd": compute + storage + paid_requests / 1_000_000 * REQUESTS_USD_PER_MILLION}
