"""Order: which step needs which, and an order in which all can run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hyperlocal.azureml.pipeline.core._values import key_of, source_of
from hyperlocal.azureml.pipeline.core.builder import (
    PipelineStep,
    all_steps,
    order_in_sequences,
)

__all__ = ["Needs", "ordered"]

Needs = dict[int, list[PipelineStep]]
"""Of each step (its `id()`), those that must complete before."""


def ordered(given: Any, *, adds_needed: bool) -> tuple[list[PipelineStep], Needs]:
    """Return all steps, each after those that it needs, and what each needs.

    Args:
        given: What a `Pipeline` is given as its steps.
        adds_needed: Whether steps that the given ones need are added.

    Raises:
        ValueError: Something is no step, needs itself in the end, or needs what is not there.
    """
    steps = list({id(step): step for step in all_steps(given)}.values())
    if not steps:
        raise ValueError("Pipeline: it has no steps.")
    needs: Needs = {}
    waiting = list(steps)
    while waiting:
        step = waiting.pop(0)
        if id(step) in needs:
            continue
        needs[id(step)] = list(_directly_needed(step, steps))
        for needed in needs[id(step)]:
            if all(needed is not known for known in steps):
                _check_may_add(step, needed, adds_needed)
                steps.append(needed)
                waiting.append(needed)
    for later, earlier in order_in_sequences(given):
        needs[id(later)].append(earlier)
    return _sorted(steps, needs), needs


def _directly_needed(step: PipelineStep, steps: list[PipelineStep]) -> Iterator[PipelineStep]:
    for other in step.run_after_steps:
        yield from _steps_in(step, other)
    for source in _inputs_of(step):
        maker = _maker_of(source, steps)
        if maker is None:
            raise ValueError(
                f"Step {step.name!r}: its input {getattr(source, 'name', source)!r} is the output "
                "of no step. Add it to the outputs of the step that writes it."
            )
        if maker is not step:
            yield maker


def _steps_in(step: PipelineStep, other: Any) -> list[PipelineStep]:
    try:
        return all_steps(other)
    except ValueError:
        raise ValueError(
            f"Step {step.name!r}: run_after() was given {other!r}, which is no step."
        ) from None


def _inputs_of(step: PipelineStep) -> Iterator[Any]:
    """Yield what the step reads of other steps, among its inputs or its arguments."""
    own = {key_of(output) for output in step._outputs}
    for data in (*step._inputs, *step._arguments):
        if key_of(data) not in (None, *own):
            yield source_of(data)


def _maker_of(source: Any, steps: list[PipelineStep]) -> PipelineStep | None:
    maker: PipelineStep | None = getattr(source, "_producer", None)
    if maker is not None:
        return maker
    for step in steps:  # dataset outputs are often copies of what the step was given
        if any(key_of(output) == key_of(source) for output in step._outputs):
            return step
    return None


def _check_may_add(step: PipelineStep, needed: PipelineStep, adds_needed: bool) -> None:
    if not adds_needed:
        raise ValueError(
            f"Step {step.name!r} needs step {needed.name!r}, which is not among the steps, and "
            "resolve_closure is False. Add it."
        )


def _sorted(steps: list[PipelineStep], needs: Needs) -> list[PipelineStep]:
    """Return the steps in an order that keeps theirs where it can."""
    done: list[PipelineStep] = []
    left = list(steps)
    while left:
        ready = next(
            (s for s in left if all(any(n is d for d in done) for n in needs[id(s)])), None
        )
        if ready is None:
            names = ", ".join(repr(step.name) for step in left)
            raise ValueError(f"Pipeline: these steps need one another in a circle: {names}.")
        left = [step for step in left if step is not ready]
        done.append(ready)
    return done
