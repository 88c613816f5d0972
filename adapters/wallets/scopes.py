"""What an app may ask to be allowed: the four scopes of Open Badges 3.0, and to stay."""

PREFIX = "https://purl.imsglobal.org/spec/ob/v3p0/scope/"
READ = f"{PREFIX}credential.readonly"
UPSERT = f"{PREFIX}credential.upsert"
READ_PROFILE = f"{PREFIX}profile.readonly"
UPDATE_PROFILE = f"{PREFIX}profile.update"
OFFLINE = "offline_access"
"""To come back while she is not there: with it there is a refresh token."""

MEANS = {
    READ: "Read the learner's credentials",
    UPSERT: "Bring a credential of the learner's",
    READ_PROFILE: "Read the learner's profile",
    UPDATE_PROFILE: "Change the learner's profile",
    OFFLINE: "Stay connected until the learner takes it away",
}
"""Every scope, as the service description tells it to programmers."""
