"""The field policy: for every role, how it may stand to a row, and what it may read and write there.

The words are in `data/field_policy.yaml`; this room loads them and holds them against the models, so that a new model
or field without a word is found by a test before anybody else finds it. What is not listed is forbidden.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models

FILE = Path(__file__).parent / "data" / "field_policy.yaml"
Access = Literal["read", "write", "none"]


class PolicyError(ValueError):
    """The policy does not fit the models; `problems` says where, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Principal:
    """A role and how it stands to a row, such as reviewer.assigned."""

    role: str
    relation: str

    def __str__(self) -> str:
        return f"{self.role}.{self.relation}"


@dataclass(frozen=True)
class Policy:
    """The policy as loaded. `rules` holds what is granted: model label → principal → field → read or write."""

    roles: dict[str, str]
    relations: dict[str, str]
    principals: tuple[Principal, ...]
    rules: dict[str, dict[Principal, dict[str, Access]]]
    without_persons: dict[str, str]

    def access(self, label: str, principal: Principal, field: str) -> Access:
        """What a principal may do with a field; "none" unless it is granted. KeyError for a model without persons."""
        return self.rules[label].get(principal, {}).get(field, "none")

    def as_document(self) -> dict[str, dict[str, dict[str, dict[str, Access]]]]:
        """Everything spelled out: role → model → relation → field → read, write or none."""
        return {
            role: {
                label: {
                    principal.relation: {
                        field: self.access(label, principal, field) for field in fields_of(apps.get_model(label))
                    }
                    for principal in self.principals
                    if principal.role == role
                }
                for label in self.rules
            }
            for role in self.roles
        }


@cache
def load(path: Path = FILE) -> Policy:
    """The policy of this file. PolicyError where it contradicts itself or does not fit the models."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    problems: list[str] = []
    principals = tuple(Principal(role, relation) for role, ways in raw["principals"].items() for relation in ways)
    rules = {
        label: _rules(label, granted or {}, principals, problems) for label, granted in (raw["objects"] or {}).items()
    }
    policy = Policy(raw["roles"], raw["relations"], principals, rules, raw["without_persons"] or {})
    problems += _unknown_words(policy) + misfits(policy)
    if problems:
        raise PolicyError(problems)
    return policy


def fields_of(model: type[models.Model]) -> list[str]:
    """The columns of a model, and the lists of other rows that it keeps itself, by name."""
    return [field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)]


def misfits(policy: Policy) -> list[str]:
    """Where policy and models differ: models or fields that only one of them knows, and persons' rows left out."""
    known = {model._meta.label_lower: model for model in apps.get_models()}
    named = set(policy.rules) | set(policy.without_persons)
    problems = [f"{label} is in the policy, but there is no such model" for label in sorted(named - set(known))]
    problems += [f"{label} is not in the policy" for label in sorted(set(known) - named)]
    problems += [f"{label} is there twice" for label in sorted(set(policy.rules) & set(policy.without_persons))]
    for label, granted in policy.rules.items():
        fields = set(fields_of(known[label])) if label in known else set()
        unknown = sorted({name for rule in granted.values() for name in rule} - fields)
        problems += [f"{label} has no field {name}" for name in unknown if label in known]
    for label in sorted(set(policy.without_persons) & set(known)):
        people = people_fields(known[label])
        problems += [f"{label} is said to hold no person's rows, but {name} names one" for name in people]
    return problems


def people_fields(model: type[models.Model]) -> list[str]:
    """The fields by which a row is a person's: links to an account, but for who of the staff stamped it (`*_by`)."""
    user = get_user_model()
    return [
        field.name
        for field in (*model._meta.concrete_fields, *model._meta.many_to_many)
        if field.is_relation and field.related_model is user and not field.name.endswith("_by")
    ]


def _rules(
    label: str, granted: dict[str, dict[str, list[str]]], principals: tuple[Principal, ...], problems: list[str]
) -> dict[Principal, dict[str, Access]]:
    """The grants of one model. A bare relation, such as `own`, means every role that can stand in it."""
    found: dict[Principal, dict[str, Access]] = {}
    for key, ways in granted.items():
        for name in key.split(","):
            role, _dot, relation = name.strip().rpartition(".")
            meant = [p for p in principals if p.relation == relation and role in ("", p.role)]
            if not meant:
                problems.append(f"{label}: nobody is {name.strip()}")
            for principal in meant:
                _grant(found.setdefault(principal, {}), ways, f"{label}: {principal}", problems)
    return found


def _grant(rule: dict[str, Access], ways: dict[str, list[str]], where: str, problems: list[str]) -> None:
    problems += [f"{where} may {way}, which is neither read nor write" for way in sorted(set(ways) - {"read", "write"})]
    accesses: tuple[Access, Access] = ("read", "write")
    for access in accesses:
        for field in ways.get(access, []):
            if field in rule:
                problems.append(f"{where}: {field} is there twice")
            rule[field] = access


def _unknown_words(policy: Policy) -> list[str]:
    roles = {principal.role for principal in policy.principals}
    relations = {principal.relation for principal in policy.principals}
    return (
        [f"{role} has no relations" for role in sorted(set(policy.roles) - roles)]
        + [f"{role} is not explained" for role in sorted(roles - set(policy.roles))]
        + [f"{relation} is nobody's" for relation in sorted(set(policy.relations) - relations)]
        + [f"{relation} is not explained" for relation in sorted(relations - set(policy.relations))]
    )


def explained() -> dict[str, Any]:
    """The policy with its words, as a document for programs and people."""
    policy = load()
    return {"roles": policy.roles, "relations": policy.relations, "fields": policy.as_document()}
