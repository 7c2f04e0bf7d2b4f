def lambda_handler(event, context):
    raise ConnectionError(f"no refund for {event['refund_id']}: the bank does not answer")
