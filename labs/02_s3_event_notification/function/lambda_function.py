import json


def lambda_handler(event, context):
    print(json.dumps(event))
    for record in event.get("Records", []):
        bucket = record["s3"]["bucket"]["name"]
        key = record["s3"]["object"]["key"]
        print(f"{record['eventName']}: s3://{bucket}/{key}")
