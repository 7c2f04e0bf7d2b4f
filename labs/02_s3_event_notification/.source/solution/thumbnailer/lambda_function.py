import io
import os

import boto3
from PIL import Image

s3 = boto3.client("s3")


def make_thumbnail(picture):
    with Image.open(io.BytesIO(picture)) as image:
        image.thumbnail((128, 128))
        result = io.BytesIO()
        image.save(result, "PNG")
        return result.getvalue()


def lambda_handler(event, context):
    for record in event["Records"]:
        bucket = record["s3"]["bucket"]["name"]
        key = record["s3"]["object"]["key"]
        print(f"reading s3://{bucket}/{key}")
        picture = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        s3.put_object(
            Bucket=os.environ["THUMBNAIL_BUCKET"],
            Key=key,
            Body=make_thumbnail(picture),
            ContentType="image/png",
        )
