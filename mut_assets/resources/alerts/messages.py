"""The alerts in Spanish: what happened, what visitors see meanwhile, what to do, where to look.

What belongs here: the form of an alert, and its words. What does not: what a failure code means (`spanish.py`), when
something is announced and how urgent it is (`announcements/`), sending (`sns.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mut_assets.domain.market import MARKET
from mut_assets.domain.plans.freshness import Age
from mut_assets.domain.plans.outcome import Line, Outcome
from mut_assets.resources.alerts.spanish import in_spanish
from mut_assets.resources.ports import Alert

TIMED_OUT = "maximum runtime"
"""In Dagster's words for a run that was ended because it took too long."""
UNDECIDED = timedelta(days=3)
"""How long a plan waits until it is told again, with what visitors miss meanwhile."""
_NAMED = 3
_REFUSED = "MUT-PUB-003"
_NOTHING = ["todavía no se ha publicado nada"]
_UNKNOWN = ["no se sabe: no se puede leer el bucket"]


@dataclass(frozen=True)
class FailedRun:
    """A failed run, as people are told of it: `name` as they would call it, `causes` as (step, English message).

    `repeat` says how to repeat what failed, `link` leads to the run, or is "".
    """

    id: str
    name: str
    causes: Sequence[tuple[str, str]]
    repeat: str
    link: str = ""


def failure_alert(id: str, runs: Sequence[FailedRun], visitors: Sequence[Age] | None, now: bool) -> Alert:
    """The alert about a failed run, and about the one after it that did not publish what is healthy either.

    Each cause is said in Spanish first; the original message stands below it, for whoever has to mend it.
    `visitors`: how old their answers are, oldest first; None where that cannot be read.
    """
    first, *others = runs
    lines = ["Qué pasó:", *_causes(first.causes)]
    for other in others:
        new = [cause for cause in other.causes if cause not in first.causes]
        lines += [f"También falló {other.name}:", *(_causes(new) or ["- por lo mismo"])]
    lines += ["Qué ven los visitantes: lo último que se publicó bien.", *_ages(visitors)]
    lines += [f"Qué hacer: {_advice(first)}", "Dónde mirar:"]
    lines += [f"- ejecución {run.id}{f': {run.link}' if run.link else ''}" for run in runs]
    return _alert(id, f"falló {first.name} (ejecución {first.id[:8]})", lines, now)


def _causes(causes: Sequence[tuple[str, str]]) -> list[str]:
    lines = []
    for step, message in causes:
        notice = in_spanish(message)
        said = message.strip().splitlines() or ["no reason was recorded"]
        lines += [f"- {step}: {notice}" if step else f"- {notice}", *[f"  {line}" for line in said]]
    return lines


def _advice(run: FailedRun) -> str:
    refused = [_REFUSED in message for _, message in run.causes]
    approve = "si se rechazó un plan y el cambio es correcto, `mut approve` con su identificador"
    if refused and all(refused):
        return f"{approve}; si no, corrige la fuente y la próxima noche la lee de nuevo."
    late = any(TIMED_OUT in message for _, message in run.causes)
    cause = "se le acabó el tiempo: mira qué paso tardó, o sube MUT_RUN_TIMEOUT_MINUTES" if late else "corrige la causa"
    approve = f" Además, {approve}." if any(refused) else ""
    return f"{cause}; después, {run.repeat}. Solo se repite lo que falló.{approve}"


def stale_alert(id: str, late: Sequence[str], visitors: Sequence[Age] | None, now: bool) -> Alert:
    """The alert about assets that missed their deadline, and about answers that are old or of unknown age."""
    happened = "no se actualizó a tiempo" if late else "lo publicado envejeció"
    advice = "mira la última ejecución de daily_refresh; si no hay ninguna, revisa que el daemon esté andando"
    if visitors is None:
        happened, advice = (
            "no se puede leer qué se publicó",
            "corre `mut doctor`: dice por qué no se puede leer el bucket",
        )
    lines = [
        f"Qué pasó: {happened}.",
        *[f"- {name}: no se materializó antes de su plazo" for name in late],
        "Qué ven los visitantes:",
        *_ages(visitors),
        f"Qué hacer: {advice}.",
    ]
    return _alert(id, "no se sabe qué se publicó" if visitors is None else "hay datos atrasados", lines, now)


def waiting_alert(id: str, held: Sequence[str], plans: Sequence[str], rollbacks: Sequence[str] = ()) -> Alert:
    """The alert about records that are set aside, plans that wait for a person, and rollbacks that are in force."""
    lines = ["Colecciones que no avanzan, porque alguien volvió atrás:", *_few(rollbacks)] if rollbacks else []
    if plans:
        lines += ["Planes que esperan una decisión (`mut approve`, con su identificador):", *_few(plans)]
    if held:
        lines += [
            "Registros apartados, porque no se entienden o no deben llegar al asistente:",
            *_few(held),
        ]
    lines.append("Qué ven los visitantes: de eso, lo último que se publicó bien.")
    if held or plans:
        lines.append("Qué hacer: corrige cada registro en su origen; lo que se corrige sale la noche siguiente.")
    else:
        lines.append("Qué hacer: cuando la fuente esté bien, `mut release`; muestra qué saldría, y pregunta.")
    what = "hay registros o planes que esperan a alguien" if held or plans else "hay colecciones que no avanzan"
    return _alert(id, what, lines, now=False)


def undecided(outcome: Outcome, since: str, today: str) -> str:
    """A plan that waits, as a line; from `UNDECIDED` on with the day since when, and what visitors miss."""
    if date.fromisoformat(today) - date.fromisoformat(since) < UNDECIDED:
        return outcome.why_kept()
    missed = [
        _missed(outcome.added, "nuevos", outcome.added_lines),
        _missed(outcome.changed, "cambiados", outcome.changed_lines),
        _missed(outcome.removed, "retirados", outcome.removed_lines),
    ]
    missing = "; ".join(part for part in missed if part)
    return f"{outcome.why_kept()} Nadie ha decidido desde el {since}. Los visitantes no ven: {missing}."


def _missed(count: int, what: str, lines: Sequence[Line]) -> str:
    titles = ", ".join(line.title for line in lines[:_NAMED])
    more = count - min(count, _NAMED)
    return f"{what}, {count} ({titles}{f' y {more} más' if more else ''})" if count else ""


def _few(lines: Sequence[str], most: int = 20) -> list[str]:
    return [f"- {line}" for line in lines[:most]] + ([f"- y {len(lines) - most} más"] if len(lines) > most else [])


def _ages(visitors: Sequence[Age] | None) -> list[str]:
    return [
        f"- {line}" for line in (_UNKNOWN if visitors is None else [age.in_spanish() for age in visitors] or _NOTHING)
    ]


def _alert(id: str, what: str, lines: Sequence[str], now: bool) -> Alert:
    subject = f"{MARKET.short_name} [{'ahora' if now else 'por la mañana'}]: {what}"
    return Alert(id, subject, "\n".join([*lines, f"Mensaje {id}"]), now)
