"""OGC API – Features: results and lists as collections that QGIS, GDAL and scripts read by an open standard."""
