"""A Document as a PDF: tagged, with its fonts, the same bytes for the same document; whole, or refused.

pdf      Document -> Made;  chart_svg, chart_png: one chart of it as a picture;  Refused: why there is no PDF
"""

from reports.pdf.charts import chart_svg, warm
from reports.pdf.made import Made, Refused
from reports.pdf.making import pdf
from reports.pdf.picture import chart_png

__all__ = ["Made", "Refused", "chart_png", "chart_svg", "pdf", "warm"]
