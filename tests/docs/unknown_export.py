"""Writes the export of a CRM nobody has heard of: own words, semicolons, decimal commas, day first.

  unknown_export.py FILE [--seed N]

The deals have a signal (size, origin and number of visits move the odds), so that a model can be
fitted; the rest of the columns says nothing. The columns and their words stand in no preset.
"""

import argparse
import csv
import datetime
import math
import random

ORIGIN = {"Messe": 0.9, "Empfehlung": 0.7, "Kaltanruf": -1.0, "Netzauftritt": 0.0, "Altkunde": 1.1}
AREA = ["Nord", "Sued", "West", "Uebersee"]
LAST_DAY = datetime.date(2026, 11, 13)


def day_first(day):
    return day.strftime("%d.%m.%Y") if day else ""


def money(value):
    whole, cents = divmod(round(value * 100), 100)
    return f"{whole:,}".replace(",", ".") + f",{cents:02d}"


def rows(seed):
    chance = random.Random(seed)
    people = [f"Betreuer {number:02d}" for number in range(1, 13)]
    skill = {person: chance.gauss(0, 0.4) for person in people}
    for number in range(1, 3201):
        begun = LAST_DAY - datetime.timedelta(days=chance.randint(1, 1300))
        value = round(math.exp(chance.gauss(9.6, 0.9)), 2)
        origin = chance.choice(list(ORIGIN))
        visits = min(9, int(chance.expovariate(0.45)))
        person = chance.choice(people)
        logit = -0.6 + 1.2 * ORIGIN[origin] + 0.35 * visits - 0.8 * (math.log(value) - 9.6) + skill[person]
        won = chance.random() < 1 / (1 + math.exp(-logit))
        ended = begun + datetime.timedelta(days=int(chance.gammavariate(3.0, 30 if won else 22)) + 1)
        still_open = ended > LAST_DAY
        planned = begun + datetime.timedelta(days=chance.randint(40, 160))
        yield {
            "Vorgangsnr": f"V-{number:05d}",
            "Kundschaft": f"Betrieb {chance.randint(1, 900):04d}",
            "Sachbearbeiter": person,
            "Landstrich": chance.choice(AREA),
            "Herkunft": origin,
            "Aufnahme am": day_first(begun),
            "Abgeschlossen am": "" if still_open else day_first(ended),
            "Wunschtermin": day_first(planned),
            "Volumen EUR": money(value),
            "Besuche": visits,
            "Verbleib": "" if still_open else ("Zuschlag" if won else "Absage"),
        }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--seed", type=int, default=11)
    arguments = parser.parse_args()
    table = list(rows(arguments.seed))
    with open(arguments.file, "w", encoding="cp1252", newline="") as file:
        writer = csv.DictWriter(file, table[0].keys(), delimiter=";", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(table)


if __name__ == "__main__":
    main()
