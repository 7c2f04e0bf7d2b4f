def quantity(image):
    """DynamoDB's own JSON: a number comes as {"N": "10"}."""
    return image["quantity"]["N"] if image else "-"


def lambda_handler(event, context):
    for record in event["Records"]:
        change = record["dynamodb"]
        item = change["Keys"]["item"]["S"]
        before = quantity(change.get("OldImage"))
        after = quantity(change.get("NewImage"))
        print(record["eventName"], item, before, "->", after)
