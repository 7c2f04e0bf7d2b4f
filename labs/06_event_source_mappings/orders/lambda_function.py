import json


def take(order):
    if order["quantity"] < 1:
        raise ValueError(f"{order['id']}: quantity is {order['quantity']}")
    print("taken", order["id"])


def lambda_handler(event, context):
    orders = [json.loads(record["body"]) for record in event["Records"]]
    print("batch", *[order["id"] for order in orders])
    for order in orders:
        take(order)
