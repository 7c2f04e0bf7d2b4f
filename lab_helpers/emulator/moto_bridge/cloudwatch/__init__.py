"""CloudWatch in moto: metrics of our store, alarms that are evaluated."""
