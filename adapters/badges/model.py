"""
The data model of Open Badges 3.0 as JSON Schema, in the strict variant that we issue.

Transcribed from 1EdTech's data model (`ob_v3p0/common_credentials.lines`, commit 012f291), each
class with its properties, kinds and cardinalities. Where 1EdTech allows one value or a list, a
list is asked for, as its strict schema does; and nothing is allowed that is not named.
"""

from functools import cache

from jsonschema_rs import Draft201909Validator

from adapters.badges.jsonvalue import JsonObject
from adapters.badges.schema_error import first_error

Schema = JsonObject

TEXT: Schema = {"type": "string", "minLength": 1}
URI: Schema = {"type": "string", "pattern": r"^[A-Za-z][A-Za-z0-9+.-]*:\S+$"}
MOMENT: Schema = {
    "type": "string",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$",
}
FLOAT: Schema = {"type": "number"}
TYPES: Schema = {"type": "array", "items": TEXT, "minItems": 1}

ALIGNMENT_TYPES = (
    "ceasn:Competency",
    "ceterms:Credential",
    "CFItem",
    "CFRubric",
    "CFRubricCriterion",
    "CFRubricCriterionLevel",
    "CTDL",
)
ACHIEVEMENT_TYPES = (
    "Achievement", "ApprenticeshipCertificate", "Assessment", "Assignment", "AssociateDegree",
    "Award", "Badge", "BachelorDegree", "Certificate", "CertificateOfCompletion", "Certification",
    "CommunityService", "Competency", "Course", "CoCurricular", "Degree", "Diploma",
    "DoctoralDegree", "Fieldwork", "GeneralEducationDevelopment", "JourneymanCertificate",
    "LearningProgram", "License", "Membership", "ProfessionalDoctorate",
    "QualityAssuranceCredential", "MasterCertificate", "MasterDegree", "MicroCredential",
    "ResearchDoctorate", "SecondarySchoolDiploma",
)  # fmt: skip
RESULT_TYPES = (
    "GradePointAverage", "LetterGrade", "Percent", "PerformanceLevel", "PredictedScore",
    "RawScore", "Result", "RubricCriterion", "RubricCriterionLevel", "RubricScore",
    "ScaledScore", "Status",
)  # fmt: skip
STATUSES = ("Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew")
IDENTITY_TYPES = (
    "name", "sourcedId", "systemId", "productId", "userName", "accountId", "emailAddress",
    "nationalIdentityNumber", "isbn", "issn", "lisSourcedId", "oneRosterSourcedId", "sisSourcedId",
    "ltiContextId", "ltiDeploymentId", "ltiToolId", "ltiPlatformId", "ltiUserId", "identifier",
)  # fmt: skip


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _many(items: Schema) -> Schema:
    return {"type": "array", "items": items, "minItems": 1}


def _extensible(terms: tuple[str, ...]) -> Schema:
    return {"anyOf": [{"enum": list(terms)}, {"type": "string", "pattern": "^ext:[A-Za-z.\\-_]+$"}]}


def _typed(name: str) -> Schema:
    return {**TYPES, "contains": {"const": name}}


def _class(required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **(optional or {})},
        "additionalProperties": False,
    }


_ADDRESS = _class({"type": _typed("Address")}, {"addressCountryCode": {"pattern": "^[A-Z]{2}$"}})
_IMAGE = _class({"id": URI, "type": {"const": "Image"}}, {"caption": TEXT})
_PROFILE = _class(
    {"id": URI, "type": _typed("Profile")},
    {
        "name": TEXT,
        "url": URI,
        "email": TEXT,
        "phone": TEXT,
        "description": TEXT,
        "image": _ref("Image"),
        "address": _ref("Address"),
        "parentOrg": _ref("Profile"),
        "official": TEXT,
        "endorsement": _many(_ref("EndorsementCredential")),
    },
)
_ALIGNMENT = _class(
    {"type": _typed("Alignment"), "targetName": TEXT, "targetUrl": URI},
    {
        "targetCode": TEXT,
        "targetDescription": TEXT,
        "targetFramework": TEXT,
        "targetType": _extensible(ALIGNMENT_TYPES),
    },
)
_LEVEL = _class(
    {"id": URI, "type": _typed("RubricCriterionLevel"), "name": TEXT},
    {
        "alignment": _many(_ref("Alignment")),
        "description": TEXT,
        "level": TEXT,
        "points": TEXT,
    },
)
_RESULT_DESCRIPTION = _class(
    {
        "id": URI,
        "type": _typed("ResultDescription"),
        "name": TEXT,
        "resultType": _extensible(RESULT_TYPES),
    },
    {
        "alignment": _many(_ref("Alignment")),
        "allowedValue": _many(TEXT),
        "requiredLevel": URI,
        "requiredValue": TEXT,
        "rubricCriterionLevel": _many(_ref("RubricCriterionLevel")),
        "valueMax": TEXT,
        "valueMin": TEXT,
    },
)
_RESULT = _class(
    {"type": _typed("Result")},
    {
        "achievedLevel": URI,
        "alignment": _many(_ref("Alignment")),
        "resultDescription": URI,
        "status": {"enum": list(STATUSES)},
        "value": TEXT,
    },
)
_CRITERIA: Schema = {
    **_class({}, {"id": URI, "narrative": TEXT}),
    "anyOf": [{"required": ["id"]}, {"required": ["narrative"]}],
}
_RELATED = _class({"id": URI, "type": _typed("Related")}, {"inLanguage": TEXT, "version": TEXT})
_ACHIEVEMENT = _class(
    {
        "id": URI,
        "type": _typed("Achievement"),
        "name": TEXT,
        "description": TEXT,
        "criteria": _ref("Criteria"),
    },
    {
        "achievementType": _extensible(ACHIEVEMENT_TYPES),
        "alignment": _many(_ref("Alignment")),
        "creator": _ref("Profile"),
        "creditsAvailable": FLOAT,
        "endorsement": _many(_ref("EndorsementCredential")),
        "fieldOfStudy": TEXT,
        "humanCode": TEXT,
        "image": _ref("Image"),
        "inLanguage": {"type": "string", "pattern": "^[a-z]{2,4}(-[A-Za-z0-9]{2,8})*$"},
        "related": _many(_ref("Related")),
        "resultDescription": _many(_ref("ResultDescription")),
        "specialization": TEXT,
        "tag": _many(TEXT),
        "version": TEXT,
    },
)
_IDENTITY = _class(
    {
        "type": {"const": "IdentityObject"},
        "hashed": {"type": "boolean"},
        "identityHash": TEXT,
        "identityType": _extensible(IDENTITY_TYPES),
    },
    {"salt": TEXT},
)
_SUBJECT: Schema = {
    **_class(
        {"type": _typed("AchievementSubject"), "achievement": _ref("Achievement")},
        {
            "id": URI,
            "activityEndDate": MOMENT,
            "activityStartDate": MOMENT,
            "creditsEarned": FLOAT,
            "identifier": _many(_ref("IdentityObject")),
            "image": _ref("Image"),
            "licenseNumber": TEXT,
            "narrative": TEXT,
            "result": _many(_ref("Result")),
            "role": TEXT,
            "source": _ref("Profile"),
            "term": TEXT,
        },
    ),
    "anyOf": [{"required": ["id"]}, {"required": ["identifier"]}],
}
_EVIDENCE = _class(
    {"type": _typed("Evidence")},
    {
        "id": URI,
        "name": TEXT,
        "narrative": TEXT,
        "description": TEXT,
        "genre": TEXT,
        "audience": TEXT,
    },
)
_STATUS = _class(
    {"id": URI, "type": TEXT},
    {"statusPurpose": TEXT, "statusListIndex": {"pattern": r"^\d+$"}, "statusListCredential": URI},
)
_PROOF = _class(
    {
        "type": {"const": "DataIntegrityProof"},
        "cryptosuite": {"const": "eddsa-rdfc-2022"},
        "created": MOMENT,
        "verificationMethod": URI,
        "proofPurpose": {"const": "assertionMethod"},
        "proofValue": {"type": "string", "pattern": "^z[1-9A-HJ-NP-Za-km-z]+$"},
    }
)
_COMMON: dict[str, Schema] = {
    "description": TEXT,
    "image": _ref("Image"),
    "validUntil": MOMENT,
    "awardedDate": MOMENT,
    "credentialSchema": _many(_class({"id": URI, "type": TEXT})),
    "credentialStatus": {
        "anyOf": [
            _ref("CredentialStatus"),
            {"type": "array", "items": _ref("CredentialStatus"), "minItems": 2},
        ]
    },
    "termsOfUse": _many(_class({"type": TEXT}, {"id": URI})),
    "refreshService": _class({"id": URI, "type": TEXT}),
    "proof": _many(_ref("Proof")),
}
_ENDORSEMENT = _class(
    {
        "@context": _many(URI),
        "id": URI,
        "type": _typed("EndorsementCredential"),
        "name": TEXT,
        "issuer": _ref("Profile"),
        "validFrom": MOMENT,
        "credentialSubject": _class(
            {"id": URI, "type": _typed("EndorsementSubject")}, {"endorsementComment": TEXT}
        ),
    },
    _COMMON,
)
_CREDENTIAL = _class(
    {
        "@context": _many(URI),
        "id": URI,
        "type": {
            **TYPES,
            "allOf": [
                {"contains": {"const": "VerifiableCredential"}},
                {"contains": {"enum": ["OpenBadgeCredential", "AchievementCredential"]}},
            ],
        },
        "name": TEXT,
        "issuer": _ref("Profile"),
        "validFrom": MOMENT,
        "credentialSubject": _ref("AchievementSubject"),
    },
    {
        **_COMMON,
        "evidence": _many(_ref("Evidence")),
        "endorsement": _many(_ref("EndorsementCredential")),
    },
)
_ASSOCIATION = _class(
    {
        "type": {"const": "Association"},
        "associationType": {
            "enum": [
                "exactMatchOf", "isChildOf", "isParentOf", "isPartOf", "isPeerOf", "isRelatedTo",
                "precedes", "replacedBy",
            ]
        },
        "sourceId": URI,
        "targetId": URI,
    }
)  # fmt: skip
_RECORD = _class(
    {
        "@context": _many(URI),
        "id": URI,
        "type": {
            **TYPES,
            "allOf": [
                {"contains": {"const": "VerifiableCredential"}},
                {"contains": {"const": "ClrCredential"}},
            ],
        },
        "name": TEXT,
        "issuer": _ref("Profile"),
        "validFrom": MOMENT,
        "credentialSubject": _class(
            {
                "type": _typed("ClrSubject"),
                "verifiableCredential": _many(_ref("AchievementCredential")),
            },
            {
                "id": URI,
                "identifier": _many(_ref("IdentityObject")),
                "achievement": _many(_ref("Achievement")),
                "association": _many(_ref("Association")),
            },
        ),
    },
    {**_COMMON, "partial": {"type": "boolean"}},
)

DEFINITIONS: dict[str, Schema] = {
    "Achievement": _ACHIEVEMENT,
    "AchievementCredential": _CREDENTIAL,
    "AchievementSubject": _SUBJECT,
    "Address": _ADDRESS,
    "Alignment": _ALIGNMENT,
    "Association": _ASSOCIATION,
    "ClrCredential": _RECORD,
    "CredentialStatus": _STATUS,
    "Criteria": _CRITERIA,
    "EndorsementCredential": _ENDORSEMENT,
    "Evidence": _EVIDENCE,
    "IdentityObject": _IDENTITY,
    "Image": _IMAGE,
    "Profile": _PROFILE,
    "Proof": _PROOF,
    "Related": _RELATED,
    "Result": _RESULT,
    "ResultDescription": _RESULT_DESCRIPTION,
    "RubricCriterionLevel": _LEVEL,
}
"""The classes of the data model, and of CLR 2.0 what stacks need."""


@cache
def _validator(name: str) -> Draft201909Validator:
    schema = {
        "$schema": "https://json-schema.org/draft/2019-09/schema",
        "$defs": DEFINITIONS,
        "$ref": f"#/$defs/{name}",
    }
    return Draft201909Validator(schema)


def misfit(document: JsonObject, name: str = "AchievementCredential") -> str:
    """Say where a document does not fit a class of the model, and why; "" where it fits."""
    return first_error(_validator(name), document)
