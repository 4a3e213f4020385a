"""Where an installation keeps its things: from the environment (VEKHA_…), with defaults for an embedded start."""

from pathlib import Path

from pydantic import Field, SecretStr
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
    console_port: int = 8000  # of the console that `vekha up` serves on this machine
    console_processes: int = Field(default=0, ge=0, le=32)  # that serve it; 0 = by the machine

    outbox_days: int = Field(default=30, ge=1)  # how long work of the outbox is kept once it is done

    scan_command: str = ""  # reads an upload on its input: ends with 0 when it is clean, with 1 when it is not

    oidc_issuer: str = (
        ""  # the identity provider people may log in through, beside their passwords (script/setup --oidc)
    )
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_title: str = ""  # its name on the button: «Войти через …»

    prefect_ui_url: str = Field(default="", validation_alias="PREFECT_UI_URL")  # for a link to Prefect's own pages

    reminders_file: Path | None = None  # when whom to remind, where it is not as usual
    smtp_host: str = ""  # without a mail server reminders stay in people's lists
    smtp_port: str = ""
    smtp_security: str = ""
    smtp_from: str = ""
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_timeout: str = ""

    @property
    def smtp(self) -> dict[str, str]:
        """What is said of the mail server, as `vekha.mail.post.read_server` reads it."""
        names = ("host", "port", "security", "from", "user", "timeout")
        told = {name.upper(): str(getattr(self, f"smtp_{name}")).strip() for name in names}
        return {**told, "PASSWORD": self.smtp_password.get_secret_value()}

    @property
    def console_url(self) -> str:
        """Where the console is reached: as told, else on this machine."""
        return self.public_url.rstrip("/") or f"http://127.0.0.1:{self.console_port}"

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
