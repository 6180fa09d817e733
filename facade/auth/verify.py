"""Authorization header -> Principal. https://www.rfc-editor.org/rfc/rfc6750"""

from __future__ import annotations

from capability.issues import Forbidden, LoginRequired
from facade.auth.tokens import Tokens, refused
from facade.principal import Principal
from facade.tenancy.directory import Tenant

LONGEST = 8_192


def authenticate(authorization: str | None, tenant: Tenant, practice: str | None, tokens: Tokens) -> Principal:
    """Who calls, or LoginRequired; Forbidden when the caller may not see the practice that the path names."""
    if authorization is None:
        raise LoginRequired(
            "this server needs an access token: send `Authorization: Bearer ...`; "
            ".well-known/smart-configuration of this base names the token endpoint",
            headers={"WWW-Authenticate": "Bearer"},
        )
    scheme, _, token = authorization.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or len(token) > LONGEST or not token.isascii():
        raise refused()
    principal = tokens.verify(token, tenant)
    if practice is not None and practice not in principal.practices:
        raise Forbidden("this client was not granted the practice; ask the tenant's administrator")
    return principal
