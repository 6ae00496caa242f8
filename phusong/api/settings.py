"""Everything that can be set about a service: one frozen value, read from ``PHUSONG_…`` variables or a file."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from phusong.words import Language


class ServiceSettings(BaseSettings):
    """Settings of a service; secrets come from here and from nowhere else.

    ``home`` holds everything the service keeps beside its database: ``blobs/`` (original bytes by digest),
    ``studies/`` (results), ``jobs/`` (work under way), ``incoming/`` (uploads on their way), ``backups/``.
    """

    model_config = SettingsConfigDict(env_prefix="PHUSONG_", env_file=None, frozen=True, extra="ignore")

    home: Path = Path("phusong-home")
    database_url: str = ""  # "" is SQLite in ``home``; on a server postgresql+psycopg://user:password@host/name
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65_535)
    public_url: str = ""  # the address people use, https://…; with https cookies are Secure
    trusted_proxies: str = "127.0.0.1"
    hosts: tuple[str, ...] = ()  # further names people reach the service by; others are refused
    language: Language = "vi"
    data_folders: tuple[Path, ...] = ()  # folders whose files an administrator may register as datasets
    practice: bool = False  # the sample's made-up province stands among the others, to practise with
    templates_folder: Path | None = None  # the department's own document templates
    basemap: Path | None = None  # a .pmtiles file of the agency's own, drawn beneath the map

    session_hours: float = Field(default=12.0, gt=0)
    idle_minutes: float = Field(default=60.0, gt=0)
    password_least: int = Field(default=12, ge=8)
    failures_before_lock: int = Field(default=10, ge=3)
    lock_minutes: float = Field(default=15.0, gt=0)
    token_days: int = Field(default=90, ge=1)
    parallel_logins: int = Field(default=2, ge=1)
    reads_per_minute: int = Field(default=1200, ge=1)
    writes_per_minute: int = Field(default=300, ge=1)
    tiles_per_minute: int = Field(default=12_000, ge=1)  # a map asks for dozens a view
    logins_per_minute: int = Field(default=20, ge=1)

    upload_bytes: int = Field(default=2_000_000_000, ge=1)
    part_bytes: int = Field(default=16_000_000, ge=1)
    body_bytes: int = Field(default=1_000_000, ge=1)
    answer_days: int = Field(default=15, ge=1)
    neighbour_km: float = Field(default=40.0, ge=0)

    open_data_licence: str = ""  # the terms of use of open data, as the agency words them
    open_data_publisher: str = ""  # the agency that publishes it
    checks_per_minute: int = Field(default=60, ge=1)  # searches for a village from one address, without sign-in

    light_jobs: int = Field(default=2, ge=1)  # short jobs at once in one worker; of heavy ones it does one
    job_attempts: int = Field(default=3, ge=1)  # starts of a job whose worker died under it

    oidc_name: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_metadata: str = ""  # address or file of the provider's openid-configuration
    oidc_provision: bool = False

    @property
    def url(self) -> str:
        """Return the database's address."""
        return self.database_url or f"sqlite:///{(self.home / 'phusong.sqlite').resolve().as_posix()}"

    @property
    def secure(self) -> bool:
        """Say whether people reach the service by https."""
        return self.public_url.startswith("https://")
