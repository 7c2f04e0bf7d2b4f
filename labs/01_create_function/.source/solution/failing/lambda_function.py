class OutOfStock(Exception):
    """The shop has nothing left to sell."""


def lambda_handler(event, context):
    item = event.get("item", "item")
    raise OutOfStock(f"no {item} left")
