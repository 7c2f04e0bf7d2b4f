import os

count = 0


def lambda_handler(event, context):
    global count
    count += 1
    greeting = os.environ.get("GREETING", "Hello")
    name = event.get("name", "world")
    return {"message": f"{greeting}, {name}!", "count": count}
