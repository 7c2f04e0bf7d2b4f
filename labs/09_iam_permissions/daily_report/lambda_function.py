"""Adds up the sales of one day and stores a report."""

import json
import os
from urllib.parse import unquote_plus

import boto3

s3 = boto3.client("s3")


def lambda_handler(event, context):
    day, asked_by = what_is_asked(event)
    print(f"report for {day}, asked for by {asked_by}")
    sales = s3.get_object(Bucket=os.environ["SALES_BUCKET"], Key=f"{day}.json")
    orders = json.load(sales["Body"])
    report = {"day": day, "orders": len(orders), "yen": sum(order["yen"] for order in orders)}
    s3.put_object(Bucket=os.environ["REPORTS_BUCKET"], Key=f"{day}.json", Body=json.dumps(report))
    return report


def what_is_asked(event):
    """The day, and who asks: someone by hand, or S3 for an uploaded file of sales."""
    if "Records" not in event:
        return event["day"], "hand"
    upload = event["Records"][0]["s3"]
    return unquote_plus(upload["object"]["key"]).removesuffix(".json"), upload["bucket"]["name"]
