"""The web face: pages as frozen views and templates, charts as inline SVG with their tables."""

from vivencia.faces.web.report import render_report

__all__ = ["render_report"]
