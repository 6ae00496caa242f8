"""The atlas of a package: overview, index of clusters, a page a cluster; one PDF from the package and its map data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from phusong.tenders.atlas.clusters import clusters_of
from phusong.tenders.atlas.map_data import read_map_data
from phusong.tenders.atlas.overview import index_data, overview_data
from phusong.tenders.atlas.pages import Drawn, cluster_data
from phusong.tenders.package.values import Package
from phusong.tenders.parts import Making, part
from phusong.tenders.prints.heading import head_of
from phusong.tenders.prints.typeset import typeset


def write_atlas(path: Path, package: Package, making: Making) -> None:
    """Write the atlas as a PDF; without map data its maps say that there is no forecast of coverage.

    Raises
    ------
    UnreadableFileError
        Map data that are there but cannot be read.
    """
    language, drawn = making.language, Drawn()
    data = read_map_data(making.maps, package)
    clusters = clusters_of(package)
    title = part("atlas").title
    content: dict[str, Any] = {
        "lang": language,
        "title": title.to(language),
        "head": head_of(title, package, language),
        "overview": overview_data(package, clusters, data, drawn, language),
        "index": index_data(package, clusters, language),
        "clusters": [cluster_data(cluster, package, data, drawn, language) for cluster in clusters],
    }
    path.write_bytes(typeset("atlas.typ", content, dated=package.frozen_on, files=drawn.files))
