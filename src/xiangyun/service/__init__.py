"""What government does for a person (政务服务): powers, items, cases, certificates, seals."""
