"""A function's console in the notebook: AWS's tabs and words, and boto3's call for each click."""
