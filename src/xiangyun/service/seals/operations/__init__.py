"""Acts on seals: `authority`, `making`, `sealing`, `status`."""
