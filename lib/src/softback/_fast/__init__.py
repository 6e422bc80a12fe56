"""What only large arrays need: accurate sums, blocks, memory layout. Its door: `sums.is_small`."""
