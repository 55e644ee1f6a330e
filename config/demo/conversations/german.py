"""German conversations of the demo: the food factory and drivers in Hamburg."""

from config.demo.conversations.story import Phrases, Story, note, report, seen, them, us

GERMAN = (
    Story(
        "packer",
        "problem",
        (
            (
                "Folie reißt an der Querschweißung",
                "Seit der Frühschicht reißt die Folie alle paar Takte direkt an der Querschweißung. Neue Rolle ist drin, Temperatur haben wir nicht verändert.",
            ),
            (
                "Folie reißt wieder bei hoher Geschwindigkeit",
                "Bis 60 Takte läuft alles, darüber reißt die Folie an der Quernaht. Die Rolle ist vom selben Lieferanten wie immer.",
            ),
        ),
        (
            us(
                "Guten Morgen, ich habe den Fall übernommen. Welche Temperatur zeigt die Querbacke gerade, und stehen die Backen parallel?"
            ),
            them("Display sagt 148 Grad, Soll ist 150. Ob sie parallel sind, kann ich nicht sagen."),
            us(
                "Bitte einmal bei Stillstand ein Blatt Papier in die Backen klemmen und an beiden Seiten ziehen. Hält es links und rechts gleich fest?"
            ),
            them("Links hält es, rechts kann ich es herausziehen.", "film"),
            us("Danke, dann ist die rechte Backenführung verschlissen. Ich komme heute um 13 Uhr mit dem Satz."),
            note("Führungssatz Packwell 300-118 aus dem Bus, Bestand danach 1. Bitte nachbestellen."),
            report(
                "Backenführung rechts ersetzt, Backen neu ausgerichtet, 30 Minuten Probelauf bei 75 Takten ohne Riss.",
                "done",
            ),
        ),
        {"state": "limited", "signs": ("seal", "jam")},
        (("film",),),
        devices=("Beutelmaschine",),
        recurs=True,
    ),
    Story(
        "packer",
        "problem",
        (
            (
                "Maschine stoppt mit E-217",
                "Nach dem Rollenwechsel kommt sofort Fehler E-217 und die Maschine hält an. Quittieren hilft für etwa zehn Takte.",
            ),
            (
                "E-217 nach jedem Neustart",
                "Maschine startet, macht eine Packung und meldet E-217. Wir haben die Schutztür schon dreimal auf und zu gemacht.",
            ),
        ),
        (
            us(
                "E-217 heißt, dass die Druckmarke nicht erkannt wird. Ist das Auge des Sensors sauber? Er sitzt oben rechts neben der Folienbahn."
            ),
            them(
                "War voller Staub. Haben es abgewischt, jetzt läuft sie, aber nach einer Viertelstunde kam der Fehler wieder."
            ),
            us(
                "Dann hat die Folie vermutlich einen anderen Kontrast als die alte. Ich lerne die Marke per Fernzugriff neu ein, bitte die Maschine **im Stillstand** eingeschaltet lassen."
            ),
            report("Druckmarke neu eingelernt, Empfindlichkeit auf 62 erhöht. Bitte beobachten."),
        ),
        {"state": "stopped", "signs": ("display",), "code": "E-217"},
        (("display", "E-217"),),
        is_urgent=True,
        devices=("Beutelmaschine",),
        recurs=True,
    ),
    Story(
        "packer",
        "problem",
        (
            (
                "Karton verklemmt sich vor dem Palettierer",
                "Etwa jeder zwanzigste Karton dreht sich auf der Rollenbahn und verklemmt sich. Wir räumen ihn mit der Hand heraus.",
            ),
            (
                "Kartons kippen auf der Palette",
                "Die oberste Lage steht schief, der letzte Karton kippt zur Lichtschranke.",
            ),
        ),
        (
            us("Können Sie mir ein Foto von der Stelle schicken, am besten mit einem verklemmten Karton?"),
            them("Hier, gerade eben passiert.", "pallet"),
            us(
                "Das rechte Führungsblech ist verbogen. Bitte nicht selbst richten, es steht unter Spannung. Ich bin morgen früh da."
            ),
            seen("Wir haben die Stelle mit Kette abgesperrt und fahren die Linie langsamer."),
            note("Blech war schon im März lose, siehe Wartungsprotokoll. Beim nächsten Mal Halter verstärken."),
            report(
                "Führungsblech ersetzt und Halter mit zweiter Schraube gesichert. Läuft mit voller Geschwindigkeit."
            ),
        ),
        {"state": "limited", "signs": ("jam",)},
        devices=("Palettierer",),
    ),
    Story(
        "packer",
        "problem",
        (
            (
                "Quietschen am Antrieb, wird lauter",
                "Seit gestern quietscht der Hauptantrieb, seit heute Morgen hört man es bis ins Büro.",
            ),
            (
                "Schlagendes Geräusch im Antriebskasten",
                "Es schlägt im Takt der Maschine, am lautesten hinten unten.",
            ),
        ),
        (
            us(
                "Bitte schalten Sie die Maschine aus und schauen Sie durch das Sichtfenster: Ist der Zahnriemen ausgefranst?"
            ),
            them("Ja, an einer Seite sind Fäden zu sehen.", "belt"),
            us(
                "Dann bitte nicht mehr einschalten, sonst reißt er. Ich bringe einen neuen mit und bin in etwa zwei Stunden bei Ihnen."
            ),
            them("Gut, wir verlegen die Charge auf Linie 2."),
            report(
                "Zahnriemen und Spannrolle ersetzt, Spannung eingestellt. Nächste Sichtprüfung in 500 Stunden.", "belt"
            ),
        ),
        {"state": "stopped", "signs": ("noise", "smell")},
        (("belt",),),
        is_urgent=True,
        devices=("Kartonierer", "Beutelmaschine"),
    ),
    Story(
        "packer",
        "problem",
        (
            (
                "Siegelnaht am Tray hält nicht",
                "Bei der Dichtprüfung fallen seit heute fünf von hundert Schalen durch, immer an derselben Ecke.",
            ),
            (
                "Deckelfolie löst sich an einer Ecke",
                "Die Folie löst sich vorn links. Wir haben die Ware gesperrt und prüfen jede Schale.",
            ),
        ),
        (
            us(
                "Danke für die schnelle Meldung. Bitte die gesperrte Charge stehen lassen, ich brauche drei der Schalen zum Messen."
            ),
            them("Stehen im Kühlraum 2, Regal C. Sagen Sie am Tor Bescheid."),
            note("Siegelplatte hat vorn links 0,2 mm Verzug. Tauschplatte im Lager Hamburg, Kurier bestellt."),
            us("Die Siegelplatte ist verzogen. Die neue kommt morgen um 7 Uhr, der Einbau dauert eine Stunde."),
            report(
                "Siegelplatte getauscht, 200 Schalen geprüft, alle dicht. Messprotokoll liegt bei der Schichtleitung."
            ),
        ),
        {"state": "limited", "signs": ("seal",)},
        devices=("Traysiegler",),
    ),
    Story(
        "packer",
        "problem",
        (
            (
                "Display bleibt nach dem Einschalten schwarz",
                "Hauptschalter ein, Lüfter läuft, aber das Bedienfeld bleibt dunkel. Gestern Abend ging noch alles.",
            ),
            (
                "Bedienfeld reagiert nicht auf Berührung",
                "Das Bild ist da, aber keine Taste auf dem Display reagiert. Mit und ohne Handschuhe probiert.",
            ),
        ),
        (
            us("Bitte einmal die Sicherung F4 im Schaltschrank ansehen, aber nur, wenn Sie dazu unterwiesen sind."),
            them("Unser Elektriker sagt, F4 ist in Ordnung. 24 Volt liegen an."),
            us(
                "Dann ist das Panel selbst defekt. Ich bringe heute ein Leihgerät mit, damit Sie weiterarbeiten können."
            ),
            report("Leih-Bedienfeld eingebaut und Rezepte aufgespielt. Das defekte Panel geht zum Hersteller."),
            note("Garantie prüfen: Panel ist 22 Monate alt."),
        ),
        {"state": "stopped", "signs": ("display",)},
        recurs=True,
    ),
    Story(
        "compressor",
        "problem",
        (
            (
                "Druck fällt auf 5 bar ab",
                "Seit dem Wochenende kommt die Station nicht mehr über 5 bar, zwei Linien melden Luftmangel.",
            ),
            (
                "Station schaltet wegen Übertemperatur ab",
                "Nach einer Stunde unter Last schaltet der Kompressor mit Übertemperatur ab. Die Halle ist nicht wärmer als sonst.",
            ),
        ),
        (
            us("Ist der Ansaugfilter sauber? Er sitzt links hinter der Klappe mit den zwei Drehverschlüssen."),
            them("Sieht nicht gut aus.", "filter"),
            us("Der ist zu. Bitte Station ausgeschaltet lassen, ich komme heute mit Filter und Öl vorbei."),
            report("Ansaugfilter und Ölfilter gewechselt, Kühler ausgeblasen. Druck wieder 7,8 bar, Temperatur 81 °C."),
            note("Filter war 900 Stunden überfällig. Wartungsvertrag mit Frau Krüger besprechen."),
        ),
        {"state": "limited", "signs": ("pressure", "hot"), "code": "T-02"},
        (("gauge", "bar"),),
        is_urgent=True,
        devices=("Druckluftstation Halle 1",),
        recurs=True,
    ),
    Story(
        "compressor",
        "problem",
        (
            (
                "Wasser in der Druckluft",
                "Am Filter der Linie 3 steht Wasser, der Kondensatableiter tut nichts mehr.",
            ),
            (
                "Kältetrockner piept dauernd",
                "Der Trockner zeigt eine gelbe Lampe und piept alle zehn Sekunden.",
            ),
        ),
        (
            us("Bitte am Kondensatableiter einmal auf Test drücken. Hören Sie das Ventil klicken?"),
            them("Nein, da passiert nichts."),
            report(
                "Magnetventil des Ableiters ersetzt, Behälter entwässert. Bitte die Filter an den Linien noch einmal leeren."
            ),
        ),
        {"state": "runs", "signs": ("water",)},
        recurs=True,
    ),
    Story(
        "car",
        "problem",
        (
            (
                "Delle in der hinteren Tür",
                "Ich habe das Auto heute so vorgefunden, in der App war nichts vermerkt.",
            ),
            (
                "Langer Kratzer auf der Beifahrerseite",
                "Beim Abstellen bemerkt, war bei meiner Abholung im Dunkeln nicht zu sehen.",
            ),
        ),
        (
            us(
                "Danke, dass Sie es melden. Ich sehe mir die letzten Fahrten an. Haben Sie noch ein Foto mit dem Kennzeichen darauf?"
            ),
            them("Leider schon unterwegs, aber das Foto von eben zeigt die Stelle gut.", "dent"),
            us("Das reicht. Für Sie ist damit alles erledigt, es entstehen Ihnen keine Kosten."),
            note("Schaden stammt vermutlich aus der Fahrt am Vorabend. Fahrer angeschrieben, Gutachten bestellt."),
            report("Termin in der Werkstatt ist gebucht. Das Auto bleibt bis dahin buchbar."),
        ),
        {"state": "runs", "signs": ("body",)},
        (("dent",),),
    ),
    Story(
        "car",
        "problem",
        (
            (
                "Auto lädt nicht an der Station",
                "Stecker ist eingerastet, die Säule zeigt aber nur Fault 12 und die Miete lässt sich nicht beenden.",
            ),
            (
                "Ladekabel lässt sich nicht abziehen",
                "Das Kabel steckt fest, obwohl das Auto offen ist. Ich komme nicht los.",
            ),
        ),
        (
            us(
                "Ich sehe das Auto in der Zentrale. Bitte den Stecker abziehen, zehn Sekunden warten und wieder einstecken. Ich starte die Säule inzwischen neu."
            ),
            them("Jetzt blinkt sie grün."),
            us("Prima, es lädt. Ihre Miete habe ich zum Zeitpunkt Ihrer Meldung beendet."),
            report("Säule neu gestartet, Fehler an den Betreiber gemeldet."),
        ),
        {"state": "runs", "signs": ("charging",)},
        (("charging", "Fault 12"),),
    ),
    Story(
        "car",
        "problem",
        (
            (
                "Reifendruck-Warnung während der Fahrt",
                "Auf der Stresemannstraße ging die Lampe an, hinten rechts sieht der Reifen weich aus. Ich stehe jetzt sicher.",
            ),
            ("Platter Reifen an der Station", "Das Auto steht auf dem Felgenrand, so kann ich nicht losfahren."),
        ),
        (
            us("Bitte nicht weiterfahren. Sind Sie an einem sicheren Ort, und brauchen Sie ein anderes Auto?"),
            them("Ja, Parkplatz. Ein anderes Auto wäre toll, ich habe um 15 Uhr einen Termin.", "tyre"),
            us("Das Auto an der nächsten Station ist für Sie freigeschaltet, die Buchung habe ich umgezogen."),
            note("Mobiler Reifendienst bestellt, Ankunft gegen 16 Uhr."),
            report("Reifen hinten rechts ersetzt, Druck rundum geprüft."),
        ),
        {"state": "stopped", "signs": ("tyre", "lamp")},
        is_urgent=True,
    ),
    Story(
        "packer",
        "parts",
        (
            ("Heizpatrone Querbacke 400 W", "Bitte zwei, eine für das Lager."),
            ("Schneidmesser für Querbacke", "Das alte hat eine Scharte. Typenschild im Anhang."),
        ),
        (
            us(
                "Beide sind auf Lager. Sollen wir sie zur üblichen Anschrift senden oder bringt sie der Techniker am Donnerstag mit?"
            ),
            them("Bitte senden, wir bauen selbst ein."),
            report("Versendet, Zustellung voraussichtlich übermorgen. Lieferschein liegt dem Paket bei."),
        ),
        {"delivery": "ship", "count": "2", "code": "300-204-B"},
        (("plate", "Packwell FP 300", "PW-23-0417"),),
        devices=("Beutelmaschine Linie 1",),
    ),
    Story(
        "compressor",
        "parts",
        (
            ("Ansaugfilter und Ölfilter", "Für die nächste Wartung, bitte als Satz."),
            ("Ölabscheider", "Der Wartungszähler steht auf null."),
        ),
        (
            us("Der Satz für den S 37 heißt 37-WS-2 und enthält auch die Dichtungen. Passt das so?"),
            them("Passt, danke."),
            report("Wartungssatz ist auf dem Weg."),
        ),
        {"delivery": "ship", "count": "1"},
        devices=("Druckluftstation Halle 1",),
    ),
    Story(
        "car",
        "parts",
        (
            ("Ersatz für Ladekarte im Handschuhfach", "Die Karte fehlt, der Halter ist leer."),
            ("Neue Fußmatten", "Die Matte auf der Fahrerseite ist durchgetreten."),
        ),
        (
            us("Danke für den Hinweis. Wir legen beim nächsten Reinigungstermin Ersatz ein, das ist diesen Freitag."),
            report("Ersatz liegt im Auto."),
        ),
        {"delivery": "fit", "count": "1"},
    ),
    Story(
        "packer",
        "question",
        (
            (
                "Termin für die Jahreswartung",
                "Wir planen den Stillstand für die zweite Woche im kommenden Monat. Haben Sie da zwei Tage für uns?",
            ),
            (
                "Schulung für drei neue Kollegen",
                "Drei neue Kollegen fangen in der Spätschicht an und sollen Rollenwechsel und Reinigung lernen.",
            ),
        ),
        (
            us("Gern. Ich kann Ihnen Dienstag und Mittwoch anbieten, jeweils ab 7 Uhr. Passt das?"),
            them("Dienstag passt, am Mittwoch erst ab 9 Uhr."),
            us("Ist eingetragen. Die Bestätigung bekommen Sie heute noch."),
            report("Termin bestätigt: Dienstag ab 7 Uhr, Mittwoch ab 9 Uhr."),
        ),
        {"topic": "maintenance"},
    ),
    Story(
        "car",
        "question",
        (
            (
                "Sonnenbrille im Auto vergessen",
                "Schwarze Sonnenbrille im blauen Etui, müsste in der Fahrertür liegen.",
            ),
            (
                "Kindersitz im Kofferraum?",
                "Ich brauche am Samstag einen Sitz für ein dreijähriges Kind. Ist in diesem Auto einer?",
            ),
        ),
        (
            us("Ich frage beim Reinigungsteam nach, die sind heute Nachmittag am Auto."),
            them("Super, danke."),
            us("Gute Nachricht: Ja, alles da. Ich melde mich mit den Einzelheiten per Telefon."),
        ),
        {"topic": "lost"},
    ),
    Story(
        "packer",
        "question",
        (
            (
                "Wartungsvertrag läuft im Dezember aus",
                "Für das Gespräch mit Frau Krüger: Verlängerung mit oder ohne Verschleißteile?",
            ),
            (
                "Angebot für Umbau auf Papierfolie",
                "Kunde hat am Telefon nach Papierfolie gefragt. Vor der Antwort bitte intern klären.",
            ),
        ),
        (
            note(
                "Letztes Jahr 14 Einsätze, davon 9 wegen Verschleißteilen. Mit Verschleißteilen rechnet es sich für beide Seiten."
            ),
            us("Bitte bis Freitag die Stundensätze prüfen, dann schicke ich den Entwurf heraus."),
            note("Entwurf liegt im Vertriebsordner."),
        ),
        {"topic": "other"},
        is_internal=True,
        devices=("Beutelmaschine",),
    ),
    Story(
        "compressor",
        "problem",
        (
            (
                "Sichtprüfung Druckbehälter überfällig",
                "Beim letzten Einsatz gesehen: Prüfplakette ist seit einem Monat abgelaufen.",
            ),
            ("Leckage im Ringnetz, Halle 2", "Ultraschallmessung zeigt 14 Prozent Verlust. Bericht liegt bei."),
        ),
        (
            note("Prüfer hat in KW 3 Zeit. Kunde bekommt den Termin mit dem Angebot.", "gauge", "bar"),
            us("Ich übernehme die Abstimmung mit dem Prüfer."),
        ),
        {"state": "runs", "signs": ("noise",)},
        is_internal=True,
        devices=("Druckluftstation Halle 2",),
    ),
)

GERMAN_PHRASES = Phrases(
    thanks=(
        "Vielen Dank.",
        "Danke für die schnelle Hilfe.",
        "Alles bestens, danke schön.",
        "Top, danke Ihnen.",
    ),
    again=(
        "Leider ist der Fehler heute früh wiedergekommen, genau wie vorher.",
        "Wir haben dasselbe Problem wieder, diesmal schon nach einer Stunde.",
    ),
    reply=(
        "Danke für die Rückmeldung, ich öffne das Ticket wieder und sehe es mir heute noch einmal an.",
        "Das tut mir leid. Ich nehme mir das gleich noch einmal vor.",
    ),
    solved=(
        "Zweiter Einsatz: Ursache war ein loser Stecker. Gesichert und eine Stunde beobachtet.",
        "Noch einmal geprüft und das Teil vorsorglich getauscht.",
    ),
    comments={
        5: (
            "Sehr schnell und freundlich.",
            "Schnell gelöst, besser geht es nicht.",
            "",
            "Klasse Service.",
        ),
        4: ("Gute Hilfe, nur am Anfang hat es gedauert.", "", "Hat gut geklappt."),
        3: ("Am Ende ging es, aber ich musste zweimal nachfragen.", ""),
        2: ("Hat zu lange gedauert.",),
        1: ("Ich musste mehrmals anrufen, bis sich jemand gemeldet hat.",),
    },
    withdrawn=("Übernimmt ab heute die Vertretung.",),
    no_need=(
        "Hat sich erledigt, bitte abbrechen.",
        "Bitte nicht mehr kommen, wir haben es selbst gelöst.",
    ),
    places=("Station, Platz 2", "Parkplatz am Bahnhof Altona", "Max-Brauer-Allee 60, rechte Seite", "An der Station"),
    at_machine=("Schichtleitung, Telefon 140", "Ralf Menzel, Halle 1", "Instandhaltung, Durchwahl 152"),
)
