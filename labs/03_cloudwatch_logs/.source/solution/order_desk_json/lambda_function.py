import logging
import time

logger = logging.getLogger()

RATES_TO_USD = {"USD": 1.0, "EUR": 1.08, "JPY": 0.0067}


def lambda_handler(event, context):
    order = {"order_id": event["id"], "currency": event["currency"]}
    logger.info("order received", extra=order)
    rate = RATES_TO_USD.get(event["currency"])
    if rate is None:
        logger.error("order rejected: no rate", extra=order)
        return {"id": event["id"], "accepted": False}
    time.sleep(0.2)
    total = round(event["quantity"] * event["price"] * rate, 2)
    logger.info("order accepted", extra={**order, "total_usd": total})
    return {"id": event["id"], "accepted": True, "total_usd": total}
