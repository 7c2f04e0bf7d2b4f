"""List prices in us-east-1, first tier, in US dollars.

https://aws.amazon.com/lambda/pricing/  https://aws.amazon.com/cloudwatch/pricing/
https://aws.amazon.com/api-gateway/pricing/  https://aws.amazon.com/vpc/pricing/
"""

REQUESTS_USD_PER_MILLION = 0.20
GB_SECOND_USD = {"x86_64": 0.0000166667, "arm64": 0.0000133334}
EPHEMERAL_GB_SECOND_USD = 0.0000000309

FREE_REQUESTS = 1_000_000
FREE_GB_SECONDS = 400_000

# not on Lambda's bill
HTTP_API_USD_PER_MILLION = 1.00
LOG_USD_PER_GB = 0.50
FREE_LOG_GB = 5
NAT_GATEWAY_USD_PER_H = 0.045
NAT_GATEWAY_USD_PER_GB = 0.045
