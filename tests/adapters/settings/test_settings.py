"""config.toml, the environment and the command line, and what is said of mistakes in them."""

import re
import tomllib
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.settings.source import load_settings, variable
from adapters.settings.tree import KEY, Settings, config_file, shown_place
from engine.source import Severity
from notifications.mode import Mode

REPOSITORY = Path(__file__).parents[3]
CONFIG = REPOSITORY / "config.toml"


def problems_of(text: str, folder: Path, environ: dict[str, str] | None = None) -> list[str]:
    """Give what is wrong with a text, as lines `place code message | hint`."""
    file = folder / "config.toml"
    file.write_text(text)
    _, problems = load_settings(file, environ or {})
    return [
        f"{shown_place(p.span).removeprefix(str(folder) + '/')} {p.code} {p.message} | {p.hint}"
        for p in problems
    ]


def test_the_file_shows_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """The repository's config.toml says of every setting what is so without it."""
    monkeypatch.chdir(REPOSITORY)
    shown, problems = load_settings(Path("config.toml"), {})
    without, _ = load_settings(None, {})
    assert () == problems
    assert without == shown
    table = tomllib.loads(CONFIG.read_text())
    keys = {
        section.name: [
            each.metadata[KEY] or each.name
            for each in fields(getattr(without, section.name))
            if KEY in each.metadata
        ]
        for section in fields(Settings)
    }
    assert keys == {section: list(table[section]) for section in table}


def test_every_setting_has_a_sentence() -> None:
    """Above every setting stands a comment that ends as a sentence does."""
    lines = CONFIG.read_text().splitlines()
    for number, line in enumerate(lines):
        if re.match(r"[a-z_]+ = ", line):
            above = lines[number - 1]
            assert above.startswith("# "), line
            assert above.endswith((".", "=moodle:a-long-random-secret,canvas:another")), above


def test_nothing_is_needed() -> None:
    """Without a file and a variable there are settings, and mail stays in."""
    settings, problems = load_settings(None, {})
    assert () == problems
    assert Mode.HOLD == settings.mail.mode
    assert "sqlite:///var/milepost.db" == settings.database.url


def test_paths_are_meant_from_the_files_folder(tmp_path: Path) -> None:
    """Relative paths in the file and the environment begin at the file's folder; flags here."""
    file = tmp_path / "config.toml"
    file.write_text('[rules]\npacks = "p"\n[mail]\nfolder = "/abs"\n')
    settings, problems = load_settings(
        file, {"MILEPOST_DATABASE__URL": "sqlite:///x.db"}, {"--packs": "here"}
    )
    assert () == problems
    assert f"sqlite:///{tmp_path}/x.db" == settings.database.url
    assert Path("here") == settings.rules.packs
    assert Path("/abs") == settings.mail.folder
    settings, _ = load_settings(file, {})
    assert tmp_path / "p" == settings.rules.packs
    assert f"sqlite:///{tmp_path}/var/milepost.db" == settings.database.url


def test_the_later_goes_before_the_earlier(tmp_path: Path) -> None:
    """File, environment and command line say a port; the last wins, and each is typed."""
    file = tmp_path / "config.toml"
    file.write_text("[http]\nport = 1\n[clock]\nfrom = 2025-03-03T08:00:00+01:00\n")
    assert 1 == load_settings(file, {})[0].http.port
    environ = {"MILEPOST_HTTP__PORT": "2"}
    assert 2 == load_settings(file, environ)[0].http.port
    settings, problems = load_settings(file, environ, {"--port": "3", "--clock-speed": "60"})
    assert () == problems
    assert 3 == settings.http.port
    assert 60.0 == settings.clock.speed
    assert datetime(2025, 3, 3, 7, tzinfo=UTC) == settings.clock.start


def test_every_kind_from_the_environment() -> None:
    """Numbers, switches, periods, lists and hours can be said in a variable."""
    settings, problems = load_settings(
        None,
        {
            "MILEPOST_RULES__WATCH": "no",
            "MILEPOST_ENGINE__STALE_AFTER": "2 days",
            "MILEPOST_MAIL__CATEGORIES": "reminders, service",
            "MILEPOST_MAIL__QUIET_HOURS": "21:00 to 08:00 and weekends",
            "MILEPOST_RETENTION__MESSAGES": "forever",
            "MILEPOST_HTTP__KEYS": "moodle:a,canvas:b",
            "MILEPOST_SMTP__PASSWORD": "s\tecret",
        },
    )
    assert () == problems
    assert settings.rules.watch is False
    assert timedelta(days=2) == settings.engine.stale_after
    assert ("reminders", "service") == settings.mail.categories
    assert "21:00 to 08:00 and weekends" == str(settings.mail.quiet_hours)
    assert settings.retention.messages is None
    assert ("moodle:a", "canvas:b") == settings.http.keys
    assert "s\tecret" == settings.smtp.password


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[htp]\n", "config.toml:1:2 C101 there is no section `htp` | did you mean [http]?"),
        ("port = 1\n", "config.toml:1:1 C101 there is no section `port` | write it under [http]"),
        (
            "[http]\nprt = 1\n",
            "config.toml:2:1 C102 [http] has no setting `prt` | did you mean port?",
        ),
        (
            "http.prt = 1\n",
            "config.toml:1:1 C102 [http] has no setting `prt` | did you mean port?",
        ),
        (
            'http = { port = "1" }\n',
            (
                'config.toml:1:10 C103 port: "1" is not a whole number from 0 to 65535 | '
                "leave the quotes away: 1"
            ),
        ),
        (
            "[http]\n\n  port =   70000 # high\n",
            (
                "config.toml:3:12 C103 port: 70000 is not a whole number from 0 to 65535 | "
                "write it like: 65535"
            ),
        ),
        (
            '[mail]\nmode = "liv"\n',
            (
                'config.toml:2:8 C103 mode: "liv" is not one of hold, folder, redirect, live | '
                'did you mean "live"?'
            ),
        ),
        (
            "[engine]\nstale_after = 7\n",
            'config.toml:2:15 C103 stale_after: 7 is not a period | write it like: "7 days"',
        ),
        (
            '[rules]\nwatch = "yes"\n',
            'config.toml:2:9 C103 watch: "yes" is not true or false | write it like: true',
        ),
        (
            '[rules]\nzone = "Madrid"\n',
            "config.toml:2:8 C103 zone: `Madrid` is not a time zone | write it like: Europe/Madrid",
        ),
        (
            '[database]\nurl = "postgres://u:secret@h/d"\n',
            (
                "config.toml:2:7 C103 url: it begins with postgres:// | "
                "let it begin with postgresql+psycopg://"
            ),
        ),
        (
            '[mail]\nfrom = "a b@x.test"\n',
            (
                'config.toml:2:8 C103 from: "a b@x.test" is not an e-mail address: it has a space, '
                "a line break or another invisible sign in it | "
            ),
        ),
        (
            '[mail]\nmode = "redirect"\n',
            (
                "config.toml:2:8 C104 mode: mail is to be redirected, and nothing says where to | "
                'write it like: redirect_to = "milepost-test@example.edu"'
            ),
        ),
        (
            "[http]\nhost = example\n",
            'config.toml:2:8 C100 not TOML: invalid value | write it like: host = "example"',
        ),
        (
            "[http\n",
            "config.toml:1:6 C100 not TOML: expected ']' at the end of a table declaration | ",
        ),
    ],
)
def test_a_mistake_is_said_with_its_place(text: str, said: str, tmp_path: Path) -> None:
    """Each mistake has file, line and column, a sentence, and one suggestion at most."""
    assert [said] == problems_of(text, tmp_path)


LMS = """\
[web]
public_url = "https://milepost.example.edu"
[lti.moodle]
issuer = "https://moodle.example.edu"
client_id = "a"
deployments = ["1"]
auth_login_url = "https://moodle.example.edu/mod/lti/auth.php"
jwks_url = "https://moodle.example.edu/mod/lti/certs.php"
"""


def test_an_lms_has_a_section_of_its_own(tmp_path: Path) -> None:
    """Its name is the operator's, and so is that of the next one's."""
    another = LMS[LMS.index("[lti") :].replace(".moodle]", ".b]").replace('"a"', '"b"')
    file = tmp_path / "config.toml"
    file.write_text(f'{LMS}{another}learner = "{{custom.canvas_user_id}}"\n')
    settings, problems = load_settings(file, {})
    assert () == problems
    assert ["moodle", "b"] == list(settings.lti.platforms)
    moodle = settings.lti.platforms["moodle"]
    assert ("https://moodle.example.edu", "a", ("1",)) == (
        moodle.issuer,
        moodle.client_id,
        moodle.deployments,
    )
    assert "{iss}|{sub}" == str(moodle.learner)
    assert "{custom.canvas_user_id}" == str(settings.lti.platforms["b"].learner)


NO_ADDRESS = (
    "C104 public_url: a log-in from an LMS needs an https address of this service | "
    'write it like: public_url = "https://milepost.example.edu", under [web]'
)


@pytest.mark.parametrize(
    ("was", "written", "place", "said"),
    [
        (
            "client_id =",
            "clientid =",
            "5:1",
            "C102 [lti.moodle] has no setting `clientid` | did you mean client_id?",
        ),
        (
            'deployments = ["1"]\n',
            "",
            "3:2",
            ("C104 [lti.moodle] does not say deployments | "
            "docs/how-to/log-in-from-the-lms.md says where the LMS shows them"),
        ),
        (
            'jwks_url = "https:',
            'jwks_url = "http:',
            "8:12",
            ("C104 jwks_url: http://moodle.example.edu/mod/lti/certs.php is not encrypted, so "
            "anybody could answer for the LMS | "
            "write it like: https://moodle.example.edu/mod/lti/certs.php"),
        ),
        ('"https://milepost', '"http://milepost', "2:14", NO_ADDRESS),
        ('"https://milepost', '"https://[milepost', "2:14", NO_ADDRESS),
        ('[web]\npublic_url = "https://milepost.example.edu"\n', "", "1:2", NO_ADDRESS),
        (
            "[lti.moodle]",
            "[lti]",
            "4:1",
            ("C102 [lti] has no setting `issuer` | "
            "write it under [lti.moodle], or whatever you call your LMS"),
        ),
        (
            "deployments =",
            'learner = "{name}"\ndeployments =',
            "6:11",
            ('C103 learner: "{name}" is not how learners are named: there is no {name} | '
            'write it like: "{iss}|{sub}"'),
        ),
    ],
)  # fmt: skip
def test_what_an_lms_lacks_is_said_with_its_place(
    was: str, written: str, place: str, said: str, tmp_path: Path
) -> None:
    """Without it every launch would fail, and nobody would know why."""
    assert was in LMS
    assert f"config.toml:{place} {said}" in problems_of(LMS.replace(was, written), tmp_path)


def test_two_sections_for_one_client(tmp_path: Path) -> None:
    """Which of them is meant could not be known."""
    again = LMS[LMS.index("[lti") :].replace(".moodle]", ".again]")
    said = (
        "config.toml:11:13 C104 [lti.again] has the issuer and the client_id of [lti.moodle] | "
        "put the deployments of both into one section"
    )
    assert [said] == problems_of(LMS + again, tmp_path)


@pytest.mark.parametrize(
    ("one", "another", "expected"),
    [
        ("{iss}|{sub}", "{iss}|{sub}", False),
        ("{iss}|{sub}", "canvas:{custom.canvas_user_id}", False),
        ("mailto:{email}", "mailto:{email}", False),
        ("{sub}", "{sub}", True),
        ("{sub}", "{custom.canvas_user_id}", True),
        ("{iss}|{sub}", "{custom.canvas_user_id}", True),
    ],
)
def test_two_lmss_name_learners_apart(
    one: str,
    another: str,
    expected: bool,
    tmp_path: Path,
) -> None:
    """Number 12 of one LMS is not number 12 of the other, and must not see her page."""
    canvas = LMS[LMS.index("[lti") :].replace(".moodle]", ".canvas]").replace("moodle.", "canvas.")
    text = f'{LMS}learner = "{one}"\n{canvas}learner = "{another}"\n'
    said = (
        "config.toml:16:11 C104 learner: one of [lti.moodle] and another of [lti.canvas] could "
        "have the same name, and would see each other's page | "
        'let the names of one begin differently, like: learner = "{iss}|{sub}"'
    )
    assert ([said] if expected else []) == problems_of(text, tmp_path)


def test_mistakes_in_the_environment_are_named_by_it(tmp_path: Path) -> None:
    """A variable's mistake stands where the variable is; an unknown one is not passed over."""
    environ = {
        "MILEPOST_SMTP__PORT": "x",
        "MILEPOST_SMPT__PORT": "25",
        "MILEPOST_SMTP_PASSWORD": "x",
        "MILEPOST_API_KEYS": "a:b",
        "OTHER__THING": "x",
    }
    assert [
        "MILEPOST_SMPT__PORT C105 no setting has this name | did you mean MILEPOST_SMTP__PORT?",
        (
            "MILEPOST_SMTP_PASSWORD C105 no setting has this name; it is ignored | "
            "did you mean MILEPOST_SMTP__PASSWORD?"
        ),
        'MILEPOST_SMTP__PORT C103 port: "x" is not a whole number from 1 to 65535 | ',
    ] == problems_of("", tmp_path, environ)


def test_all_mistakes_at_once_and_defaults_for_the_rest(tmp_path: Path) -> None:
    """One run says all that is wrong; what is right is taken."""
    file = tmp_path / "config.toml"
    file.write_text('[http]\nport = -1\nhost = "::1"\n[smtp]\nport = 0\n')
    settings, problems = load_settings(file, {})
    assert 2 == len(problems)
    assert ("::1", 8470, 587) == (settings.http.host, settings.http.port, settings.smtp.port)


def test_no_secret_is_ever_shown(tmp_path: Path) -> None:
    """Neither a problem nor the settings' own text shows a password, a key or a secret."""
    text = (
        '[smtp]\ntls = "none"\nhost = "mail.example.edu"\npassword = "hunter2"\n'
        '[http]\nkeys = ["hunter2"]\n'
        '[webhook]\nurl = "https://x.test"\nsecret = "hunter2"\n'
        '[database]\nurl = "mysql://u:hunter2@h/d"\n'
    )
    said = problems_of(text, tmp_path)
    assert 4 == len(said)
    assert "hunter2" not in "".join(said)
    settings, _ = load_settings(tmp_path / "config.toml", {})
    assert "hunter2" not in repr(settings)
    assert ["config.toml:1:1 C103 keys: it is not a list of texts"] == [
        line.partition(" |")[0].replace(":2:8", ":1:1")
        for line in problems_of('[http]\nkeys = "hunter2"\n', tmp_path)
    ]


def test_a_file_that_can_t_be_read(tmp_path: Path) -> None:
    """A missing file that was asked for, and one that is no text, are mistakes."""
    _, missing = load_settings(tmp_path / "none.toml", {})
    assert ["C100"] == [problem.code for problem in missing]
    (tmp_path / "config.toml").write_bytes(b"\xff\xfe")
    _, binary = load_settings(tmp_path / "config.toml", {})
    assert "it is not UTF-8" == binary[0].message


def test_a_sender_that_servers_refuse_is_a_warning() -> None:
    """Mail that would leave as milepost@localhost is warned of, unless it stays here."""
    environ = {"MILEPOST_SMTP__HOST": "mail.example.edu"}
    _, problems = load_settings(None, environ, {"--mail-mode": "live"})
    assert [Severity.WARNING] == [problem.severity for problem in problems]
    assert () == load_settings(None, {}, {"--mail-mode": "live"})[1]


def test_which_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file asked for, else MILEPOST_CONFIG's, else config.toml here, else none."""
    monkeypatch.chdir(tmp_path)
    assert config_file(None, {}) is None
    (tmp_path / "config.toml").touch()
    assert Path("config.toml") == config_file(None, {})
    assert Path("/a") == config_file(None, {"MILEPOST_CONFIG": "/a"})
    assert Path("/b") == config_file(Path("/b"), {"MILEPOST_CONFIG": "/a"})


def test_variables_are_named_after_settings() -> None:
    """The variable of a setting is its section and key."""
    assert "MILEPOST_SMTP__PASSWORD" == variable("smtp", "password")
