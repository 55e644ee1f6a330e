"""French conversations of the demo: the waste service of a town in Alsace, and drivers in Hamburg."""

from config.demo.conversations.story import Phrases, Story, note, report, seen, them, us

FRENCH = (
    Story(
        "loader",
        "problem",
        (
            (
                "Fuite d’huile sur le vérin de levage",
                "Une flaque s’est formée sous la chargeuse pendant la nuit. Le godet redescend tout seul.",
            ),
            (
                "Flexible hydraulique fendu côté droit",
                "L’huile goutte au niveau du flexible, à côté de l’articulation. Nous avons mis du sable.",
            ),
        ),
        (
            us(
                "Bonjour, je prends en charge votre ticket. Merci de poser le godet au sol et de ne plus utiliser la machine."
            ),
            them("C’est fait, elle est garée près du quai 2.", "hose"),
            us("Merci pour la photo : le flexible est fendu. J’ai la pièce dans la camionnette, j’arrive vers 14 h."),
            note("Flexible 2SN DN16, 1,20 m. Prévoir de remplacer aussi le côté gauche à la prochaine révision."),
            report(
                "Flexible remplacé, circuit purgé et niveau complété. Essai de levage sous charge sans fuite.", "done"
            ),
        ),
        {"state": "stopped", "signs": ("leak",)},
        (("hose",),),
        is_urgent=True,
        devices=("Chargeuse",),
    ),
    Story(
        "loader",
        "problem",
        (
            (
                "Pneu avant gauche crevé",
                "Un morceau de ferraille est resté planté dans le flanc. La machine ne peut plus bouger.",
            ),
            ("Pneu arrière usé jusqu’à la toile", "Constaté au contrôle du matin. Nous ne l’avons pas mise en route."),
        ),
        (
            us("Bien vu. Pouvez-vous m’envoyer une photo du flanc avec la dimension ?"),
            them("Voilà.", "tyre"),
            us("17.5 R25, je l’ai en stock à Strasbourg. Montage demain à 8 h sur place."),
            seen("La machine est balisée, nous travaillons avec l’autre chargeuse."),
            report("Pneu remplacé, couple de serrage contrôlé. À resserrer après dix heures de travail."),
        ),
        {"state": "stopped", "signs": ("damage",)},
        (("tyre",),),
        devices=("Chargeuse",),
    ),
    Story(
        "loader",
        "problem",
        (
            ("Perte de puissance en montée", "Depuis hier, le moteur s’essouffle dès que le godet est plein."),
            ("Voyant moteur orange allumé", "Le voyant s’allume après vingt minutes et la vitesse est limitée."),
        ),
        (
            us("Quel est le code affiché dans le menu Diagnostic, et de quand date le filtre à air ?"),
            them("Code P-33. Pour le filtre, je ne sais pas, mais il n’est pas beau.", "filter"),
            us("P-33 correspond bien à un manque d’air. Je passe cet après-midi avec un filtre neuf."),
            report("Filtre à air et préfiltre remplacés, code effacé. La puissance est revenue."),
            note("Environnement très poussiéreux : proposer un remplacement toutes les 250 heures."),
        ),
        {"state": "limited", "signs": ("weak", "lamp"), "code": "P-33"},
        devices=("Chargeuse",),
        recurs=True,
    ),
    Story(
        "loader",
        "problem",
        (
            (
                "Alarme de recul muette",
                "Plus aucun son en marche arrière, c’est dangereux avec les piétons sur le quai.",
            ),
            ("Gyrophare éteint", "Le gyrophare ne s’allume plus, même après changement de l’ampoule."),
        ),
        (
            us("Merci de ne pas circuler sans signaleur en attendant. Le fusible 12, sous le siège, est-il intact ?"),
            them("Il est grillé. Nous l’avons remplacé, il a grillé de nouveau."),
            us("Il y a donc un court-circuit dans le faisceau arrière. J’arrive en fin de matinée."),
            report("Faisceau réparé et protégé par une gaine neuve. Essai concluant."),
        ),
        {"state": "limited", "signs": ("damage",)},
        is_urgent=True,
        devices=("Chargeuse",),
        recurs=True,
    ),
    Story(
        "loader",
        "problem",
        (
            (
                "Le compacteur s’arrête en plein cycle",
                "Il s’arrête à mi-course et affiche E-42. Il faut réarmer à chaque fois.",
            ),
            ("Erreur E-42 à chaque démarrage", "Le vérin avance de dix centimètres puis plus rien."),
        ),
        (
            us("E-42 indique une pression trop haute. Y a-t-il quelque chose de coincé derrière le poussoir ?"),
            them("Oui, un cadre de vélo. Nous l’avons sorti, machine consignée.", "display", "E-42"),
            us("Parfait. Pouvez-vous faire trois cycles à vide et me dire la pression maximale ?"),
            them("160 bar, et plus d’erreur."),
            report("Fonctionnement normal. Le capteur de fin de course sera contrôlé à la prochaine visite."),
        ),
        {"state": "stopped", "signs": ("lamp", "noise"), "code": "E-42"},
        (("display", "E-42"),),
        devices=("Compacteur",),
        recurs=True,
    ),
    Story(
        "loader",
        "problem",
        (
            ("Bruit métallique à l’articulation", "Un claquement à chaque virage, plus fort à gauche."),
            ("Jeu important dans l’axe du godet", "On voit l’axe bouger à l’œil nu quand le godet est chargé."),
        ),
        (
            us("À quand remonte le dernier graissage ?"),
            them("Normalement chaque semaine, mais le carnet s’arrête il y a trois semaines."),
            us("Graissez tout de suite, et utilisez la machine sans charge jusqu’à ma visite demain."),
            note("Bague probablement usée. Emporter le kit 926-BG et l’extracteur."),
            report("Bague et axe remplacés, graissage complet. Merci de noter chaque graissage dans le carnet."),
        ),
        {"state": "limited", "signs": ("noise",)},
        devices=("Chargeuse",),
    ),
    Story(
        "loader",
        "problem",
        (
            ("Portière de cabine enfoncée", "Choc contre le poteau du quai. La vitre tient, mais la porte ferme mal."),
            ("Rétroviseur droit arraché", "Accrochage avec une benne, sans blessé."),
        ),
        (
            us("L’essentiel est que personne ne soit blessé. Avez-vous une photo pour l’assurance ?"),
            them("La voici.", "dent"),
            us("Merci. J’ai besoin de la déclaration signée par M. Marchand, ensuite je commande la pièce."),
            report("Pièce reçue et montée. La facture part à l’assurance."),
        ),
        {"state": "limited", "signs": ("damage",)},
        devices=("Chargeuse",),
    ),
    Story(
        "compressor",
        "problem",
        (
            ("Le compresseur ne démarre plus", "On entend un déclic et rien ne se passe. L’atelier n’a plus d’air."),
            ("Disjoncteur qui saute au démarrage", "Le disjoncteur saute une fois sur deux depuis lundi."),
        ),
        (
            us("La courroie est-elle libre quand vous la tournez à la main, **courant coupé** ?"),
            them("Non, elle est très dure et abîmée sur un bord.", "belt"),
            us("Alors le roulement est en cause. Je viens demain matin avec un moteur de prêt."),
            report("Roulement et courroie remplacés, intensité au démarrage normale."),
        ),
        {"state": "stopped", "signs": ("noise",)},
        (("belt",),),
        is_urgent=True,
        devices=("Compresseur atelier",),
        recurs=True,
    ),
    Story(
        "compressor",
        "problem",
        (
            ("Pression trop faible sur la ligne de tri", "Les vérins de tri sont lents, le manomètre indique 4 bar."),
            ("De l’eau sort des soufflettes", "Depuis qu’il fait froid, de l’eau sort dès qu’on ouvre."),
        ),
        (
            us("Pouvez-vous purger le réservoir et me dire s’il sort beaucoup d’eau ?"),
            them("Au moins deux litres.", "gauge", "bar"),
            us("Le purgeur automatique est bloqué. Purgez chaque matin en attendant, je passe jeudi."),
            report("Purgeur remplacé, pression stable à 7,5 bar."),
        ),
        {"state": "limited", "signs": ("pressure", "water")},
        devices=("Compresseur ligne",),
        recurs=True,
    ),
    Story(
        "car",
        "problem",
        (
            (
                "Rayure sur la portière avant",
                "Je l’ai remarquée en prenant la voiture, elle n’était pas dans l’application.",
            ),
            ("Pare-chocs avant fissuré", "La voiture était déjà comme ça à la station ce matin."),
        ),
        (
            us("Merci de l’avoir signalé avant de partir. Rien ne vous sera facturé."),
            them("Merci, bonne journée.", "dent"),
            note("À rapprocher de la location précédente, photos dans le dossier."),
            report("Réparation prévue la semaine prochaine. La voiture reste disponible."),
        ),
        {"state": "runs", "signs": ("body",)},
        (("dent",),),
    ),
    Story(
        "car",
        "problem",
        (
            ("La borne refuse la charge", "Elle affiche Fault 12 et je ne peux pas terminer ma location."),
            ("Câble de recharge bloqué", "Impossible de retirer le câble, la voiture est pourtant déverrouillée."),
        ),
        (
            us("Je vois la voiture ici. Débranchez, attendez dix secondes et rebranchez : je redémarre la borne."),
            them("Le voyant est vert maintenant, merci."),
            us("C’est parfait. J’ai terminé votre location à l’heure de votre signalement."),
            report("Borne redémarrée, incident transmis à l’exploitant."),
        ),
        {"state": "runs", "signs": ("charging",)},
        (("charging", "Fault 12"),),
    ),
    Story(
        "loader",
        "parts",
        (
            ("Dents de godet", "Il nous faut le jeu complet, avec les goupilles."),
            ("Lame d’usure du godet", "Celle-ci est usée jusqu’aux boulons. Plaque en photo."),
        ),
        (
            us("Disponible à Strasbourg. Livraison ou montage par un technicien ?"),
            them("Montage, s’il vous plaît, jeudi si possible."),
            report("Montage effectué jeudi matin."),
        ),
        {"delivery": "fit", "count": "1", "code": "L90-GD-07"},
        (("plate", "Volkan L 90", "VK-L90-20731"),),
        devices=("Chargeuse 1",),
    ),
    Story(
        "loader",
        "parts",
        (
            ("Filtres pour la révision des 500 heures", "Air, huile et gasoil pour une machine."),
            ("Rétroviseur droit avec bras", "Le même que sur la chargeuse 1."),
        ),
        (
            us("Le kit est prêt, vous pouvez passer à partir de 13 h."),
            them("Bruno passera vers 15 h."),
            report("Kit remis à M. Bruno contre signature."),
        ),
        {"delivery": "fetch", "count": "1"},
        devices=("Chargeuse 2",),
    ),
    Story(
        "compressor",
        "parts",
        (
            ("Courroie et filtre à air", "Pour avoir une réserve à l’atelier."),
            ("Huile pour compresseur, 5 litres", "La même que la dernière fois."),
        ),
        (
            us("Commande enregistrée, livraison avec notre tournée de mardi."),
            report("Livré à l’atelier, réceptionné par Mme Haddad."),
        ),
        {"delivery": "ship", "count": "1"},
        devices=("Compresseur atelier",),
    ),
    Story(
        "loader",
        "question",
        (
            (
                "Contrôle périodique obligatoire",
                "L’attestation expire le mois prochain. Vous chargez-vous de l’organisme ?",
            ),
            (
                "Formation de deux conducteurs",
                "Deux agents ont besoin de l’autorisation de conduite avant la fin du mois.",
            ),
        ),
        (
            us("Oui, nous nous en occupons. Le mardi ou le jeudi vous conviendrait-il ?"),
            them("Jeudi, de préférence le matin."),
            us("C’est noté : jeudi à 8 h. Vous recevrez la convocation aujourd’hui."),
            report("Rendez-vous confirmé pour jeudi à 8 h."),
        ),
        {"topic": "maintenance"},
    ),
    Story(
        "car",
        "question",
        (
            ("Où se trouve le siège enfant ?", "L’annonce en mentionne un, je ne le trouve pas dans le coffre."),
            ("Puis-je aller au Danemark ?", "Je voudrais passer le week-end à Ribe, est-ce couvert par le contrat ?"),
        ),
        (
            us("Bonne question, je vérifie et je reviens vers vous dans l’heure."),
            them("Merci beaucoup."),
            us("C’est bon : tout est expliqué dans le livret, à la page 7, et vous êtes couvert."),
        ),
        {"topic": "operation"},
    ),
    Story(
        "loader",
        "problem",
        (
            ("Rappel constructeur : soupape de sécurité", "Volkan demande l’échange de la soupape sur toute la série."),
            ("Préparer la machine de prêt", "Le client aura besoin d’une machine de prêt pendant la grande révision."),
        ),
        (
            note("Soupape reçue à Strasbourg. À faire avec la révision, sans frais pour le client."),
            us("Je m’en occupe avec la prochaine visite."),
        ),
        {"state": "runs", "signs": ()},
        is_internal=True,
        devices=("Chargeuse",),
    ),
    Story(
        "compressor",
        "question",
        (
            (
                "Offre pour un compresseur à vitesse variable",
                "La régie paie trop d’électricité. Calculer le gain avant d’en parler.",
            ),
            ("Contrat d’entretien à renouveler", "Échéance en fin d’année, prévoir un rendez-vous avec M. Marchand."),
        ),
        (
            note("Mesure sur une semaine : 38 % du temps à vide. L’économie serait d’environ 4 100 € par an."),
            us("Je prépare le chiffrage pour vendredi."),
        ),
        {"topic": "other"},
        is_internal=True,
        devices=("Compresseur ligne",),
    ),
)

FRENCH_PHRASES = Phrases(
    thanks=(
        "Merci beaucoup.",
        "Merci pour votre rapidité.",
        "C’est parfait, merci.",
        "Impeccable, merci à vous.",
    ),
    again=(
        "Malheureusement le problème est revenu ce matin, exactement comme avant.",
        "La même panne, cette fois au bout d’une heure.",
    ),
    reply=(
        "Merci pour votre retour. Je rouvre le ticket et je regarde cela aujourd’hui.",
        "Toutes mes excuses. Je m’en occupe tout de suite.",
    ),
    solved=(
        "Deuxième intervention : un connecteur était desserré. Fixé et surveillé pendant une heure.",
        "Nouveau contrôle et pièce remplacée par précaution.",
    ),
    comments={
        5: ("Rapide et très aimable.", "Réglé rapidement, bravo.", "", "Excellent service."),
        4: ("Très bien, un peu d’attente.", "", "Très bien."),
        3: ("Réglé, mais il a fallu relancer deux fois.", ""),
        2: ("Beaucoup trop long.",),
        1: ("J’ai dû appeler plusieurs fois avant d’avoir une réponse.",),
    },
    withdrawn=("Remplacement pendant les congés.",),
    no_need=("C’est réglé, vous pouvez annuler.", "Nous n’en avons plus besoin, merci d’annuler."),
    places=("À la station, place 2", "Parking de la gare d’Altona", "À la station"),
    at_machine=("Chef d’équipe, poste 21", "Nadia Haddad, atelier", "Yann Keller, quai 3"),
)
