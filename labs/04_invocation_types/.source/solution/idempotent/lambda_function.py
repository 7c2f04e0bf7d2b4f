import json
import os
import uuid
from datetime import UTC, datetime

import boto3
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)

charges = boto3.resource("dynamodb").Table(os.environ["CHARGES_TABLE"])
memory = DynamoDBPersistenceLayer(table_name=os.environ["IDEMPOTENCY_TABLE"])
config = IdempotencyConfig(event_key_jmespath="payment_id", raise_on_no_idempotency_key=True)


def payments_in(event):
    """Each payment of the event, and the way it came."""
    if "Records" in event:  # an event source mapping hands over a batch of messages
        return [(json.loads(record["body"]), "sqs") for record in event["Records"]]
    return [(event, "direct")]


@idempotent_function(data_keyword_argument="payment", persistence_store=memory, config=config)
def charge(payment, via, request_id):
    """Take the money: one more line in the charge book."""
    charge_id = str(uuid.uuid4())
    charges.put_item(
        Item={
            "payment_id": payment["payment_id"],
            "charge_id": charge_id,
            "amount": payment["amount"],
            "via": via,
            "request_id": request_id,
            "charged_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        }
    )
    return charge_id


def send_receipt(payment):
    if payment.get("mail") == "down":
        raise RuntimeError(f"no receipt for {payment['payment_id']}: the mail server is down")


def lambda_handler(event, context):
    config.register_lambda_context(context)
    for payment, via in payments_in(event):
        charge_id = charge(payment=payment, via=via, request_id=context.aws_request_id)
        print(f"{payment['payment_id']}: charged {payment['amount']} yen, charge {charge_id}")
        send_receipt(payment)
    return "done"
