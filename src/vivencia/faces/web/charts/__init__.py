"""Charts as inline SVG: no script is needed to see them, colour is never the only sign."""
