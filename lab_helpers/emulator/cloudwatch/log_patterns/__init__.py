"""Filter patterns of CloudWatch Logs: what FilterLogEvents, metric filters and subscriptions match.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""
