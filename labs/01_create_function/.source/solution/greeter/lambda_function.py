import json
import os


def lambda_handler(event, context):
    print("event:", json.dumps(event, ensure_ascii=False))
    print("request id:", context.aws_request_id)
    print("time left:", context.get_remaining_time_in_millis(), "ms")
    greeting = os.environ.get("GREETING", "Hello")
    name = event.get("name", "world")
    return {"message": f"{greeting}, {name}!"}
