"""The alerts in Spanish: what happened, what visitors see meanwhile, what to do.

What belongs here: the form of an alert. What does not: what a failure code means (`spanish.py`), when something is
announced (`automation.py`), sending (`sns.py`).
"""

from collections.abc import Sequence

from mut_assets.domain.market import MARKET
from mut_assets.resources.alerts.spanish import in_spanish

STALE_SUBJECT = f"{MARKET.short_name}: hay datos atrasados"


def failure_subject(job: str, run_id: str) -> str:
    """The subject of the alert about a failed run."""
    return f"{MARKET.short_name}: falló {job} (ejecución {run_id[:8]})"


def failure_message(causes: Sequence[tuple[str, str]], served: Sequence[str]) -> str:
    """The alert in Spanish: what failed, what visitors see, what to do. `causes` are (step, English message).

    Each cause is said in Spanish first; the original message stands below it, for whoever has to mend it.
    """
    return "\n".join(
        [
            "Qué pasó:",
            *[line for step, message in causes for line in _cause(step, message)],
            "Qué ven los visitantes: lo último que se publicó bien.",
            *[f"- {line}" for line in served or ["todavía no se ha publicado nada"]],
            "Qué hacer: corrige la causa y, en la interfaz de Dagster, abre la ejecución y elige "
            "«Re-execute > From failure»; solo se repite lo que falló. Si se rechazó un plan y el cambio es correcto: "
            "`mut approve` con su identificador.",
        ]
    )


def _cause(step: str, message: str) -> list[str]:
    lines = message.strip().splitlines() or ["no reason was recorded"]
    notice = in_spanish(message)
    return [f"- {step}: {notice}" if step else f"- {notice}", *[f"  {line}" for line in lines]]


def stale_message(late: Sequence[str], served: Sequence[str]) -> str:
    """The alert in Spanish: which assets missed their deadline and how old the answers are."""
    return "\n".join(
        [
            "Qué pasó: no se actualizó a tiempo." if late else "Qué pasó: lo publicado envejeció.",
            *[f"- {name}: no se materializó antes de su plazo" for name in late],
            "Qué ven los visitantes:",
            *[f"- {line}" for line in served or ["todavía no se ha publicado nada"]],
            "Qué hacer: mira la última ejecución de daily_refresh; si no hay ninguna, "
            "revisa que el daemon esté andando.",
        ]
    )
