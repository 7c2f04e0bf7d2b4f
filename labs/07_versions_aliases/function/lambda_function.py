TAX_PERCENT = 8


def lambda_handler(event, context):
    invoked_as = context.invoked_function_arn.rsplit(":", 1)[-1]
    print("as", invoked_as, "by version", context.function_version)
    if "Records" in event:
        for record in event["Records"]:
            print("price list", record["s3"]["object"]["key"])
        return {"version": context.function_version}
    price = event["price"]
    tax = round(price * TAX_PERCENT / 100)
    return {"total": price + tax, "version": context.function_version}
