"""办件·全流程审批: one application from draft to archive (行政许可法 32–45; GB/T 39046-2020 tables 5–9)."""
