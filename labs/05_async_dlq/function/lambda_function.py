import os
from datetime import UTC, datetime

import boto3
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)

dynamodb = boto3.resource("dynamodb")
charges = dynamodb.Table(os.environ["CHARGES_TABLE"])
receipts = dynamodb.Table(os.environ["RECEIPTS_TABLE"])
memory = DynamoDBPersistenceLayer(table_name=os.environ["MEMORY_TABLE"])
config = IdempotencyConfig(
    event_key_jmespath="payment_id",
    raise_on_no_idempotency_key=True,
    expires_after_seconds=14 * 24 * 60 * 60,  # as long as a dead letter can wait in a queue
)


@idempotent_function(data_keyword_argument="payment", persistence_store=memory, config=config)
def charge(payment, request_id):
    """Take the money: one more line in the charge book, once for each payment."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    charges.put_item(
        Item={
            "payment_id": payment["payment_id"],
            "charged_at": at,
            "amount": payment["amount"],
            "request_id": request_id,
        }
    )
    return at


def write_receipt(payment):
    yen = int(payment["amount"])
    receipts.put_item(Item={"payment_id": payment["payment_id"], "yen": yen})
    return yen


def lambda_handler(event, context):
    config.register_lambda_context(context)
    charge(payment=event, request_id=context.aws_request_id)
    yen = write_receipt(event)
    print(f"{event['payment_id']}: settled, {yen} yen")
    return {"payment_id": event["payment_id"], "yen": yen}
