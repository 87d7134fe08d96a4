"""What government knows: data elements, registers, catalog, exchange."""
