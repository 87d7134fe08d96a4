"""工作台: the desk of every official: to-do queues, the case desk, window intake, process view; composes, owns no rules."""
