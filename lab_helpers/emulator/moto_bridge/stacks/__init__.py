"""CloudFormation: templates and stacks are moto's, Lambda's resources are this cloud's own.

A stack's functions, versions, aliases, permissions and mappings are made by the same calls of
Lambda's API that anybody makes (``api_calls``), so they run. ``install`` has moto make them so.
"""
