RATES_TO_USD = {"USD": 1.0, "EUR": 1.08, "JPY": 0.0067}


def total_in_usd(order):
    rate = RATES_TO_USD[order["currency"]]
    return round(order["quantity"] * order["price"] * rate, 2)


def lambda_handler(event, context):
    print("order", event["id"])
    total = total_in_usd(event)
    print("total:", total, "USD")
    return {"id": event["id"], "total_usd": total}
