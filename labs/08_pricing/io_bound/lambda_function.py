import time


def lambda_handler(event, context):
    time.sleep(0.06)  # waiting for a database, or for somebody's API
    return "done"
