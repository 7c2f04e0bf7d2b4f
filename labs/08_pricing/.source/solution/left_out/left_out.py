from rates import (
    FREE_LOG_GB,
    HTTP_API_USD_PER_MILLION,
    LOG_USD_PER_GB,
    NAT_GATEWAY_USD_PER_GB,
    NAT_GATEWAY_USD_PER_H,
)


def answer(requests, log_gb, nat_gateway_h, nat_gateway_gb):
    return {
        "http_api_usd": requests / 1_000_000 * HTTP_API_USD_PER_MILLION,
        "logs_usd": max(0, log_gb - FREE_LOG_GB) * LOG_USD_PER_GB,
        "nat_gateway_usd": nat_gateway_h * NAT_GATEWAY_USD_PER_H
        + nat_gateway_gb * NAT_GATEWAY_USD_PER_GB,
    }
