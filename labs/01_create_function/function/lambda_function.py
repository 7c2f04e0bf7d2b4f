import json
import os


def lambda_handler(event, context):
    print("event:", json.dumps(event, ensure_ascii=False))
    greeting = os.environ.get("GREETING", "Hello")
    return {"message": f"{greeting} from Lambda!"}
