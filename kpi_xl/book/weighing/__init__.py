"""Weights on the book: what people state and past data say, method by method, and what is proposed from it."""
