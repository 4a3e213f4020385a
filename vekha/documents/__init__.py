"""Documents: templates to HTML to PDF, in Russian, by ГОСТ Р 7.0.97-2025. The front door is `Renderer`."""

from vekha.documents.engine import Html, Renderer
from vekha.documents.pdf import AttachedFile, system_check

__all__ = ["AttachedFile", "Html", "Renderer", "system_check"]
