"""Programs that measure Plaza: `python -m benchmarks [intake] [pages] [delay] [memory]`. Never tests."""
