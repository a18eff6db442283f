"""How well customers' words are read, and how fast: `python -m benchmarks.text`, printed as tables."""
