"""ui 界面组件: one theme, the base pages and the page archetypes as components; owns no tables."""
