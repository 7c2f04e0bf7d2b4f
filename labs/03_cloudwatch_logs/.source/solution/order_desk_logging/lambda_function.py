import logging
import time

logger = logging.getLogger()
logger.setLevel(logging.INFO)

RATES_TO_USD = {"USD": 1.0, "EUR": 1.08, "JPY": 0.0067}


def lambda_handler(event, context):
    order_id, currency = event["id"], event["currency"]
    logger.info("order %s received", order_id)
    rate = RATES_TO_USD.get(currency)
    if rate is None:
        logger.error("order %s rejected: no rate for %s", order_id, currency)
        return {"id": order_id, "accepted": False}
    time.sleep(0.2)  # the warehouse takes a moment to answer
    total = round(event["quantity"] * event["price"] * rate, 2)
    logger.info("order %s accepted: %.2f USD", order_id, total)
    return {"id": order_id, "accepted": True, "total_usd": total}
