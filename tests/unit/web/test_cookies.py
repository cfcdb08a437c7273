"""The cookies, as browsers get them."""

import pytest
from fastapi import Response
from pydantic import SecretStr

from palvelurinki.application.principals import PrincipalKind
from palvelurinki.settings import DEMO_SECRET, Settings
from palvelurinki.web.cookies import Cookies

PRODUCTION = Settings(
    secret=SecretStr("0123456789abcdefghijklmnopqrstuvwxyz-ABCD"), origins=("https://palvelu.example.fi",)
)
DEMO = Settings(demo=True, secret=SecretStr(DEMO_SECRET))


def given(settings: Settings, kind: PrincipalKind | None) -> tuple[str, set[str]]:
    """The name of the cookie, and what is said of it, in small letters."""
    response, cookies = Response(), Cookies(settings)
    if kind is None:
        cookies.begin_attempt(response, "secret", 600)
    else:
        cookies.sign_in(response, kind, "secret", 600)
    [header] = response.headers.getlist("set-cookie")
    named, *said = header.split("; ")
    return named.partition("=")[0], {each.lower() for each in said}


@pytest.mark.parametrize("kind", [*PrincipalKind, None])
def test_behind_tls_a_cookie_is_this_hosts_alone_and_goes_by_tls_alone(kind: PrincipalKind | None) -> None:
    name, said = given(PRODUCTION, kind)
    assert name.startswith("__Host-")
    assert said >= {"secure", "httponly", "path=/"}
    assert not [each for each in said if each.startswith("domain")]


@pytest.mark.parametrize("settings", [PRODUCTION, DEMO])
def test_no_other_site_sends_a_sign_in_along(settings: Settings) -> None:
    for kind in PrincipalKind:
        assert given(settings, kind)[1] >= {"samesite=strict", "httponly"}
    # Whoever comes back from an issuer comes from another site.
    assert given(settings, None)[1] >= {"samesite=lax", "httponly"}
