"""HTTP to Lambda: doors through which a request that is no call of AWS's API reaches a function."""
