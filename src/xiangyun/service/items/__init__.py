"""事项库·办事指南: basic catalog, guides, implementations and handling items (GB/T 39554; 事项库之外无政务)."""
