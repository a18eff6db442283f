"""What the journeys room gives of effort: how hard customers worked for what they came for."""

from vivencia.words.tables import Column, TableShape

#: What an episode cost the customer, as the columns of `efforts` name it.
COMPONENTS = ("repeats", "switches", "transfers", "wait_min", "repeated", "elapsed_h")

#: How the weights were come by: learned from answers to effort questions, or the usual ones.
CALIBRATED, USUAL = "calibrated", "usual"

EPISODE_COLUMNS = (
    Column("customer", "text", "the person", required=True),
    Column("episode", "int", "number within the customer, from 1", required=True),
    Column("intent", "text", "the goal, or the stage where no goal is stated", required=True),
    Column("started", "time", "first contact", "UTC", required=True),
    Column("ended", "time", "last contact", "UTC", required=True),
    Column("contacts", "int", "contacts with this intent, each within 7 days of the last", required=True),
    Column("repeats", "float", "contacts beyond the first", required=True),
    Column("switches", "float", "changes of channel", required=True),
    Column("transfers", "float", "times handed on to somebody else", required=True),
    Column("wait_min", "float", "waiting, as measured", "min", required=True),
    Column("repeated", "float", "times the customer had to say the same again", required=True),
    Column("elapsed_h", "float", "from the first contact to the last", "h", required=True),
    Column("told", "float", "effort as answered: 10 − ease; null where nobody answered", "0–10"),
    Column("answers", "int", "answers to effort questions", required=True),
)

EPISODES = TableShape(
    "effort_episodes",
    "Contacts of a customer with one intent, each within seven days of the last, and what they cost.",
    EPISODE_COLUMNS,
    key=("customer", "episode"),
    order=("customer", "episode"),
)

EFFORT_ANSWERED = TableShape(
    "effort_answered",
    "The episodes about which a customer answered how hard it was.",
    tuple(
        column for column in EPISODE_COLUMNS if column.name in ("customer", "episode", "told", *COMPONENTS)
    ),
    key=("customer", "episode"),
    order=("customer", "episode"),
)

EFFORT_LOGS = TableShape(
    "effort_logs",
    "Sums over the episodes of one batch of log(1 + component).",
    (
        Column("component", "text", "a column of the episodes", required=True),
        Column("episodes", "int", "episodes", required=True),
        Column("total", "float", "Σ log(1 + component)", required=True),
        Column("squares", "float", "Σ log(1 + component)²", required=True),
    ),
)

EFFORTS = TableShape(
    "efforts",
    "The same episodes with the effort that follows from what they cost.",
    (
        *EPISODE_COLUMNS,
        Column(
            "effort",
            "float",
            "0–10 (10 is hardest) where calibrated on answers, else standard deviations from the usual",
            required=True,
        ),
    ),
    key=("customer", "episode"),
    order=("customer", "episode"),
)

EFFORT_SUMS = TableShape(
    "effort_sums",
    "Sums over customers of what their episodes cost: k of one customer is their sum, n their episodes.",
    (
        Column("intent", "text", "the intent; empty for all", required=True),
        Column("measure", "text", "effort, or a component", required=True),
        Column("k", "float", "Σ k", required=True),
        Column("n", "float", "Σ n", required=True),
        Column("kk", "float", "Σ k²", required=True),
        Column("nn", "float", "Σ n²", required=True),
        Column("kn", "float", "Σ k·n", required=True),
        Column("customers", "float", "customers", required=True),
    ),
)

EFFORT_MODEL = TableShape(
    "effort_model",
    "How much each component counts: effort = intercept + Σ weight × (log(1 + component) − mean) / sd.",
    (
        Column("component", "text", "intercept, or a column of the episodes", required=True),
        Column("weight", "float", "effort for one standard deviation of log(1 + component)", required=True),
        Column("low", "float", "95 %, bootstrap by customer; null for usual weights"),
        Column("high", "float", "95 %, bootstrap by customer; null for usual weights"),
        Column("mean", "float", "mean of log(1 + component) over all episodes", required=True),
        Column("sd", "float", "its standard deviation", required=True),
        Column("method", "text", "calibrated (non-negative regression on answers) or usual", required=True),
        Column("r2", "float", "of answers by customers the weights were not learned from"),
        Column("n", "int", "answered episodes", required=True),
        Column("customers", "int", "customers who answered", required=True),
    ),
    key=("component",),
    order=("component",),
)

EFFORT_LEVELS = TableShape(
    "effort_levels",
    "Mean effort and what it is made of, over all episodes and by intent.",
    (
        Column("intent", "text", "the intent; empty for all", required=True),
        Column("measure", "text", "effort, or a component", required=True),
        Column("unit", "text", "0–10 (high is hard), sd, or the component's own", required=True),
        Column("value", "float", "mean by episode", required=True),
        Column("low", "float", "95 %, by customer", required=True),
        Column("high", "float", "95 %, by customer", required=True),
        Column("n", "int", "episodes", required=True),
        Column("customers", "int", "customers", required=True),
    ),
    key=("intent", "measure"),
    order=("intent", "measure"),
)

EFFORT_CALIBRATION = TableShape(
    "effort_calibration",
    "Answered episodes in tenths by the effort foreseen for them, beside the effort told.",
    (
        Column("tenth", "int", "1 is the easiest tenth", required=True),
        Column(
            "foreseen",
            "float",
            "mean effort foreseen by weights learned from other customers (or the usual ones)",
            required=True,
        ),
        Column("told", "float", "mean effort as answered", "0–10", required=True),
        Column("told_low", "float", "95 %, by customer", "0–10", required=True),
        Column("told_high", "float", "95 %, by customer", "0–10", required=True),
        Column("n", "int", "answered episodes", required=True),
        Column("customers", "int", "customers", required=True),
    ),
    key=("tenth",),
    order=("tenth",),
)
