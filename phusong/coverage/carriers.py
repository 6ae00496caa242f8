"""A carrier that may be added: what it is, what it radiates, how far a phone is heard by it; and those planned with."""

from __future__ import annotations

from dataclasses import dataclass

from phusong.coverage.network import Sector, Service, Span, Status, Technology
from phusong.coverage.radio.link import uplink_max_path_loss_db
from phusong.words import Text

PLANNED_TILT_DEG = Span(0.0, 2.0, 4.0, given=False)
"""Downtilt of antennas that are not yet put up."""

RING = 3
"""Sectors around a mast that may point anywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """One carrier of every sector it is put on; ``source`` says where its values come from."""

    technology: Technology
    band: str
    frequency_mhz: float
    bandwidth_mhz: float
    power_dbm: float
    gain_dbi: float
    feeder_loss_db: float
    source: Text

    @property
    def key(self) -> str:
        """Return technology and band as one word."""
        return f"{self.technology}-{self.band}"

    @property
    def eirp_dbm(self) -> float:
        """Return the EIRP of the whole carrier on the axis of a sector."""
        return self.power_dbm + self.gain_dbi - self.feeder_loss_db

    def sector(
        self, name: str, height_agl_m: Span, *, azimuth_deg: float | None = None, ring_size: int = RING
    ) -> Sector:
        """Return the carrier on an antenna; without an azimuth it stands for a ring of them turned anyhow."""
        return Sector(
            sector_id=name,
            azimuth_deg=azimuth_deg,
            ring_size=ring_size,
            downtilt_deg=PLANNED_TILT_DEG,
            height_agl_m=height_agl_m,
            eirp_dbm=Span.exactly(self.eirp_dbm),
            uplink_max_loss_db=uplink_max_path_loss_db(
                self.technology, self.frequency_mhz, self.gain_dbi, self.feeder_loss_db
            ),
        )

    def service(self, operator: str, sectors: tuple[Sector, ...], status: Status) -> Service:
        """Return the carrier as an operator's service."""
        return Service(
            operator=operator,
            technology=self.technology,
            band=self.band,
            frequency_mhz=self.frequency_mhz,
            bandwidth_mhz=self.bandwidth_mhz,
            operators_served=(operator,),
            status=status,
            sectors=sectors,
        )


def _at_700(technology: Technology, band: str) -> Carrier:
    return Carrier(
        technology=technology,
        band=band,
        frequency_mhz=763.0,
        bandwidth_mhz=10.0,
        power_dbm=43.0,
        gain_dbi=15.0,
        feeder_loss_db=1.0,
        source=Text(
            f"giả định của công cụ: {technology} băng {band} (763 MHz), 10 MHz, 43 dBm + 15 dBi − 1 dB, ba sector "
            "không rõ hướng; chưa xác minh",
            f"assumed by this tool: {technology} in {band} (763 MHz), 10 MHz, 43 dBm + 15 dBi − 1 dB, three sectors of "
            "unknown azimuth; not verified",
        ),
    )


LTE_700 = _at_700("4G", "B28")
NR_700 = _at_700("5G", "n28")
