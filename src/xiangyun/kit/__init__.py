"""Plain packages without tables: official numbers, national cryptography, OFD files, expressions, errors."""
