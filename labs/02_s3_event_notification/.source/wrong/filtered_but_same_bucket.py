"""The filter is there, and the thumbnail is still written beside the original."""

from __future__ import annotations

import json

from lab_helpers.authoring.wrong_answers import deploy, do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "no_loop"
DIAGNOSIS = "thumbnail_in_source"

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
        if key.startswith("thumbnail-"):
            continue
        picture = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        s3.put_object(Bucket=bucket, Key="thumbnail-" + key, Body=make_thumbnail(picture))
"""


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "no_loop")
    lab.client("iam").put_role_policy(
        RoleName="dojo-s3-python-lambda-role",
        PolicyName="write-uploads",
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": {
                    "Effect": "Allow",
                    "Action": "s3:PutObject",
                    "Resource": f"arn:aws:s3:::{lab.name('uploads')}/*",
                },
            }
        ),
    )
    deploy(lab, CODE)
