"""IAM and STS in moto: who calls, and the policies that say what they may."""
