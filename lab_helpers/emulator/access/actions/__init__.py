"""What a request asks for: which actions on which resources, service by service.

https://docs.aws.amazon.com/service-authorization/latest/reference/
"""
