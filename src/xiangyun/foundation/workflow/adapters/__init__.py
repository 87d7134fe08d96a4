"""BPMN files: reading, checking, drawing."""
