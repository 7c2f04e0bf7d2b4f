"""CloudWatch Logs in moto: events, filters, queries, retention, subscriptions."""
