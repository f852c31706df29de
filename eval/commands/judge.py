"""`eval judge` and `eval calibrate`: a model grades the answers of a run, and people grade the model."""

from __future__ import annotations

from pathlib import Path

from rich.text import Text

from assistant.answering.pipeline import chat_model
from assistant.cli.terminal import messages, output, show_notes, write_json
from assistant.errors import UsageError
from assistant.safe_text import safe
from eval.commands.progress import step_bar
from eval.commands.run import replies_of, runs_of, settings_of
from eval.folder import Key, RunFolder, find_run
from eval.judging import VERDICTS, AnswerJudge, can_judge, measured
from eval.options import Flags
from eval.records import JudgeCalibration, QuestionResult
from eval.replies import CachedChat
from eval.suite_files import json_rows, lines_text


def judge_run(common: Flags, runs: Path | None, name: str, *, use_cache: bool) -> int:
    """Grade every answer of a run that has no grade yet; return the exit code. Raises `ModelError`."""
    settings = settings_of(common)
    if not settings.model_configured:
        raise UsageError("Which model is to judge? Set OPENAI_API_KEY or OPENAI_BASE_URL, and name it with --model.")
    folder = RunFolder(find_run(name, runs_of(common, runs)))
    chat = CachedChat(replies_of(settings, use_cache=use_cache), base_url=settings.base_url, name=settings.model)
    judge = AnswerJudge(chat.around(chat_model(settings)))
    if _by_another(folder, judge.prompt_id, settings.model):
        folder.drop_judgements()
    done = folder.judgements()
    questions = {q.id: q for q in folder.suite.questions}
    left = [
        (key, questions[r.id], r.answer, r.gold)
        for key, r in folder.results().items()
        if key not in done and r.answer is not None and can_judge(questions[r.id], r, r.gold)
    ]
    with step_bar(common, "Judging", len(left)) as on_step:
        for key, question, answer, gold in left:
            folder.add_judgement(key, judge.judge(question, answer, gold))
            on_step("")
    _tell(common, folder)
    return 0


def _by_another(folder: RunFolder, prompt_id: str, model: str) -> bool:
    """Whether the existing judgements come from another prompt or, if a model is named, another model."""
    made = [j for j in folder.judgements().values() if j.prompt_id]
    return any(j.prompt_id != prompt_id or (model and not j.model.startswith(model)) for j in made)


def _tell(common: Flags, folder: RunFolder) -> None:
    run = folder.load()
    verdicts = [r.judgement.verdict for r in run.results if r.judgement]
    counts = {v: verdicts.count(v) for v in (*VERDICTS, "unscored")}
    if common.as_json:
        write_json({"run": run.folder, "judged": counts, "calibration": run.calibration})
        return
    output().print(Text(", ".join(f"{count} {name}" for name, count in counts.items())), soft_wrap=True)
    if not (run.calibration and run.calibration.trusted) and not common.quiet:
        show_notes(messages(), ["This is a model's advice; nobody has measured it yet: assistant eval calibrate"])


def calibrate_judge(common: Flags, runs: Path | None, name: str, labels: str) -> int:
    """Measure the judge of a run, or write the form for people's labels; return the exit code."""
    folder = RunFolder(find_run(name, runs_of(common, runs)))
    judged = folder.judgements()
    made = [j for j in judged.values() if j.prompt_id]
    if not made:
        raise UsageError(f"No model has judged the run {folder.info.id} yet: assistant eval judge {folder.info.id}")
    file = Path(labels).expanduser()
    if not file.exists():
        _write_form(file, [r for key, r in folder.results().items() if key in judged and judged[key].prompt_id])
        show_notes(messages(), [f"Fill in the labels in {file} ({', '.join(VERDICTS)}), then run this again."])
        return 0
    try:
        found = measured(judged, _read_labels(file), made[-1].model, made[-1].prompt_id)
    except ValueError as error:
        raise UsageError(f"{file}: {error}.") from error
    folder.keep_calibration(found)
    write_json(found) if common.as_json else _show(found)
    return 0


def _write_form(file: Path, results: list[QuestionResult]) -> None:
    """Write all judged answers without the judge's verdict, which would bias the labels."""
    rows = [
        {
            "id": r.id,
            "repeat": r.repeat,
            "label": "",
            "question": r.answer.question,
            "answer": " ".join(s.text for s in r.answer.statements),
            "gold": [place.text for place in r.gold if place.text],
        }
        for r in results
        if r.answer
    ]
    try:
        file.write_text(lines_text(rows), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file} cannot be written ({error.strerror}).") from error


def _read_labels(file: Path) -> dict[Key, str]:
    labels: dict[Key, str] = {}
    for place, row in json_rows(file):
        label, repeat = row.get("label"), row.get("repeat", 0)
        if not isinstance(row.get("id"), str) or not isinstance(repeat, int) or label not in (*VERDICTS, ""):
            raise UsageError(f'{place}: expected {{"id": "…", "label": "…"}} with one of {", ".join(VERDICTS)}.')
        if label:
            labels[row["id"], repeat] = label
    return labels


def _show(found: JudgeCalibration) -> None:
    console = output()
    interval = f"{found.kappa_low:.2f} to {found.kappa_high:.2f}"
    console.print(Text(f"{safe(found.judge)}, {safe(found.prompt_id)}: {found.n} answers that people labelled"))
    console.print(Text(f"accuracy {found.accuracy:.3f}, Cohen's kappa {found.kappa:.3f} (95 % interval {interval})"))
    for pair, count in found.confusion.items():
        console.print(Text(f"  {pair}: {count}"))
    if not found.trusted:
        show_notes(messages(), ["Too little to trust the judge: it takes 50 labels and a kappa of 0.6 at least."])
