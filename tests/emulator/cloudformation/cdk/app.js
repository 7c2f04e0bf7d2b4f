// An app of the AWS CDK: prints its template. template.json beside it is what it printed.
//
//     NODE_PATH=…/node_modules node app.js python3.11
"use strict";

const cdk = require("aws-cdk-lib");
const iam = require("aws-cdk-lib/aws-iam");
const lambda = require("aws-cdk-lib/aws-lambda");
const sources = require("aws-cdk-lib/aws-lambda-event-sources");
const sqs = require("aws-cdk-lib/aws-sqs");

const app = new cdk.App({ analyticsReporting: false });
const stack = new cdk.Stack(app, "Greeting", { synthesizer: new cdk.LegacyStackSynthesizer() });
const runtime = new lambda.Runtime(process.argv[2], lambda.RuntimeFamily.PYTHON, {
  supportsInlineCode: true,
});
const fn = new lambda.Function(stack, "Fn", {
  runtime,
  handler: "index.handler",
  timeout: cdk.Duration.seconds(10),
  code: lambda.Code.fromInline("def handler(event, context):\n    return 'from the CDK'\n"),
});
const queue = new sqs.Queue(stack, "Queue", { visibilityTimeout: cdk.Duration.seconds(60) });
queue.grantSendMessages(fn);
fn.addEventSource(new sources.SqsEventSource(queue));
new lambda.Alias(stack, "Live", { aliasName: "live", version: fn.currentVersion });
fn.grantInvoke(new iam.ServicePrincipal("events.amazonaws.com"));
new cdk.CfnOutput(stack, "Name", { value: fn.functionName });
console.log(JSON.stringify(app.synth().getStackByName("Greeting").template, null, 2));
