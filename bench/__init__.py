"""What a request costs, measured side by side in one run. Ratios are the result; milliseconds depend on the machine."""
