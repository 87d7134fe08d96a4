"""Acts on certificates: `issuing`, `status`, `presenting`, `using`."""
