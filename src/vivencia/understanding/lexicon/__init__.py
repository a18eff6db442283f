"""The word lists from which Vivencia understands customers, one folder per language, and their reader."""
