"""Acts on certificates: `issuing`, `status`, `presenting`, `using`; `uses` is their log."""
