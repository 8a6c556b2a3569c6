"""An e-commerce company made up for the tests, its dirty exports, and every indicator worked out a second time.

Nothing here imports the product: what the product computes from these tables is compared with what this package computes
from the domain specification alone.
"""
