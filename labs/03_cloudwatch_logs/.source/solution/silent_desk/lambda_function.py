def lambda_handler(event, context):
    print("I am here, and I have a lot to say:", event)
    return {"said": "a lot"}
