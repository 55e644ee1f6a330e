"""What the creation flows of the demo ask, in English, German and French."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from config.demo.fleet import Texts
from ticketing.models import QuestionKind

NO_TEXT: Texts = ("", "", "")


@dataclass(frozen=True)
class CategoryTexts:
    """A category and its sub-categories by key."""

    key: str
    name: Texts
    children: Mapping[str, Texts] = field(default_factory=dict)
    for_managers: bool = False


@dataclass(frozen=True)
class Ask:
    """A question; `choices` by key."""

    key: str
    kind: QuestionKind
    text: Texts
    required: bool = True
    help: Texts = NO_TEXT
    choices: Mapping[str, Texts] = field(default_factory=dict)
    names_ticket: bool = False


@dataclass(frozen=True)
class StepTexts:
    """A screen with its questions."""

    title: Texts
    asks: tuple[Ask, ...]
    help: Texts = NO_TEXT


@dataclass(frozen=True)
class FlowTexts:
    """A flow as code users see it."""

    name: Texts
    button: Texts
    description: Texts
    icon: str
    position: int
    category: str
    steps: tuple[StepTexts, ...]


CATEGORIES = (
    CategoryTexts(
        "faults",
        ("Faults and damage", "Störungen und Schäden", "Pannes et dommages"),
        {
            "machine_fault": ("Machine fault", "Maschinenstörung", "Panne de machine"),
            "air_fault": ("Compressed air", "Druckluft", "Air comprimé"),
            "vehicle_damage": ("Vehicle", "Fahrzeug", "Véhicule"),
        },
    ),
    CategoryTexts("parts", ("Spare parts", "Ersatzteile", "Pièces détachées")),
    CategoryTexts(
        "questions",
        ("Questions and service", "Fragen und Service", "Questions et service"),
        {
            "operation": ("Operation and training", "Bedienung und Schulung", "Utilisation et formation"),
            "appointments": ("Appointments", "Termine", "Rendez-vous"),
        },
    ),
    CategoryTexts(
        "contract", ("Contract and invoice", "Vertrag und Rechnung", "Contrat et facture"), for_managers=True
    ),
)

# Questions that several flows ask ------------------------------------------------------------------------------------

PHOTO_HELP: Texts = (
    "A picture often tells more than words. Up to ten files.",
    "Ein Bild sagt oft mehr als Worte. Bis zu zehn Dateien.",
    "Une photo en dit souvent plus que des mots. Dix fichiers au plus.",
)
SUBJECT = Ask(
    "subject",
    QuestionKind.TEXT,
    ("What is wrong, in one sentence?", "Was ist los, in einem Satz?", "Que se passe-t-il, en une phrase ?"),
    names_ticket=True,
)
DESCRIPTION = Ask(
    "text",
    QuestionKind.LONG_TEXT,
    ("What happened?", "Was ist passiert?", "Que s’est-il passé ?"),
    help=(
        "What did you do before, what did you see or hear?",
        "Was haben Sie vorher gemacht, was haben Sie gesehen oder gehört?",
        "Que faisiez-vous avant, qu’avez-vous vu ou entendu ?",
    ),
)
MACHINE_STATE = Ask(
    "state",
    QuestionKind.SINGLE_CHOICE,
    ("Is the machine still running?", "Läuft die Maschine noch?", "La machine fonctionne-t-elle encore ?"),
    choices={
        "runs": ("Yes, as usual", "Ja, wie gewohnt", "Oui, normalement"),
        "limited": ("Yes, with limits", "Ja, eingeschränkt", "Oui, de façon limitée"),
        "stopped": ("No, it stands still", "Nein, sie steht", "Non, elle est à l’arrêt"),
    },
)
DANGER = Ask(
    "danger",
    QuestionKind.YES_NO,
    ("Is anybody in danger?", "Ist jemand in Gefahr?", "Quelqu’un est-il en danger ?"),
    help=(
        "If so, press the emergency stop and keep away.",
        "Wenn ja: Not-Halt drücken und Abstand halten.",
        "Si oui, appuyez sur l’arrêt d’urgence et éloignez-vous.",
    ),
)
ERROR_CODE = Ask(
    "code",
    QuestionKind.TEXT,
    ("Which error does the display show?", "Welchen Fehler zeigt das Display?", "Quelle erreur l’écran affiche-t-il ?"),
    required=False,
)
HOURS = Ask(
    "count",
    QuestionKind.NUMBER,
    ("Operating hours", "Betriebsstunden", "Heures de service"),
    required=False,
    help=("As the counter shows them.", "Wie der Zähler sie anzeigt.", "Telles que le compteur les affiche."),
)
SINCE = Ask("since", QuestionKind.DATE, ("Since when?", "Seit wann?", "Depuis quand ?"))
PHOTOS = Ask(
    "photos",
    QuestionKind.FILES,
    ("Photos or files", "Fotos oder Dateien", "Photos ou fichiers"),
    required=False,
    help=PHOTO_HELP,
)
ON_SITE = Ask(
    "contact",
    QuestionKind.TEXT,
    ("Whom can we ask on site?", "Wen können wir vor Ort fragen?", "À qui pouvons-nous nous adresser sur place ?"),
    required=False,
)
WHAT_HAPPENED: Texts = ("What is the problem?", "Was ist das Problem?", "Quel est le problème ?")
HOW_BAD: Texts = ("How bad is it?", "Wie schlimm ist es?", "Est-ce grave ?")
DETAILS: Texts = ("A few details", "Ein paar Einzelheiten", "Quelques précisions")
SHOW_US: Texts = ("Show us", "Zeigen Sie es uns", "Montrez-nous")


def _signs(choices: Mapping[str, Texts]) -> Ask:
    text: Texts = ("What do you notice?", "Was fällt auf?", "Que remarquez-vous ?")
    return Ask("signs", QuestionKind.MULTIPLE_CHOICE, text, required=False, choices=choices)


PACKER_SIGNS = _signs(
    {
        "display": ("Error on the display", "Fehler auf dem Display", "Erreur à l’écran"),
        "noise": ("Unusual noise", "Ungewöhnliches Geräusch", "Bruit inhabituel"),
        "seal": ("Seams do not hold", "Nähte halten nicht", "Soudures qui ne tiennent pas"),
        "jam": ("Film or product is stuck", "Folie oder Produkt klemmt", "Film ou produit coincé"),
        "smell": ("It smells burnt", "Es riecht verbrannt", "Odeur de brûlé"),
    }
)
LOADER_SIGNS = _signs(
    {
        "leak": ("Something leaks", "Etwas läuft aus", "Une fuite"),
        "noise": ("Unusual noise", "Ungewöhnliches Geräusch", "Bruit inhabituel"),
        "weak": ("Less power than usual", "Weniger Kraft als sonst", "Moins de puissance que d’habitude"),
        "lamp": ("Warning lamp", "Warnleuchte", "Voyant allumé"),
        "damage": ("Visible damage", "Sichtbarer Schaden", "Dommage visible"),
    }
)
AIR_SIGNS = _signs(
    {
        "pressure": ("Too little pressure", "Zu wenig Druck", "Pression insuffisante"),
        "hot": ("It runs hot", "Sie wird heiß", "Surchauffe"),
        "noise": ("Unusual noise", "Ungewöhnliches Geräusch", "Bruit inhabituel"),
        "water": ("Water or oil in the air", "Wasser oder Öl in der Luft", "Eau ou huile dans l’air"),
        "display": ("Error on the display", "Fehler auf dem Display", "Erreur à l’écran"),
    }
)
CAR_SIGNS = _signs(
    {
        "body": ("Scratch or dent", "Kratzer oder Delle", "Rayure ou bosse"),
        "lamp": ("Warning lamp", "Warnleuchte", "Voyant allumé"),
        "charging": ("It does not charge", "Es lädt nicht", "La charge ne fonctionne pas"),
        "tyre": ("Tyre", "Reifen", "Pneu"),
        "dirty": ("Dirty inside", "Innen verschmutzt", "Intérieur sale"),
    }
)

# Problem reports -----------------------------------------------------------------------------------------------------

PROBLEM_NAME: Texts = ("Problem report", "Problembericht", "Signalement d’un problème")
PROBLEM_BUTTON: Texts = ("Report a problem", "Problem melden", "Signaler un problème")


def _machine_problem(signs: Ask, category: str, *, short: bool = False) -> FlowTexts:
    details = StepTexts(DETAILS, (ERROR_CODE, HOURS, SINCE))
    show = StepTexts(SHOW_US, (PHOTOS, ON_SITE))
    last = (StepTexts(DETAILS, (ERROR_CODE, SINCE, PHOTOS)),) if short else (details, show)
    return FlowTexts(
        PROBLEM_NAME,
        PROBLEM_BUTTON,
        (
            "Something does not work as it should.",
            "Etwas funktioniert nicht, wie es soll.",
            "Quelque chose ne fonctionne pas comme prévu.",
        ),
        "triangle-alert",
        0,
        category,
        (StepTexts(WHAT_HAPPENED, (SUBJECT, DESCRIPTION)), StepTexts(HOW_BAD, (MACHINE_STATE, signs, DANGER)), *last),
    )


CAR_PROBLEM = FlowTexts(
    PROBLEM_NAME,
    ("Report damage or a fault", "Schaden oder Störung melden", "Signaler un dommage ou une panne"),
    (
        "The car is damaged, dirty or does not drive as it should.",
        "Das Auto ist beschädigt, verschmutzt oder fährt nicht richtig.",
        "La voiture est endommagée, sale ou ne roule pas normalement.",
    ),
    "triangle-alert",
    0,
    "vehicle_damage",
    (
        StepTexts(
            ("What is wrong with the car?", "Was ist mit dem Auto?", "Quel est le problème avec la voiture ?"),
            (SUBJECT, DESCRIPTION),
        ),
        StepTexts(
            HOW_BAD,
            (
                Ask(
                    "state",
                    QuestionKind.SINGLE_CHOICE,
                    ("Can it still be driven?", "Kann es noch fahren?", "Peut-elle encore rouler ?"),
                    choices={
                        "runs": ("Yes, safely", "Ja, sicher", "Oui, sans danger"),
                        "limited": ("Only to the next station", "Nur bis zur nächsten Station", "Jusqu’à la station"),
                        "stopped": ("No", "Nein", "Non"),
                    },
                ),
                CAR_SIGNS,
                Ask(
                    "danger",
                    QuestionKind.YES_NO,
                    ("Was anybody hurt?", "Wurde jemand verletzt?", "Y a-t-il des blessés ?"),
                    help=(
                        "In an emergency call 112 first.",
                        "Im Notfall wählen Sie zuerst 112.",
                        "En cas d’urgence, appelez d’abord le 112.",
                    ),
                ),
            ),
        ),
        StepTexts(
            DETAILS,
            (
                Ask(
                    "place",
                    QuestionKind.TEXT,
                    ("Where is the car now?", "Wo steht das Auto jetzt?", "Où se trouve la voiture ?"),
                ),
                Ask("count", QuestionKind.NUMBER, ("Mileage (km)", "Kilometerstand", "Kilométrage"), required=False),
                Ask(
                    "since",
                    QuestionKind.DATE,
                    ("When did you notice it?", "Wann ist es aufgefallen?", "Quand l’avez-vous remarqué ?"),
                ),
            ),
        ),
        StepTexts(SHOW_US, (PHOTOS,), PHOTO_HELP),
    ),
)

# Questions and orders ------------------------------------------------------------------------------------------------


def _question(topics: Mapping[str, Texts], category: str) -> FlowTexts:
    return FlowTexts(
        ("General inquiry", "Allgemeine Anfrage", "Demande générale"),
        ("Ask a question", "Frage stellen", "Poser une question"),
        (
            "Operation, appointments, training, anything else.",
            "Bedienung, Termine, Schulung und alles andere.",
            "Utilisation, rendez-vous, formation ou autre sujet.",
        ),
        "message-circle-question-mark",
        1,
        category,
        (
            StepTexts(
                ("Your question", "Ihre Frage", "Votre question"),
                (
                    Ask(
                        "topic",
                        QuestionKind.SINGLE_CHOICE,
                        ("What is it about?", "Worum geht es?", "De quoi s’agit-il ?"),
                        choices=topics,
                    ),
                    Ask("subject", QuestionKind.TEXT, ("Subject", "Betreff", "Objet"), names_ticket=True),
                    Ask("text", QuestionKind.LONG_TEXT, ("Your question", "Ihre Frage", "Votre question")),
                ),
            ),
            StepTexts(
                ("How can we answer?", "Wie erreichen wir Sie?", "Comment vous répondre ?"),
                (
                    Ask(
                        "since",
                        QuestionKind.DATE,
                        ("By when do you need an answer?", "Bis wann brauchen Sie eine Antwort?", "Pour quelle date ?"),
                        required=False,
                    ),
                    ON_SITE,
                    PHOTOS,
                ),
            ),
        ),
    )


MACHINE_TOPICS: dict[str, Texts] = {
    "operation": ("Operation", "Bedienung", "Utilisation"),
    "maintenance": ("Maintenance and inspection", "Wartung und Prüfung", "Entretien et contrôle"),
    "training": ("Training", "Schulung", "Formation"),
    "other": ("Something else", "Etwas anderes", "Autre chose"),
}
CAR_TOPICS: dict[str, Texts] = {
    "operation": ("Using the car", "Bedienung des Autos", "Utilisation de la voiture"),
    "charging": ("Charging", "Laden", "Recharge"),
    "lost": ("Something lost in the car", "Etwas im Auto vergessen", "Objet oublié"),
    "other": ("Something else", "Etwas anderes", "Autre chose"),
}


def _parts(for_vehicle: bool) -> FlowTexts:
    at_station: Texts = ("Fitted at the station", "Einbau an der Station", "Montage à la station")
    on_site: Texts = ("Fitted by a technician", "Einbau durch Techniker", "Montage par un technicien")
    delivery: dict[str, Texts] = {
        "ship": ("Send it to us", "Bitte zusenden", "Nous l’envoyer"),
        "fit": at_station if for_vehicle else on_site,
        "fetch": ("We fetch it", "Wir holen es ab", "Nous venons la chercher"),
    }
    return FlowTexts(
        ("Spare parts order", "Ersatzteilbestellung", "Commande de pièces détachées"),
        ("Order spare parts", "Ersatzteil bestellen", "Commander des pièces"),
        (
            "Parts, accessories and consumables.",
            "Teile, Zubehör und Verbrauchsmaterial.",
            "Pièces, accessoires et consommables.",
        ),
        "package",
        2,
        "parts",
        (
            StepTexts(("Which part?", "Welches Teil?", "Quelle pièce ?"), _part_questions()),
            StepTexts(
                ("How many, and when?", "Wie viele, und wann?", "Combien, et quand ?"),
                (
                    Ask("count", QuestionKind.NUMBER, ("Quantity", "Menge", "Quantité")),
                    Ask("since", QuestionKind.DATE, ("Needed by", "Benötigt bis", "Pour le"), required=False),
                    Ask(
                        "delivery",
                        QuestionKind.SINGLE_CHOICE,
                        ("Delivery", "Lieferung", "Livraison"),
                        choices=delivery,
                    ),
                    Ask(
                        "danger",
                        QuestionKind.YES_NO,
                        (
                            "Does anything stand still because of it?",
                            "Steht deswegen etwas still?",
                            "Quelque chose est-il à l’arrêt à cause de cela ?",
                        ),
                    ),
                ),
            ),
        ),
    )


def _part_questions() -> tuple[Ask, ...]:
    number: Texts = ("Part number, if you know it", "Teilenummer, falls bekannt", "Référence, si vous la connaissez")
    remark: Texts = ("Anything we should know?", "Was sollten wir noch wissen?", "Une précision ?")
    plate: Texts = (
        "Photo of part or type plate",
        "Foto vom Teil oder Typenschild",
        "Photo de la pièce ou de la plaque",
    )
    return (
        Ask("subject", QuestionKind.TEXT, ("Name of the part", "Bezeichnung", "Désignation"), names_ticket=True),
        Ask("code", QuestionKind.TEXT, number, required=False),
        Ask("text", QuestionKind.LONG_TEXT, remark, required=False),
        Ask("photos", QuestionKind.FILES, plate, required=False, help=PHOTO_HELP),
    )


FLOWS: dict[tuple[str, str], FlowTexts] = {
    ("packer", "problem"): _machine_problem(PACKER_SIGNS, "machine_fault"),
    ("loader", "problem"): _machine_problem(LOADER_SIGNS, "machine_fault"),
    ("compressor", "problem"): _machine_problem(AIR_SIGNS, "air_fault", short=True),
    ("car", "problem"): CAR_PROBLEM,
    **{(key, "question"): _question(MACHINE_TOPICS, "operation") for key in ("packer", "loader", "compressor")},
    ("car", "question"): _question(CAR_TOPICS, "questions"),
    **{(key, "parts"): _parts(for_vehicle=False) for key in ("packer", "loader", "compressor")},
    ("car", "parts"): _parts(for_vehicle=True),
}
