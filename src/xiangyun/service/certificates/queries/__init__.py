"""Reads of certificates: types, faces, values, rows, files, dynamic codes, verification, view copies."""
