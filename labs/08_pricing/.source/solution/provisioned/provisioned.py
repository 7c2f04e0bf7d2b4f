import math

from on_demand import gb_seconds


def answer(memory_mb, concurrency, enabled_s, requests, billed_ms, rates):
    billed_s = math.ceil(enabled_s / 300) * 300
    configured = concurrency * (memory_mb / 1024) * billed_s
    usd = configured * rates["configured_usd"]
    usd += gb_seconds(requests, billed_ms, memory_mb) * rates["duration_usd"]
    break_even = rates["configured_usd"] / (rates["on_demand_usd"] - rates["duration_usd"])
    return {"usd": usd, "break_even": break_even}
