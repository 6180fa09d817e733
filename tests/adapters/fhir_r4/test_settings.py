"""What a connection's settings take as a key."""

from __future__ import annotations

import json

import pytest
from joserfc.jwk import ECKey, RSAKey
from pydantic import ValidationError

from adapters.fhir_r4.sandbox.demo_key import PRIVATE_KEY
from adapters.fhir_r4.settings import FHIRSettings, signing

EC, RSA = ECKey.generate_key("P-384"), RSAKey.generate_key(2048)


def settings(key: str) -> FHIRSettings:
    return FHIRSettings.model_validate({"base_url": "https://ehr.example", "client_id": "c", "private_key": key})


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (EC.as_pem(private=True).decode(), EC.thumbprint()),
        (RSA.as_pem(private=True).decode(), RSA.thumbprint()),
        (json.dumps(EC.as_dict(private=True)), EC.thumbprint()),
        (json.dumps(RSA.as_dict(private=True)), RSA.thumbprint()),
        (json.dumps(dict(PRIVATE_KEY)), ECKey.import_key(dict(PRIVATE_KEY)).thumbprint()),
    ],
    ids=["EC PEM", "RSA PEM", "EC JWK", "RSA JWK", "the sandbox's"],
)
def test_a_key_is_a_jwk_or_pem(key: str, expected: str) -> None:
    found = settings(key).private_key
    assert found is not None
    assert expected == signing(found).thumbprint()


@pytest.mark.parametrize(
    "key",
    [
        "${UNSET}",
        "{}",
        json.dumps(EC.as_dict(private=False)),
        RSA.as_pem(private=False).decode(),
        ECKey.generate_key("P-256").as_pem(private=True).decode(),
        json.dumps({"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQ"}),
    ],
    ids=["none", "empty", "public JWK", "public PEM", "another curve", "a secret"],
)
def test_what_cannot_sign_is_refused_without_being_repeated(key: str) -> None:
    with pytest.raises(ValidationError) as raised:
        settings(key)

    assert key not in str(raised.value)
