"""What services that push say to functions: event shapes, targets, schedules. Values only."""
