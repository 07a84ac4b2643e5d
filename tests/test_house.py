"""The laws of the house: floors and rooms, types, style, templates, migrations, sizes, words."""

from __future__ import annotations

import ast
import gzip
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from endorsement_portal.lifecycle import LIFECYCLES

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
APPS = ["endorsement_portal", "competencies", "applicants", "cohorts", "payments", "reviews", "credentials", "reports"]


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=500)


def _sources(*folders: str) -> list[Path]:
    return sorted(
        path for folder in folders for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts
    )


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("lint-imports",),
        ("mypy", *APPS),
        ("djlint", "--quiet", "--lint", "templates"),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_the_tools_find_nothing(command):
    done = _run(str(BIN / command[0]), *command[1:])
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


@pytest.mark.django_db
def test_models_and_migrations_agree():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_migrations_are_linear_and_named():
    for app in APPS:
        names = sorted(p.stem for p in (ROOT / app / "migrations").glob("0*.py"))
        numbers = [name[:4] for name in names]
        assert len(numbers) == len(set(numbers)), f"{app}: two migrations share a number: {names}"
        assert not [name for name in names if "_auto_" in name or name.endswith("_initial")], names


def test_migrations_import_nothing_of_the_project_but_constraint_wording():
    for path in ROOT.glob("*/migrations/0*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                top = node.module.split(".")[0]
                allowed = top not in APPS or re.search(r"\.(models|querysets|statuses)\b", f".{node.module}.")
                assert allowed, f"{path.relative_to(ROOT)} imports {node.module}"


def test_files_stay_small():
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path in _sources(*APPS)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert too_long == {}
    templates = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / "templates").rglob("*.html")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 150
    }
    assert templates == {}


def test_functions_stay_small():
    long = []
    for path in _sources(*APPS):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > 60:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} {length}")
    assert long == []


def test_no_imports_inside_functions():
    found = []
    for path in _sources(*APPS):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                found += [
                    f"{path.relative_to(ROOT)}:{inner.lineno}"
                    for inner in ast.walk(node)
                    if isinstance(inner, ast.Import | ast.ImportFrom)
                ]
    assert found == []


def test_every_room_has_a_question():
    nameless = {"utils", "helpers", "services", "common", "misc"}
    assert [str(p) for p in _sources(*APPS) if p.stem in nameless or nameless & set(p.parts)] == []


def test_the_door_alone_writes_a_status():
    """`x.status = …` and `.update(status=…)` appear nowhere but in the door itself and in tests and demonstration data."""
    fields = {cycle.field for cycle in LIFECYCLES.values()}
    names = "|".join(sorted(fields))
    pattern = re.compile(rf"\.(?:{names})\s*=[^=]|\.update\([^)]*\b(?:{names})=")
    found = []
    for path in _sources(*APPS):
        relative = path.relative_to(ROOT)
        if "demo" in relative.parts or relative.name == "lifecycle.py" or relative.parts[:2] == ("payments", "bank"):
            continue
        if str(relative) == "reports/definitions.py":  # SQL, where one equals sign compares
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if pattern.search(line) and "message.status" not in line:
                found.append(f"{relative}:{number}: {line.strip()}")
    assert found == []


def test_templates_hold_no_inline_code():
    found = []
    for path in (ROOT / "templates").rglob("*.html"):
        relative = path.relative_to(ROOT / "templates")
        # A mail has no style sheet, and the certificate is a document of its own.
        if relative.parts[0] == "mail" or relative.name == "certificate.html":
            continue
        text = path.read_text(encoding="utf-8")
        if re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", text):
            found.append(str(relative))
        found += [
            f"{relative}: {script}"
            for script in re.findall(r"<script[^>]*>", text)
            if "nonce=" not in script and "application/json" not in script
        ]
    assert found == []


def test_every_word_goes_through_gettext():
    """A heading, button, label or cell with bare English words is a string that nobody can translate."""
    bare = re.compile(r"<(h1|h2|h3|th|button|label|legend|caption|dt|summary)\b[^>]*>\s*([A-Z][a-z]+[^<{]*)</\1>")
    found = []
    for path in (ROOT / "templates").rglob("*.html"):
        relative = path.relative_to(ROOT / "templates")
        if relative.parts[0] == "design":
            continue
        found += [f"{relative}: {match[1]}" for match in bare.findall(path.read_text(encoding="utf-8"))]
    assert found == []


def _packed(*files: Path) -> int:
    """Bytes on the line: static files travel compressed."""
    return sum(len(gzip.compress(path.read_bytes())) for path in files)


@pytest.mark.django_db
def test_a_first_view_stays_under_sixty_kilobytes(client, edition):
    """HTML as it is sent, style and script as they travel; pictures don't count."""
    style = [p for p in (ROOT / "static" / "css").glob("*.css") if p.name != "design.css"]
    # What keeps words and shrinks photos comes with the forms that people sign in for, never with a first view.
    script = [p for p in (ROOT / "static" / "js").glob("*.js") if p.name not in {"words.js", "photos.js"}]
    shared = _packed(*style, *script)
    assert shared < 20_000, shared
    for path in ("/", "/endorsement/", "/endorsement/find-your-category/", "/credentials/", "/accounts/login/"):
        assert len(client.get(path).content) + shared < 60_000, path


TEXTS = {".py", ".md", ".html", ".toml", ".yml", ".yaml", ".txt", ".lock", ".css", ".js"}


def test_the_project_speaks_of_itself_alone():
    """No machine's paths and no registry's address, in anything git keeps."""
    listed = _run("git", "ls-files").stdout.split() or []
    words = re.compile(r"(?<![\w})])/wo" r"rk/(main|shared)|/roo" r"t/\.|--extra-index-u" r"rl|https?://[^ ]*/simple\b")
    found = []
    for name in listed:
        path = ROOT / name
        if path.suffix in TEXTS and path.exists() and words.search(path.read_text(encoding="utf-8")):
            found.append(name)
    assert found == []
