from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from adapters.fhir_r4.sandbox import demo_key
from adapters.fhir_r4.sandbox.tokens import ASSERTION, Client, Refused, Tokens

NOW = 1_800_000_000
AUDIENCE = "https://ehr.example/oauth2/token"
DEMO = ECKey.import_key(dict(demo_key.PRIVATE_KEY))
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
STRANGER = ECKey.generate_key("P-384", {"kid": DEMO.kid or ""})


def tokens() -> Tokens:
    jwks = {"keys": [*demo_key.JWKS["keys"], RSA.as_dict(private=False)]}
    signing, telling = Client("app", jwks=jwks), Client("old app", secret="quiet")
    return Tokens({one.client_id: one for one in (signing, telling)}, 300, lambda: NOW)


def form(key: ECKey | RSAKey = DEMO, alg: str = "ES384", kid: str | None = None, **claims: Any) -> dict[str, str]:
    told = {"iss": "app", "sub": "app", "aud": AUDIENCE, "exp": NOW + 300, "jti": "1", **claims}
    header = {"alg": alg, "typ": "JWT", "kid": kid or key.kid}
    signed = jwt.encode(header, {name: value for name, value in told.items() if value is not None}, key, [alg])
    return {"client_assertion_type": ASSERTION, "client_assertion": signed}


@pytest.mark.parametrize(("key", "alg"), [(DEMO, "ES384"), (RSA, "RS384")], ids=["ES384", "RS384"])
def test_a_client_is_known_by_its_assertion(key: ECKey | RSAKey, alg: str) -> None:
    assert "app" == tokens().client(None, form(key, alg), AUDIENCE).client_id


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (form(RSA, "RS256"), "alg"),
        (form(STRANGER), "signature"),
        (form(RSA, "RS384", kid=DEMO.kid), "signature"),
        (form(kid="another"), "kid"),
        (form(iss="nobody"), "iss"),
        (form(iss="old app"), "iss"),
        (form(sub="nobody"), "sub"),
        (form(aud="https://ehr.example/oauth2/token/"), "aud"),
        (form(aud=[AUDIENCE, "https://else.example"]), "aud"),
        (form(exp=NOW), "exp"),
        (form(exp=NOW + 301), "exp"),
        (form(exp=None), "exp"),
        (form(nbf=NOW + 1), "nbf"),
        (form(jti=None), "jti"),
        ({**form(), "client_assertion": "a.b.c"}, "client_assertion"),
        ({**form(), "client_assertion_type": "jwt"}, "client_assertion_type"),
        ({"client_id": "old app", "client_secret": "loud"}, "client_secret"),
        ({"client_id": "app", "client_secret": ""}, "client_secret"),
        ({}, "client_id"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_refusal_says_which_check_failed(made: Mapping[str, str], reason: str) -> None:
    with pytest.raises(Refused) as refused:
        tokens().client(None, made, AUDIENCE)

    assert ("invalid_client", reason) == (refused.value.error, refused.value.reason)


def test_an_assertion_is_good_once() -> None:
    server = tokens()
    server.client(None, form(), AUDIENCE)

    with pytest.raises(Refused, match="jti"):
        server.client(None, form(), AUDIENCE)
    assert "app" == server.client(None, form(jti="2"), AUDIENCE).client_id


def test_a_client_is_known_by_its_secret() -> None:
    basic = "Basic " + base64.b64encode(b"old app:quiet").decode()

    assert "old app" == tokens().client(basic, {}, AUDIENCE).client_id
    assert "old app" == tokens().client(None, {"client_id": "old app", "client_secret": "quiet"}, AUDIENCE).client_id


def test_a_bearer_is_good_until_its_time_is_up() -> None:
    now = [float(NOW)]
    server = Tokens(tokens().clients, 300, lambda: now[0], length=1000)
    bearer = server.issue(server.clients["app"], frozenset({"system/Patient.rs"}))

    assert 1000 == len(bearer)
    assert frozenset({"system/Patient.rs"}) == getattr(server.check(f"bearer {bearer}"), "scopes", None)
    assert None is server.check(f"Basic {bearer}")
    now[0] += 300
    assert None is server.check(f"Bearer {bearer}")


def test_every_bearer_can_be_made_invalid() -> None:
    server = tokens()
    bearer = server.issue(server.clients["app"], frozenset())
    server.expire()

    assert None is server.check(f"Bearer {bearer}")
