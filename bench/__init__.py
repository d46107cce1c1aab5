"""Speed measurements of the compliance engine: `make bench`, figures in bench/results.md."""
