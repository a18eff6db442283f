"""What the perceptions room gives of B2B accounts: people rolled up by how surely each role tells."""

from vivencia.words.tables import Column, TableShape

#: Where the decision maker of an account is: heard, there but silent, or not among the customers known.
HEARD, SILENT, MISSING = "heard", "silent", "missing"
#: Days in which problems are counted, and in which a problem of the same kind counts as repeated.
PROBLEM_DAYS, REPEATED_DAYS = 90, 30

ACCOUNT_PEOPLE = TableShape(
    "account_people",
    "Each person of an account after their last event.",
    (
        Column("customer", "text", "the person", required=True),
        Column("account", "text", "the organisation", required=True),
        Column("role", "text", "role in the account; empty where none is known", required=True),
        Column("perception", "float", "mean of P", "0–10", required=True),
        Column("variance", "float", "its variance", required=True),
        Column("answers", "int", "events the person answered", required=True),
        Column("reassured", "float", "the newest answer to the reassurance question, on its own scale"),
    ),
    key=("customer",),
    order=("customer",),
)

ACCOUNT_PROBLEMS = TableShape(
    "account_problems",
    "Open or repeated problems of each account in the last 90 days.",
    (
        Column("account", "text", "the organisation", required=True),
        Column(
            "problems",
            "int",
            "open (goal not reached) or repeated (the same again within 30 days)",
            required=True,
        ),
    ),
    key=("account",),
    order=("account",),
)

ACCOUNTS = TableShape(
    "accounts",
    "Each account: what its people think together, who was heard, and how free of problems it is.",
    (
        Column("account", "text", "the organisation", required=True),
        Column("people", "int", "people known", required=True),
        Column("respondents", "int", "people who answered", required=True),
        Column(
            "effective",
            "float",
            "(Σ w)² / Σ w² with w the precision of each respondent's role",
            required=True,
        ),
        Column(
            "value",
            "float",
            "perception of the account: precise roles count more, few voices are drawn to the mean",
            "0–10",
            required=True,
        ),
        Column("low", "float", "95 %", "0–10", required=True),
        Column("high", "float", "95 %", "0–10", required=True),
        Column("mean", "float", "plain mean of the respondents; null without one", "0–10"),
        Column("spread", "float", "standard deviation between respondents; null under two", "0–10"),
        Column("agreement", "float", "r_wg: 1 − variance / that of a uniform answer; null under two"),
        Column("covered", "float", "share of the key roles with somebody heard; null without key roles"),
        Column("decision", "text", "heard, silent or missing: where the decision maker is"),
        Column("weakest_role", "text", "the key role that stands lowest; null where none was heard"),
        Column("weakest", "float", "where it stands", "0–10"),
        Column("problems", "int", "open or repeated problems in the last 90 days", required=True),
        Column(
            "problem_free",
            "float",
            "chance of none in 90 days, from the account's own count drawn to that of all (Poisson-gamma)",
            required=True,
        ),
        Column("problem_free_low", "float", "95 %", required=True),
        Column("problem_free_high", "float", "95 %", required=True),
        Column(
            "reassured",
            "float",
            "mean of the decision maker's answers to the reassurance question; null without one",
        ),
    ),
    key=("account",),
    order=("account",),
)

ACCOUNT_ROLES = TableShape(
    "account_roles",
    "How far each role stands from its account: the smaller, the more it counts.",
    (
        Column("role", "text", "role; empty where none is known", required=True),
        Column("key", "bool", "whether it is a key role", required=True),
        Column("people", "int", "people known", required=True),
        Column("respondents", "int", "people who answered", required=True),
        Column("mean", "float", "mean perception of the respondents", "0–10"),
        Column("low", "float", "95 %", "0–10"),
        Column("high", "float", "95 %", "0–10"),
        Column("sd", "float", "standard deviation of a respondent around the account", "0–10"),
    ),
    key=("role",),
    order=("role",),
)

ACCOUNT_LEVELS = TableShape(
    "account_levels",
    "All accounts together.",
    (
        Column(
            "measure",
            "text",
            "value, covered, problem_free (share of accounts without a problem), decision_missing, decision_silent, one_voice (one respondent or none), reassured",
            required=True,
        ),
        Column("value", "float", "mean, or share", required=True),
        Column("low", "float", "95 %, by account", required=True),
        Column("high", "float", "95 %, by account", required=True),
        Column("n", "int", "accounts", required=True),
    ),
    key=("measure",),
    order=("measure",),
)
