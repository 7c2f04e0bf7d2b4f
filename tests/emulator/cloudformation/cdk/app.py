"""An app of the AWS CDK: prints its template. template.json beside it is what it printed.

python app.py python3.11
"""

from __future__ import annotations

import json
import sys

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs

app = cdk.App(analytics_reporting=False)
stack = cdk.Stack(app, "Greeting", synthesizer=cdk.LegacyStackSynthesizer())
function = lambda_.Function(
    stack,
    "Fn",
    runtime=lambda_.Runtime(sys.argv[1], lambda_.RuntimeFamily.PYTHON, supports_inline_code=True),
    handler="index.handler",
    timeout=cdk.Duration.seconds(10),
    code=lambda_.Code.from_inline("def handler(event, context):\n    return 'from the CDK'\n"),
)
queue = sqs.Queue(stack, "Queue", visibility_timeout=cdk.Duration.seconds(60))
queue.grant_send_messages(function)
function.add_event_source(sources.SqsEventSource(queue))
lambda_.Alias(stack, "Live", alias_name="live", version=function.current_version)
function.grant_invoke(iam.ServicePrincipal("events.amazonaws.com"))
cdk.CfnOutput(stack, "Name", value=function.function_name)
print(json.dumps(app.synth().get_stack_by_name("Greeting").template, indent=2))
