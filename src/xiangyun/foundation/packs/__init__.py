"""内容包: loads a province's content (CSV, YAML, BPMN, Typst) into the apps that claim it, one transaction a file."""
