"""CloudWatch metrics and alarms, as far as functions are concerned: values, no moto."""
