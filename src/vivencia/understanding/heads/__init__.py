"""Heads: small linear models on top of embeddings, shipped as plain arrays or learned from a company's own ratings."""
