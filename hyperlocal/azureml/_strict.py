"""Strict: where hyperlocal takes what the cloud refuses, and who wants it refused here, too.

Every such place is listed in docs/differences.md, "More lenient than the cloud".
"""

from __future__ import annotations

from hyperlocal.engine import is_strict
from hyperlocal.errors import SweepError
from hyperlocal.services.advice import warn_caller

__all__ = ["allow"]


def allow(refusal: Exception, sentence: str) -> None:
    """Let something pass that the cloud refuses, with a warning; refuse it if that is wanted.

    Args:
        refusal: What the SDK raises, or what the service's refusal becomes.
        sentence: What the cloud would do, and what to write there.

    Raises:
        Exception: `refusal`, under HYPERLOCAL_STRICT=1.
        TrainingException: HYPERLOCAL_STRICT is neither 1 nor 0.
    """
    try:
        refuses = is_strict()
    except SweepError as error:
        from hyperlocal.azureml._translate.refusal import refused

        raise refused(str(error)) from error
    if refuses:
        raise refusal
    warn_caller(sentence)
