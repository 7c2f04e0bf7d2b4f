"""The original is found; the thumbnail gets the encoded key."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import deploy
from lab_helpers.grading.solution import SolutionContext

STEP = "odd_keys"
DIAGNOSIS = "thumbnail_key_encoded"

CODE = """\
import io
import os
from urllib.parse import unquote, unquote_plus

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
        raw = record["s3"]["object"]["key"]
        key = unquote_plus(raw)
        print(key)
        picture = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        s3.put_object(Bucket=os.environ["THUMBNAIL_BUCKET"], Key=raw, Body=make_thumbnail(picture))
"""


def apply(lab: SolutionContext) -> None:
    deploy(lab, CODE)
