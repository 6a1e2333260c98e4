"""The key vault: secrets of this home, each in a file that only its owner can read."""

from __future__ import annotations

import json
import re
from enum import Enum
from pathlib import Path
from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.exceptions import ServiceException
from hyperlocal.services.connection import this_history

__all__ = ["KeyVaultContentType", "Keyvault"]

_NAME = re.compile(r"[A-Za-z0-9-]{1,127}")


class KeyVaultContentType(str, Enum):
    """What a secret is."""

    not_provided = "application/NotProvided"
    storage_account_access_key = "application/vnd.ms-StorageAccountAccessKey"
    storage_account_server_side_encryption_key = (
        "application/vnd.ms-StorageAccountServerSideEncryptionKey"
    )
    storage_sas_token = "application/vnd.ms-StorageSAStoken"
    storage_connection_string = "application/vnd.ms-StorageConnectionString"
    client_side_encryption_key = "application/vnd.ms-ClientSideEncryptionKey"
    password = "application/vnd.ms-password"
    servicebus_sas_token = "application/vnd.ms-ServiceBusSAStoken"
    servicebus_connection_string = "application/vnd.ms-ServiceBusConnectionString"
    sql_connection_string = "application/vnd.ms-SQLConnectionString"
    pem_file = "application/x-pem-file"
    bek = "BEK"
    wrapped_bek = "Wrapped BEK"
    pkcs12 = "application/x-pkcs12"
    text_configuration_value = "application/vnd.bag-textConfigurationValue"
    third_party_hosted_secret_no_rotation = "application/vnd.bag-3rdPartyHostedSecretNoRotation"
    standard_user_account_test = "application/vnd.bag-StandardUserAccountTest"
    strong_enc_connection_string = "application/vnd.bag-StrongEncConnectionString"
    strong_enc_password_string = "application/vnd.bag-StrongEncPasswordString"
    azure_dev_ops_pat = "application/vnd.bag-AzureDevOpsPAT"


class Keyvault(_placeholders.Emulated):
    """Secrets by name, as scripts put them here.

    Differs:
        They are kept in `<home>/keyvault/`, not encrypted: one file each, readable by its owner
        alone. All workspaces of a home share them.
    """

    def __init__(self, workspace: Any) -> None:
        self.workspace = workspace

    def set_secret(
        self,
        name: Any,
        value: Any,
        content_type: Any = KeyVaultContentType.not_provided,
    ) -> None:
        """Keep a secret, or change it.

        Args:
            name: Up to 127 letters, digits and dashes. Upper and lower case are one.
            value: The secret, a text.
            content_type: What it is; kept and shown back.

        Raises:
            ServiceException: The service would not take the name or the value.
        """
        if not isinstance(value, str):
            raise ServiceException(
                f"The secret {name!r} is a {type(value).__name__}, but must be a text."
            )
        kept = {"name": name, "value": value, "content_type": KeyVaultContentType(content_type)}
        _write(_place(name), json.dumps(kept))

    def set_secrets(self, secrets_batch: Any) -> None:
        """Keep or change the secrets of a dict."""
        for name, value in secrets_batch.items():
            self.set_secret(name, value)

    def get_secret(self, name: Any) -> Any:
        """Return a secret.

        Raises:
            ServiceException: There is none of this name.
        """
        return _read(name)["value"]

    def get_secrets(self, secrets: Any) -> dict[str, Any]:
        """Return secrets by name; None for those that are not there."""
        return {name: _read(name)["value"] if _place(name).exists() else None for name in secrets}

    def get_secret_content_type(self, name: Any) -> str:
        """Return what a secret is.

        Raises:
            ServiceException: There is none of this name.
        """
        return str(_read(name)["content_type"])

    def delete_secret(self, name: Any) -> None:
        """Remove a secret.

        Raises:
            ServiceException: There is none of this name.
        """
        _read(name)
        _place(name).unlink()

    def delete_secrets(self, secrets: Any) -> None:
        """Remove the named secrets."""
        for name in secrets:
            self.delete_secret(name)

    def list_secrets(self) -> list[dict[str, Any]]:
        """Return a dict with its name for each secret."""
        files = sorted(_folder().glob("*.json"))
        return [{"name": json.loads(file.read_text("utf-8"))["name"]} for file in files]


def _folder() -> Path:
    return Path(this_history().home) / "keyvault"


def _place(name: Any) -> Path:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ServiceException(
            f"The secret's name is {name!r}, but must have 1 to 127 letters, digits and dashes."
        )
    return _folder() / f"{name.lower()}.json"


def _read(name: Any) -> dict[str, Any]:
    place = _place(name)
    if not place.exists():
        raise ServiceException(
            f"There is no secret {name!r} in the key vault of this home. Put it there with "
            f"workspace.get_default_keyvault().set_secret({name!r}, ...)."
        )
    kept: dict[str, Any] = json.loads(place.read_text("utf-8"))
    return kept


def _write(place: Path, text: str) -> None:
    """Write a file that nobody else can read, not even for a moment."""
    from hyperlocal.engine.staging import write_whole

    place.parent.mkdir(mode=0o700, exist_ok=True)
    write_whole(this_history().home, place, text, mode=0o600, is_durable=True)


__getattr__ = _placeholders.lacking(__name__)
