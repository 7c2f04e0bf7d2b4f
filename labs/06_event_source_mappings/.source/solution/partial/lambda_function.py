import json


def take(order):
    if order["quantity"] < 1:
        raise ValueError(f"{order['id']}: quantity is {order['quantity']}")
    print("taken", order["id"])


def lambda_handler(event, context):
    print("batch", *[json.loads(record["body"])["id"] for record in event["Records"]])
    failures = []
    for record in event["Records"]:
        try:
            take(json.loads(record["body"]))
        except Exception as error:
            print("failed", error)
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
