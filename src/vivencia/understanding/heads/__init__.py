"""Small linear models on embeddings, shipped as plain arrays or learned from a company's own ratings."""
