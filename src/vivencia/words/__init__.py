"""Floor 1, the vocabulary: value objects, table shapes, instruments, codes and errors.

Imports nothing but the standard library, so every other room can speak these words.
"""
