"""Where an installation keeps its things: from the environment (VEKHA_…), with defaults for an embedded start."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

CHECKOUT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """`home` holds the embedded database, the files and Prefect's own data; the rest follows from it when not given."""

    model_config = SettingsConfigDict(env_prefix="VEKHA_", env_ignore_empty=True, frozen=True)

    home: Path = Field(default=CHECKOUT / "var")
    database_url: str | None = None
    files_dir: Path | None = None
    plugins_dir: Path | None = Field(default=CHECKOUT / "plugins")
    calendar_file: Path | None = None  # decreed transfers and the region's own days
    public_url: str = ""  # where people reach the console; printed in the QR codes of documents

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'vekha.db'}"

    @property
    def files(self) -> Path:
        return self.files_dir or self.home / "files"

    @property
    def embedded(self) -> bool:
        """One machine, one process tree, SQLite."""
        return self.database.startswith("sqlite")
