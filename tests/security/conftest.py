"""The security suite runs on the same servers as the integration tests."""

from tests.integration.conftest import *  # noqa: F403
