"""
The service description document: where everything is, in OpenAPI, as wallets look it up first.

Only what is served here is in it. Its form is the standard's (Open Badges 3.0, section 6.3):
OpenAPI with the fields of 1EdTech's security framework, `x-imssf-…`.
"""

from adapters.badges.jsonvalue import JsonObject
from adapters.wallets.app import BASIC
from adapters.wallets.grants import S256
from adapters.wallets.registration import SUPPORTED
from adapters.wallets.scopes import MEANS, READ, READ_PROFILE, UPDATE_PROFILE, UPSERT
from adapters.wallets.status_info import BASE

OPENAPI = "3.0.1"
SCHEME = "OAuth2ACG"
AUTHORIZE, TOKEN, REGISTER, REVOKE = (
    "/me/authorize", "/oauth/token", "/oauth/register", "/oauth/revoke",
)  # fmt: skip
SCHEMAS = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/"
ANSWERED = {
    "GetOpenBadgeCredentialsResponse": "ob_v3p0_getopenbadgecredentialsresponse_schema.json",
    "AchievementCredential": "ob_v3p0_achievementcredential_schema.json",
    "Profile": "ob_v3p0_profile_schema.json",
}
"""What is answered, by 1EdTech's own schema of it."""


def description(
    public_url: str, house: str, version: str, privacy_url: str, terms_url: str
) -> JsonObject:
    """
    Describe the service.

    Args:
        public_url: Of the service, without a slash at its end.
        house: The institution's name.
        version: Of this program.
        privacy_url: What the institution says about privacy; "" for its own address.
        terms_url: Its terms of service; the same.
    """
    told = {"x-imssf-privacyPolicyUrl": privacy_url or public_url}
    terms = terms_url or public_url
    return {
        "openapi": OPENAPI,
        "info": {
            "title": f"Open Badges of {house}",
            "description": "Credentials that learners hold here, for the apps that they let in.",
            "version": version,
            "termsOfService": terms,
            **told,
        },
        "servers": [{"url": f"{public_url}{BASE.rstrip('/')}"}],
        "tags": [{"name": "OpenBadgeCredentials"}, {"name": "Discovery"}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {
                SCHEME: {
                    "type": "oauth2",
                    "description": "OAuth 2.0 authorization code grant, with PKCE by S256",
                    "x-imssf-name": house,
                    "x-imssf-registrationUrl": f"{public_url}{REGISTER}",
                    "x-imssf-revocationUrl": f"{public_url}{REVOKE}",
                    "x-imssf-termsOfServiceUrl": terms,
                    **told,
                    "flows": {
                        "authorizationCode": {
                            "authorizationUrl": f"{public_url}{AUTHORIZE}",
                            "tokenUrl": f"{public_url}{TOKEN}",
                            "refreshUrl": f"{public_url}{TOKEN}",
                            "scopes": dict(MEANS),
                        }
                    },
                }
            },
            "schemas": {
                **{name: {"$ref": f"{SCHEMAS}{file}"} for name, file in ANSWERED.items()},
                "Imsx_StatusInfo": _STATUS_INFO,
            },
        },
    }


def metadata(public_url: str) -> JsonObject:
    """Describe the authorization server to whoever knows OAuth and no Open Badges (RFC 8414)."""
    return {
        "issuer": public_url,
        "authorization_endpoint": f"{public_url}{AUTHORIZE}",
        "token_endpoint": f"{public_url}{TOKEN}",
        "registration_endpoint": f"{public_url}{REGISTER}",
        "revocation_endpoint": f"{public_url}{REVOKE}",
        **SUPPORTED,
        "response_modes_supported": ["query"],
        "code_challenge_methods_supported": [S256],
        "revocation_endpoint_auth_methods_supported": [BASIC],
        "authorization_response_iss_parameter_supported": True,
    }


def _paths() -> JsonObject:
    credential: JsonObject = {
        "application/json": _schema("AchievementCredential"),
        "text/plain": _TOKEN,
    }
    profile: JsonObject = {"application/json": _schema("Profile")}
    query = [_parameter(name, kind) for name, kind in _QUERY.items()]
    listed: JsonObject = {"application/json": _schema("GetOpenBadgeCredentialsResponse")}
    return {
        "/credentials": {
            "get": _operation("getCredentials", READ, {"200": listed}, parameters=query),
            "post": _operation(
                "upsertCredential", UPSERT, {"200": credential, "201": credential}, credential
            ),
        },
        "/profile": {
            "get": _operation("getProfile", READ_PROFILE, {"200": profile}),
            "put": _operation("putProfile", UPDATE_PROFILE, {"200": profile}, profile),
        },
        "/discovery": {
            "get": _operation(
                "getServiceDescription", "", {"200": {"application/json": {"schema": {}}}}
            )
        },
    }


def _operation(
    name: str,
    scope: str,
    answers: dict[str, JsonObject],
    body: JsonObject | None = None,
    parameters: list[JsonObject] | None = None,
) -> JsonObject:
    refused: JsonObject = {"application/json": _schema("Imsx_StatusInfo")}
    found: JsonObject = {
        "operationId": name,
        "tags": ["OpenBadgeCredentials" if scope else "Discovery"],
        "responses": {
            **{status: _described(MEANS_OF[status], body) for status, body in answers.items()},
            "default": _described("It can't be served; the reason is told.", refused),
        },
        "security": [{SCHEME: [scope]}] if scope else [],
    }
    if body is not None:
        found["requestBody"] = {"required": True, "content": body}
    if parameters:
        found["parameters"] = parameters
    return found


MEANS_OF = {"200": "What was asked for, or is here already.", "201": "It is here now."}
_QUERY: dict[str, JsonObject] = {
    "limit": {"type": "integer", "format": "int32", "minimum": 1},
    "offset": {"type": "integer", "format": "int32", "minimum": 0},
    "since": {"type": "string", "format": "date-time"},
}
_TOKEN: JsonObject = {"schema": {"type": "string", "description": "A compact JWS (RFC 7515)."}}
_STATUS_INFO: JsonObject = {
    "type": "object",
    "required": ["imsx_codeMajor", "imsx_severity"],
    "properties": {
        "imsx_codeMajor": {"type": "string"},
        "imsx_severity": {"type": "string"},
        "imsx_description": {"type": "string"},
        "imsx_codeMinor": {"type": "object"},
    },
}


def _described(what: str, content: JsonObject) -> JsonObject:
    return {"description": what, "content": content}


def _schema(name: str) -> JsonObject:
    return {"schema": {"$ref": f"#/components/schemas/{name}"}}


def _parameter(name: str, kind: JsonObject) -> JsonObject:
    return {"name": name, "in": "query", "required": False, "schema": kind}
