"""EventBridge and its Scheduler in moto: rules, targets, schedules."""
