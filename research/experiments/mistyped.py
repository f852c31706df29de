"""How well questions with typing errors, in other verb forms and in Spanish find the sentence that answers them.

    python -m research.experiments.mistyped

Sixty questions of our own on 20 invented articles, a third of them in Spanish, that lie among the 31 of the example
archive. A script puts errors into every question, by its number alone: letters dropped, doubled, swapped or struck
beside the right key, in two words of four letters or more (in all that there are, with --errors). A question counts as
found when the first sentence is of its article, and as answered when one of the first three holds the answer.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from assistant.app import Assistant
from assistant.english.words import word_set
from assistant.settings import load

_EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "articles"
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_WORD = re.compile(r"[^\W\d_]{4,}")
_ASKING = word_set("what when where which about many much does have quién cuándo dónde cuánto cuántos")


class Asked(NamedTuple):
    """A question, and words of the sentence that answers it."""

    question: str
    answer: str


ARTICLES: tuple[tuple[str, tuple[Asked, ...]], ...] = (
    (
        "Profits of Halden Mills fell by a third last year to 14 million crowns, its director Sara Quint "
        "said. The mill sold two of its looms and lost 60 workers. It will build a new warehouse in Orrelt.",
        (
            Asked("Why did the director say profits fall?", "fell by a third"),
            Asked("How many workers did Halden Mills lose?", "lost 60"),
            Asked("What did the mill sell?", "sold two"),
        ),
    ),
    (
        "The lighthouse of Cape Sorrel shone again on Friday after 11 years. Volunteers rebuilt its lantern "
        "and drove 400 bolts into the tower. Keeper Ivo Brand wept when he saw the light.",
        (
            Asked("When did the lighthouse shine again?", "shone again"),
            Asked("How many bolts did volunteers drive into the tower?", "drove 400"),
            Asked("Who was the keeper who saw the light?", "Ivo Brand"),
        ),
    ),
    (
        "Thieves stole eleven violins from the music school in Dorrigan on Sunday night. Police caught two "
        "men near the station and found nine instruments in their van. The school keeps its doors shut until "
        "Thursday.",
        (
            Asked("How many violins did thieves steal from the music school?", "stole eleven"),
            Asked("Where did police catch the men?", "caught two"),
            Asked("What did police find in the van?", "found nine"),
        ),
    ),
    (
        "Parliament in Verrania chose Nadia Orlo as its speaker on Tuesday. She won 88 votes and beat Karel "
        "Fisk. The opposition left the chamber before she spoke.",
        (
            Asked("Who did parliament choose as speaker?", "chose Nadia"),
            Asked("How many votes did the new speaker win?", "won 88"),
            Asked("What did the opposition leave?", "left the chamber"),
        ),
    ),
    (
        "A storm tore the roof off the swimming hall in Kettlemere. Water froze in the pipes and broke a "
        "pump, engineer Tomas Vale said. Repairs will cost 2.4 million crowns.",
        (
            Asked("What did the storm tear off the swimming hall?", "tore the roof"),
            Asked("What did frozen water break, according to the engineer?", "broke a pump"),
            Asked("How much will the repairs of the swimming hall cost?", "2.4 million"),
        ),
    ),
    (
        "The ferry Aurelia sank off Brannock in 1931. Divers sought the wreck for nine summers and found it "
        "62 metres deep, the maritime museum said. They brought up its bell.",
        (
            Asked("When did the ferry sink?", "sank off"),
            Asked("How deep did divers find the wreck of the ferry?", "62 metres"),
            Asked("What did the divers bring up?", "brought up its bell"),
        ),
    ),
    (
        "Bakers in Tarrow struck for two days over wages. Their union fought for six percent and got four. "
        "Shops sold bread from Hollin instead.",
        (
            Asked("How long did the bakers strike?", "struck for two days"),
            Asked("How much did the union of the bakers get?", "got four"),
            Asked("Where did the bread that shops sell come from?", "from Hollin"),
        ),
    ),
    (
        "The observatory on Mount Ferrin bought a telescope for 9 million crowns. It was flown in by "
        "helicopter and will show stars that no one in the country has seen. Its astronomer Lena Dorsey "
        "taught physics before.",
        (
            Asked("How much did the observatory pay for the telescope it bought?", "9 million"),
            Asked("How did the telescope fly to the mountain?", "flown in"),
            Asked("What did the astronomer teach before?", "taught physics"),
        ),
    ),
    (
        "The orchard festival in Pommery drew 12,000 visitors. Children threw apples at a straw giant, and a "
        "choir sang until midnight. Mayor Otto Kressel ate the first cake.",
        (
            Asked("How many visitors did the orchard festival draw?", "drew 12,000"),
            Asked("What did children throw at the giant?", "threw apples"),
            Asked("Until when did the choir sing at the festival?", "sang"),
        ),
    ),
    (
        "Researchers in Quillmouth grew tomatoes in sea water. The plants drank half as much as others and "
        "bore fruit after 70 days. The institute hid the seeds in a vault.",
        (
            Asked("What did researchers grow in sea water?", "grew tomatoes"),
            Asked("After how many days did the plants bear fruit?", "bore fruit"),
            Asked("Where did the institute hide the seeds?", "hid the seeds"),
        ),
    ),
    (
        "A tunnel under the Morvane pass began to leak in May. Crews dug a drain and swept out 300 tonnes of "
        "mud. The road bore 5,000 lorries a week before it was shut.",
        (
            Asked("When did the tunnel begin to leak?", "began to leak"),
            Asked("How much mud did crews sweep out of the tunnel?", "swept out 300"),
            Asked("How many lorries did the road bear?", "5,000 lorries"),
        ),
    ),
    (
        "Painter Ruth Ansel forgave a debt of her gallery and withdrew three pictures from its sale. One of "
        "them rose to 80,000 crowns at an auction. She said she felt free.",
        (
            Asked("What did the painter forgive?", "forgave a debt"),
            Asked("How many pictures did the painter withdraw from the sale?", "withdrew three"),
            Asked("How high did one of her pictures rise at the auction?", "rose to"),
        ),
    ),
    (
        "El embalse de Valmorada se llenó por primera vez en doce años, informó la compañía del agua. La "
        "directora, Inés Robledo, anunció que los regantes recibirán 40 hectómetros cúbicos. Los agricultores "
        "celebraron la noticia.",
        (
            Asked("¿Quién es la directora de la compañía del agua?", "Inés Robledo"),
            Asked("¿Cuántos hectómetros recibirán los regantes?", "40 hectómetros"),
            Asked("¿Qué celebraron los agricultores?", "celebraron la noticia"),
        ),
    ),
    (
        "Un incendio destruyó el mercado de Torreclara la noche del jueves. Los bomberos trabajaron siete "
        "horas y rescataron a un vigilante. El alcalde, Julián Paredes, prometió reconstruirlo antes del "
        "verano.",
        (
            Asked("¿Qué destruyó el mercado de Torreclara?", "incendio destruyó"),
            Asked("¿Cuántas horas trabajaron los bomberos?", "siete horas"),
            Asked("¿Qué prometió el alcalde?", "prometió reconstruirlo"),
        ),
    ),
    (
        "La orquesta de Puerto Sereno estrenará una sinfonía de Clara Medina en octubre. El concierto costará "
        "15 euros y se celebrará en el antiguo astillero. Dirigirá el maestro húngaro Béla Torda.",
        (
            Asked("¿Quién dirigirá el concierto de la orquesta?", "Béla Torda"),
            Asked("¿Dónde se celebrará el concierto?", "antiguo astillero"),
            Asked("¿Cuánto costará el concierto?", "15 euros"),
        ),
    ),
    (
        "La fábrica de relojes de Monteluz despedirá a 120 empleados. El sindicato convocó una huelga para el "
        "lunes. La empresa perdió nueve millones el año pasado.",
        (
            Asked("¿A cuántos empleados despedirá la fábrica de relojes?", "120 empleados"),
            Asked("¿Qué convocó el sindicato?", "convocó una huelga"),
            Asked("¿Cuántos millones perdió la empresa?", "perdió nueve"),
        ),
    ),
    (
        "Los arqueólogos hallaron un mosaico romano bajo la plaza de Villanera. La pieza mide seis metros y "
        "muestra un delfín. El ayuntamiento cerrará la plaza durante dos meses.",
        (
            Asked("¿Qué hallaron los arqueólogos bajo la plaza?", "mosaico romano"),
            Asked("¿Cuánto mide la pieza?", "seis metros"),
            Asked("¿Durante cuánto tiempo se cerrará la plaza?", "dos meses"),
        ),
    ),
    (
        "El tranvía de Costa Brisa volverá a circular en abril. Las obras de la estación costaron 21 millones "
        "y terminaron con un año de retraso. La concejala Pilar Arce pidió disculpas a los vecinos.",
        (
            Asked("¿Cuándo volverá a circular el tranvía?", "en abril"),
            Asked("¿Cuánto costaron las obras de la estación?", "21 millones"),
            Asked("¿Quién pidió disculpas a los vecinos?", "Pilar Arce"),
        ),
    ),
    (
        "La escritora Amalia Nieto ganó el premio de novela de Rioverde. Su libro cuenta la vida de una "
        "farera. El jurado leyó 340 manuscritos.",
        (
            Asked("¿Quién ganó el premio de novela?", "Amalia Nieto"),
            Asked("¿Qué cuenta el libro de la escritora?", "vida de una farera"),
            Asked("¿Cuántos manuscritos leyó el jurado?", "340 manuscritos"),
        ),
    ),
    (
        "La plaga de medusas obligó a cerrar cinco playas en Calaverde. Los socorristas atendieron a 200 "
        "bañistas. El biólogo Hugo Sanz culpó al calor del mar.",
        (
            Asked("¿Cuántas playas cerraron por las medusas?", "cinco playas"),
            Asked("¿A cuántos bañistas atendieron los socorristas?", "200 bañistas"),
            Asked("¿A qué culpó el biólogo?", "culpó al calor"),
        ),
    ),
)


def mistyped(question: str, errors: int, seed: int) -> str:
    """A question with an error in each of so many words of four letters or more, other than those that ask."""
    chance = random.Random(f"{seed}/{question}")  # noqa: S311  # no secret
    words = [found for found in _WORD.finditer(question) if found[0].lower() not in _ASKING]
    for found in sorted(chance.sample(words, min(errors, len(words))), key=lambda word: -word.start()):
        question = question[: found.start()] + _with_error(found[0], chance) + question[found.end() :]
    return question


def _with_error(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))  # the first letter is hardly ever wrong
    made: tuple[Callable[[], str], ...] = (
        lambda: word[:at] + word[at + 1 :],
        lambda: word[:at] + word[at] + word[at:],
        lambda: word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :] if at > 1 else word[:at] + word[at + 1 :],
        lambda: word[:at] + _beside(word[at], chance) + word[at + 1 :],
    )
    return chance.choice(made)()


def _beside(letter: str, chance: random.Random) -> str:
    row = next((row for row in _KEYS if letter in row), letter)
    at = row.find(letter)
    return chance.choice([row[max(0, at - 1)], row[min(len(row) - 1, at + 1)]])


def main(arguments: Sequence[str]) -> int:
    """Print how many of the questions are found and answered, as they are and with errors, by language."""
    parser = argparse.ArgumentParser(prog="python -m research.experiments.mistyped")
    parser.add_argument("--errors", type=int, default=2, help="mistyped words of a question")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbose", action="store_true", help="show the questions that are not answered")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        places = Path(folder) / "articles"
        places.mkdir()
        for n, (text, _) in enumerate(ARTICLES):
            (places / f"{n:02}.txt").write_text(f"Date: 2025-03-{n + 1:02}\n\n{text}\n", encoding="utf-8")
        settings = replace(load().settings, reader="off")
        with Assistant.open(Path(folder) / "library", settings=settings) as assistant:
            assistant.ingest([places, _EXAMPLES])
            for language, some in (("English", ARTICLES[:12]), ("Spanish", ARTICLES[12:])):
                first = ARTICLES.index(some[0])
                for errors in (0, asked.errors):
                    _measure(assistant, language, some, first, errors, asked)
    return 0


def _measure(
    assistant: Assistant,
    language: str,
    articles: Sequence[tuple[str, tuple[Asked, ...]]],
    first: int,
    errors: int,
    asked: argparse.Namespace,
) -> None:
    found = answered = total = 0
    for n, (_, questions) in enumerate(articles, start=first):
        for question, answer in questions:
            typed = mistyped(question, errors, asked.seed) if errors else question
            evidence = assistant.search(typed, limit=3)
            total += 1
            found += bool(evidence) and Path(evidence[0].article.source).stem == f"{n:02}"
            is_answered = any(answer in one.text for one in evidence)
            answered += is_answered
            if asked.verbose and not is_answered:
                sys.stdout.write(f"    not answered: {typed}\n")
    sys.stdout.write(
        f"{language}, {errors} mistyped words a question: article first {found} of {total}, "
        f"answer among three {answered} of {total}\n"
    )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
