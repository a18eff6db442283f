"""Measurements beside limits and rivals; see README.md."""
