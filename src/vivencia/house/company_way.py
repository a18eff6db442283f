"""Vivencia's own way: every analysis that ships, in order, made for one company's catalogue."""

from vivencia.actions import findings_plan, key_moments_plan, listening_plan, mirror_plan, pillars_plan
from vivencia.house.way import Analysis, code_fingerprint
from vivencia.journeys import (
    conformance_plan,
    differences_plan,
    effort_plan,
    episodes_plan,
    journeys_plan,
)
from vivencia.perceptions import parameters_plan, perceptions_plan
from vivencia.perceptions.accounts import accounts_plan
from vivencia.perceptions.bands import measure_bands_plan
from vivencia.perceptions.bonds import bonds_plan
from vivencia.perceptions.countries import countries_plan
from vivencia.perceptions.representation import representation_plan
from vivencia.perceptions.shares import shares_plan
from vivencia.plans import Plan
from vivencia.signals import events_plan, people_plan
from vivencia.understanding.plan import readings_plan, text_model_plan, words_plan
from vivencia.understanding.suspicions import authenticity_plan
from vivencia.weights import (
    chains_plan,
    kano_plan,
    perception_weights_plan,
    progression_hazard_plan,
    progression_plan,
    weights_plan,
)
from vivencia.words.catalogue import Catalogue


def reading_plan(catalogue: Catalogue, *, tier: str, among: int = 0) -> Plan:
    """How this company's texts are read; `among` where they are the newest of so many."""
    code = code_fingerprint("understanding")
    return readings_plan(tier=tier, aspects=catalogue.aspects, code=code, among=among)


def company_way(catalogue: Catalogue, *, tier: str = "auto", context: bool = False) -> tuple[Analysis, ...]:
    """The analyses in order, with the company's values in their plans.

    `tier` says how deep to read words, `context` whether there are covariates, in the table of that name.
    """
    company = catalogue.company
    gap = company.journey_gap_days
    return (
        Analysis("people", "signals", people_plan()),
        Analysis(
            "text_model", "understanding", text_model_plan(tier=tier, aspects=catalogue.aspects), lasting=True
        ),
        Analysis("readings", "understanding", reading_plan(catalogue, tier=tier)),
        Analysis("events", "signals", events_plan(read=True)),
        Analysis("words", "understanding", words_plan(tier=tier, anonymity=company.anonymity)),
        Analysis("authenticity", "understanding", authenticity_plan()),
        Analysis(
            "parameters",
            "perceptions",
            parameters_plan(episode_s=60.0 * company.episode_gap_minutes, context=context, words=True),
            lasting=True,
        ),
        Analysis(
            "perceptions",
            "perceptions",
            perceptions_plan(context=context, given=True, anchors=company.anchors),
        ),
        Analysis("measure_bands", "perceptions", measure_bands_plan()),
        Analysis("experience_shares", "perceptions", shares_plan()),
        Analysis("bonds", "perceptions", bonds_plan()),
        Analysis("representation", "perceptions", representation_plan()),
        Analysis("countries", "perceptions", countries_plan()),
        Analysis(
            "accounts",
            "perceptions",
            accounts_plan(
                key_roles=catalogue.accounts.key_roles,
                decides=catalogue.accounts.decides,
                reassurance=catalogue.accounts.reassurance,
            ),
        ),
        Analysis("journeys", "journeys", journeys_plan(gap_days=gap if gap > 0 else None)),
        Analysis("episodes", "journeys", episodes_plan()),
        Analysis("effort", "journeys", effort_plan()),
        Analysis("differences", "journeys", differences_plan()),
        Analysis("conformance", "journeys", conformance_plan()),
        Analysis(
            "perception_weights",
            "weights",
            perception_weights_plan(offering=company.offering, anonymity=company.anonymity),
        ),
        Analysis("progression_weights", "weights", progression_plan()),
        Analysis("chains", "weights", chains_plan()),
        Analysis("weights", "weights", weights_plan(anonymity=company.anonymity)),
        Analysis("kano", "weights", kano_plan(anonymity=company.anonymity)),
        Analysis(
            "progression_hazards",
            "weights",
            progression_hazard_plan(gap_days=gap if gap > 0 else None),
            lasting=True,
        ),
        Analysis("key_moments", "actions", key_moments_plan(anonymity=company.anonymity)),
        Analysis("listening", "actions", listening_plan()),
        Analysis("pillars", "actions", pillars_plan(anonymity=company.anonymity)),
        Analysis("mirror", "actions", mirror_plan(anonymity=company.anonymity)),
        Analysis("findings", "actions", findings_plan(anonymity=company.anonymity)),
    )
