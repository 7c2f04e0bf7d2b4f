import base64
import json


def store(reading):
    if reading["celsius"] is None:
        raise ValueError(f"{reading['id']}: no temperature")
    print("stored", reading["id"])


def lambda_handler(event, context):
    shard = event["Records"][0]["eventID"].split(":")[0]
    readings = [
        json.loads(base64.b64decode(record["kinesis"]["data"])) for record in event["Records"]
    ]
    print("batch", shard[-2:], *[reading["id"] for reading in readings])
    for reading in readings:
        store(reading)
