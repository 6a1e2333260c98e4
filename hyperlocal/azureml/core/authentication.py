"""Authentication: objects that scripts make before anything else. Nobody is ever contacted."""

from __future__ import annotations

import logging
import time
from collections import namedtuple
from enum import Enum
from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.exceptions import (
    AuthenticationException,
    AzureMLException,
    RunEnvironmentException,
    UserErrorException,
)
from hyperlocal.errors import NotEmulatedError

__all__ = [
    "AbstractAuthentication",
    "AccessToken",
    "ArmTokenAuthentication",
    "Audience",
    "AuthenticationException",
    "AzureCliAuthentication",
    "AzureMLException",
    "AzureMLTokenAuthentication",
    "InteractiveLoginAuthentication",
    "MsiAuthentication",
    "NewLoggingLevel",
    "RunEnvironmentException",
    "ServicePrincipalAuthentication",
    "TokenAuthentication",
    "UserErrorException",
]

AccessToken = namedtuple("AccessToken", ["token", "expires_on"])

_VALID_S = 3600


class Audience(Enum):
    """Whom a token is for."""

    ARM = "ARM"
    AZUREML = "AZUREML"


class AbstractAuthentication(_placeholders.Emulated):
    """Base of credentials. They are kept, shown to nobody, and never used.

    Differs:
        Credentials of any content exist. Tokens are of a kind that no service accepts: scripts
        ask for one to see whether somebody is logged in. A session with a service, which would
        be the next step, raises `NotEmulatedError`.
    """

    def __init__(self, cloud: Any = None) -> None:
        self._cloud_type = cloud

    def get_authentication_header(self) -> dict[str, str]:
        """Return a header that no service accepts."""
        return {"Authorization": "Bearer hyperlocal"}

    def get_token(self, *scopes: Any, **kwargs: Any) -> Any:
        """Return a token, valid for an hour, that no service accepts."""
        header = self.get_authentication_header()["Authorization"]
        return AccessToken(header.rpartition(" ")[2], int(time.time()) + _VALID_S)

    def signed_session(self, session: Any = None) -> Any:
        """Refuse: there is no service to talk to."""
        raise NotEmulatedError(f"azureml.core.authentication.{type(self).__name__}.signed_session")


class InteractiveLoginAuthentication(AbstractAuthentication):
    """A person who would log in."""

    def __init__(self, force: Any = False, tenant_id: Any = None, cloud: Any = None) -> None:
        super().__init__(cloud)
        self._tenant_id = tenant_id


class AzureCliAuthentication(AbstractAuthentication):
    """The login of Azure's command line, which need not be installed."""

    def __init__(self, cloud: Any = None) -> None:
        super().__init__(cloud)


class MsiAuthentication(AbstractAuthentication):
    """The identity of a machine in the cloud."""

    def __init__(self, cloud: Any = None, **kwargs: Any) -> None:
        super().__init__(cloud)
        self._kwargs = kwargs


class ServicePrincipalAuthentication(AbstractAuthentication):
    """An identity for automation. Its secret may be missing here."""

    def __init__(
        self,
        tenant_id: Any,
        service_principal_id: Any,
        service_principal_password: Any,
        cloud: Any = "AzureCloud",
        _enable_caching: Any = True,
    ) -> None:
        super().__init__(cloud)
        self._tenant_id = tenant_id
        self._service_principal_id = service_principal_id
        self._service_principal_password = service_principal_password


class ArmTokenAuthentication(AbstractAuthentication):
    """A token that the script already has."""

    def __init__(self, arm_access_token: Any, cloud: Any = "None") -> None:
        super().__init__(cloud)
        self._arm_access_token = arm_access_token

    def update_arm_access_token(self, new_arm_access_token: Any) -> None:
        """Keep another token."""
        self._arm_access_token = new_arm_access_token


class TokenAuthentication(AbstractAuthentication):
    """A function that would fetch tokens; it is never called by hyperlocal itself."""

    def __init__(self, get_token_for_audience: Any, cloud: Any = None) -> None:
        super().__init__(cloud)
        self._get_token_for_audience = get_token_for_audience

    def get_token(self, audience: Any = Audience.ARM) -> Any:
        """Return what the script's own function returns."""
        return self._get_token_for_audience(audience)


class AzureMLTokenAuthentication(AbstractAuthentication):
    """The token of a submitted run."""

    EXPIRATION_THRESHOLD_IN_SECONDS = 95
    REFRESH_INTERVAL_IN_SECONDS = 30

    def __init__(
        self,
        azureml_access_token: Any,
        expiry_time: Any = None,
        host: Any = None,
        subscription_id: Any = None,
        resource_group_name: Any = None,
        workspace_name: Any = None,
        experiment_name: Any = None,
        run_id: Any = None,
        user_email: Any = None,
        experiment_id: Any = None,
        cloud: Any = "AzureCloud",
    ) -> None:
        super().__init__(cloud)
        self._token = azureml_access_token
        self._expiry_time = expiry_time
        self._run_scope = {
            "host": host,
            "subscription_id": subscription_id,
            "resource_group_name": resource_group_name,
            "workspace_name": workspace_name,
            "experiment_name": experiment_name,
            "run_id": run_id,
            "user_email": user_email,
            "experiment_id": experiment_id,
        }

    @classmethod
    def create(
        cls,
        azureml_access_token: Any,
        expiry_time: Any,
        host: Any,
        subscription_id: Any,
        resource_group_name: Any,
        workspace_name: Any,
        experiment_name: Any,
        run_id: Any,
        user_email: Any = None,
        experiment_id: Any = None,
    ) -> AzureMLTokenAuthentication:
        """Return the authentication for a run's token."""
        return cls(
            azureml_access_token,
            expiry_time,
            host,
            subscription_id,
            resource_group_name,
            workspace_name,
            experiment_name,
            run_id,
            user_email,
            experiment_id,
        )

    @property
    def token(self) -> Any:
        """The token."""
        return self._token

    @property
    def expiry_time(self) -> Any:
        """When the token expires; nothing here checks it."""
        return self._expiry_time

    def set_token(self, token: Any, expiry_time: Any) -> None:
        """Keep another token."""
        self._token, self._expiry_time = token, expiry_time


class NewLoggingLevel:
    """A logger's level, changed for the time of a `with` block."""

    def __init__(self, logger_name: Any, level: Any = logging.WARNING) -> None:
        self._logger = logging.getLogger(logger_name)
        self._level = level
        self._before = self._logger.level

    def __enter__(self) -> logging.Logger:
        """Set the level."""
        self._before = self._logger.level
        self._logger.setLevel(self._level)
        return self._logger

    def __exit__(self, *exception: object) -> None:
        """Set the level back."""
        self._logger.setLevel(self._before)


__getattr__ = _placeholders.lacking(__name__)
