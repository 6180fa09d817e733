"""SMART discovery and CORS of what is public. https://hl7.org/fhir/smart-app-launch/conformance.html"""

from __future__ import annotations

from conformance.client import Exchange
from conformance.exam import Exam, together
from conformance.lines import Line, NotExercised
from conformance.searching import OK

GROUP = "smart"
SOURCE = "https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html"
CORS = "https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html#considerations-for-cross-origin-resource-sharing-cors-support"
WELL_KNOWN = ".well-known/smart-configuration"
ENDPOINTS = (
    "token_endpoint", "authorization_endpoint", "introspection_endpoint", "revocation_endpoint",
    "registration_endpoint", "management_endpoint", "jwks_uri", "issuer", "user_access_brand_bundle",
)  # fmt: skip


async def examine(exam: Exam) -> None:
    await together([_found(exam), _content(exam), _endpoints(exam), _sign_in(exam), _cors(exam), _preflight(exam)])


async def _read(line: Line) -> Exchange:
    answer = await line.get(WELL_KNOWN, token=None)
    line.demand(answer.status == OK, f"{WELL_KNOWN} is answered with status {answer.status}")
    line.demand(answer.resource, f"{WELL_KNOWN} is not a JSON object")
    return answer


async def _found(exam: Exam) -> None:
    title = "The SMART configuration is JSON below the base, for anybody, whatever is accepted"
    with exam.book.line(GROUP, "public", title, SOURCE) as line:
        answer = await _read(line)
        line.expect(answer.media_type == "application/json", f"its content type is {answer.media_type}")
        html = await line.get(WELL_KNOWN, headers={"Accept": "text/html"}, token=None)
        line.expect(html.status == OK and html.resource, "a browser's Accept header is not answered with the JSON")


async def _content(exam: Exam) -> None:
    with exam.book.line(GROUP, "content", "It says how to get a token, and that PKCE is S256", SOURCE) as line:
        found = (await _read(line)).resource
        for name in ("token_endpoint", "grant_types_supported", "capabilities", "code_challenge_methods_supported"):
            line.expect(found.get(name), f"{name} is missing")
        methods = found.get("code_challenge_methods_supported", [])
        line.expect("S256" in methods, "code_challenge_methods_supported lacks S256")
        line.expect("plain" not in methods, "code_challenge_methods_supported has plain")
        launches = any(name.startswith("launch-") for name in found.get("capabilities", ()))
        line.expect(
            not launches or "authorization_endpoint" in found, "a launch is offered without authorization_endpoint"
        )


async def _endpoints(exam: Exam) -> None:
    with exam.book.line(GROUP, "absolute", "Every endpoint in it is an absolute URL", SOURCE) as line:
        found = (await _read(line)).resource
        for name in ENDPOINTS:
            url = found.get(name)
            line.expect(url is None or str(url).startswith(("https://", "http://")), f"{name} is not absolute")


async def _sign_in(exam: Exam) -> None:
    title = "issuer and jwks_uri are there exactly where people sign in by OpenID Connect"
    with exam.book.line(GROUP, "openid", title, SOURCE) as line:
        found = (await _read(line)).resource
        offered = "sso-openid-connect" in found.get("capabilities", ())
        line.expect(not offered or {"issuer", "jwks_uri"} <= found.keys(), "issuer or jwks_uri is missing")
        line.expect(offered or "issuer" not in found, "issuer is there without sso-openid-connect")


async def _cors(exam: Exam) -> None:
    with exam.book.line(GROUP, "cors", "Apps in browsers may read both discovery documents", CORS) as line:
        if not _browsers(exam):
            raise NotExercised("the statement says rest.security.cors = false")
        for address in (WELL_KNOWN, "metadata"):
            answer = await line.get(address, headers={"Origin": exam.options.origin}, token=None)
            allowed = answer.headers.get("access-control-allow-origin")
            line.expect(
                allowed in ("*", exam.options.origin), f"{address} has no Access-Control-Allow-Origin for the app"
            )


async def _preflight(exam: Exam) -> None:
    title = "A preflight needs no token and allows a bearer token to be sent"
    with exam.book.line(GROUP, "preflight", title, CORS) as line:
        if not _browsers(exam):
            raise NotExercised("the statement says rest.security.cors = false")
        wanted = {
            "Origin": exam.options.origin,
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "authorization",
        }
        answer = line.saw(await exam.client.send("OPTIONS", "Patient", headers=wanted, token=None))
        line.demand(answer.status in (OK, 204), f"OPTIONS Patient is answered with status {answer.status}")
        headers = answer.headers.get("access-control-allow-headers", "").lower()
        line.expect("authorization" in headers or headers == "*", "Access-Control-Allow-Headers lacks Authorization")
        line.expect(answer.headers.get("access-control-allow-origin"), "Access-Control-Allow-Origin is missing")


def _browsers(exam: Exam) -> bool:
    return exam.declared.rest.get("security", {}).get("cors") is not False
