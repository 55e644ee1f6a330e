"""English conversations of the demo: drivers of the car-sharing operator, and shift workers from abroad."""

from config.demo.conversations.story import Phrases, Story, note, report, seen, them, us

ENGLISH = (
    Story(
        "car",
        "problem",
        (
            (
                "Scratch along the rear bumper",
                "Found the car like this at the station this morning. It was not in the list of known damage.",
            ),
            (
                "Dent above the rear wheel",
                "Somebody must have hit the car while it was parked. There is blue paint in the dent.",
            ),
        ),
        (
            us("Thank you for reporting it before driving off. Could you take one more photo from further away?"),
            them("Here you go.", "dent"),
            us("Perfect. It is noted as found by you, so there will be no charge. Have a good trip."),
            note("Matches the parking sensor event from last night. Asked the previous driver for a statement."),
            report("Body shop visit booked. The car can be used until then."),
        ),
        {"state": "runs", "signs": ("body",)},
        (("dent",),),
    ),
    Story(
        "car",
        "problem",
        (
            (
                "Car will not start charging",
                "The plug is in, the post says Fault 12. I need to end my rental, the app does not let me.",
            ),
            (
                "Charging stops after a minute",
                "It starts, clicks and stops. Tried the second post, same thing.",
            ),
        ),
        (
            us("I can see the car here. Please unplug, wait ten seconds, and plug in again while I restart the post."),
            them("Done. Now it is green and counting."),
            us("That is it. I have ended your rental at the time of your report, so you do not pay for the wait."),
            report("Post restarted. The operator of the charging station has been told."),
        ),
        {"state": "runs", "signs": ("charging",)},
        (("charging", "Fault 12"),),
        recurs=True,
    ),
    Story(
        "car",
        "problem",
        (
            (
                "Tyre pressure warning on the motorway",
                "The lamp came on near Stillhorn, rear left looks low. I have stopped at the services.",
            ),
            (
                "Flat tyre at the station",
                "The car is sitting on its rim. I have a meeting at ten, is there another one?",
            ),
        ),
        (
            us("Please do not drive on. Are you somewhere safe?"),
            them("Yes, in the car park. It is nearly flat now.", "tyre"),
            us(
                "A mobile tyre service is on the way, about **40 minutes**. Would you rather wait or have a taxi on us?"
            ),
            them("I will wait, thanks."),
            note("Third puncture on this set. Suggest replacing all four at the next service."),
            report("Tyre replaced on site, pressure checked all round."),
        ),
        {"state": "stopped", "signs": ("tyre", "lamp")},
        is_urgent=True,
    ),
    Story(
        "car",
        "problem",
        (
            (
                "Dog hair and mud all over the back seat",
                "I have a child with an allergy, this is not usable for us today.",
            ),
            ("Coffee spilled in the front", "Cup holder and seat are sticky, and it smells of sour milk."),
        ),
        (
            us("I am sorry. I have moved your booking to the car next to it, same price. Does that help?"),
            them("Yes, found it, thank you."),
            note("Cleaning charged to the previous rental, photos are in the file."),
            report("Interior cleaned. The car is back in service."),
        ),
        {"state": "runs", "signs": ("dirty",)},
    ),
    Story(
        "car",
        "problem",
        (
            (
                "Orange warning lamp, reduced power",
                "A turtle symbol came on and the car only does 40. I made it back to the station.",
            ),
            ("Wipers do not work", "It is raining and the wipers move an inch and stop. I have parked."),
        ),
        (
            us(
                "Thanks for bringing it back. Please leave the key card in the glove box and lock the car with the app."
            ),
            seen("Parked in bay 4, charging cable is plugged in.", "display", "LIMP"),
            us("Great, I have blocked it for other drivers."),
            note("Workshop slot tomorrow 8:00. Tow truck only if it does not move at all."),
            report("Control unit updated by the workshop, test drive of 20 km without warning."),
        ),
        {"state": "limited", "signs": ("lamp",)},
        is_urgent=True,
        recurs=True,
    ),
    Story(
        "car",
        "problem",
        (
            ("Left mirror broken", "The glass is gone and the housing hangs on a cable."),
            ("Number plate is loose", "One screw is missing, it rattles and will fall off soon."),
        ),
        (
            us("Thank you for telling us. Please do not drive it in the dark like this. I will send somebody today."),
            report("Repaired at the station, no parts left on the ground."),
        ),
        {"state": "limited", "signs": ("body",)},
    ),
    Story(
        "packer",
        "problem",
        (
            (
                "Seal jaws too cold after the break",
                "After every break the first fifty bags are open at the top. We throw them away.",
            ),
            (
                "Bags open at the long seam",
                "Since the change of shift the long seam opens when you squeeze the bag. Nothing was changed.",
            ),
        ),
        (
            us(
                "Hello, I have taken this one. Is the standby temperature in the recipe still 140, or did somebody lower it?"
            ),
            them("It says 110. I think the night shift saves energy."),
            us("That explains it. Please set it back to 140, it needs twelve minutes to recover from 110."),
            report("Standby temperature locked at 140 °C in all recipes."),
            them("First hour without a single open bag."),
        ),
        {"state": "limited", "signs": ("seal",)},
        devices=("Beutelmaschine",),
    ),
    Story(
        "packer",
        "problem",
        (
            (
                "Emergency stop cannot be reset",
                "The button is pulled out but the machine still says emergency stop. All doors are closed.",
            ),
            ("Machine shows E-104 and does not home", "After the power cut it says E-104 and the axis does not move."),
        ),
        (
            us("Is anybody or anything inside the guard? If not, please open and close **both** rear doors slowly."),
            them("Done, same message.", "display", "E-104"),
            us("Then one of the door switches does not report. I am on my way, about 45 minutes."),
            note("Door switch rear left had corroded contacts. Same batch as on line 2, check that one as well."),
            report("Door switch replaced and safety circuit tested with the shift leader.", "done"),
        ),
        {"state": "stopped", "signs": ("display",), "code": "E-104"},
        (("display", "E-104"),),
        is_urgent=True,
        devices=("Kartonierer", "Traysiegler"),
        recurs=True,
    ),
    Story(
        "packer",
        "problem",
        (
            (
                "Cartons fall off the pallet",
                "The top layer is not straight and the last carton falls towards the light barrier.",
            ),
            ("Suction cups lose cartons", "Every tenth carton drops from the gripper. The cups look worn."),
        ),
        (
            us("Could you send a photo of the gripper, please?"),
            them("This is what it looks like now.", "pallet"),
            us("Two of the cups are cracked. I will bring a set of eight, they should all be changed together."),
            report("All eight suction cups replaced, vacuum back at 0.7 bar.", "gauge", "bar"),
        ),
        {"state": "limited", "signs": ("jam",)},
        devices=("Palettierer",),
    ),
    Story(
        "compressor",
        "problem",
        (
            (
                "Compressor is very loud since last night",
                "You can hear it through the wall. Pressure is fine so far.",
            ),
            ("Oil under the compressor", "There is a small puddle on the left side, about the size of a plate."),
        ),
        (
            us("Please switch the station to the second unit if you can, and do not open the cover."),
            them("Switched over. The second one holds 7 bar."),
            report("Hose between tank and cooler replaced, oil filled up.", "hose"),
            note("Offered the two-year service kit to Ms Krüger."),
        ),
        {"state": "runs", "signs": ("noise",)},
    ),
    Story(
        "compressor",
        "problem",
        (
            ("Error T-02 on the display", "It stopped twice today with T-02 and started again after ten minutes."),
            ("Dryer does not switch on", "The green lamp of the dryer stays off, the rest is running."),
        ),
        (
            us("Is the room warmer than usual, or is anything standing in front of the grille?"),
            them("Somebody put three pallets there. We moved them."),
            us("That should do it. I will keep an eye on the temperature until tomorrow."),
            report("Temperature has been stable at 79 °C for a day."),
        ),
        {"state": "limited", "signs": ("hot", "display"), "code": "T-02"},
        recurs=True,
    ),
    Story(
        "car",
        "parts",
        (
            ("Parcel shelf is missing", "The cover of the boot is gone, only the hooks are left."),
            ("Charging cable with a damaged sleeve", "The outer skin is split near the plug. It should not be used."),
        ),
        (
            us("Thank you. A replacement is in stock, our team will put it into the car."),
            report("Replacement fitted at the station."),
        ),
        {"delivery": "fit", "count": "1"},
    ),
    Story(
        "packer",
        "parts",
        (
            ("Teflon tape for the seal jaws", "We use about one roll a week. Please send a box."),
            ("Suction cups for the gripper", "Set of eight, grey. The plate is in the photo."),
        ),
        (
            us("In stock. Shall I make it a standing order for every month?"),
            them("Good idea, please do."),
            report("First box sent today, the next one follows on the first of the month."),
        ),
        {"delivery": "ship", "count": "8", "code": "CX-88-12"},
        (("plate", "Kartex CX 12", "KX-20-0562"),),
        devices=("Kartonierer",),
    ),
    Story(
        "car",
        "question",
        (
            ("How do I fold the rear seats?", "I am picking up a bicycle this evening and cannot find the lever."),
            ("Can I charge at any other station?", "I am going to Lübeck for the weekend. Which card do I use there?"),
        ),
        (
            us(
                "Good question. There is a short guide in the glove box; the quickest way is on page 4. Shall I send it to you?"
            ),
            them("Found it, works. Thanks."),
            us("Great, enjoy the trip."),
        ),
        {"topic": "operation"},
    ),
    Story(
        "car",
        "question",
        (
            ("Left my umbrella in the car", "A long black one with a wooden handle, behind the front seat."),
            ("Is my jacket still in the boot?", "Green rain jacket, size M. I ended the rental at 18:20."),
        ),
        (
            us("The next driver has just handed it in. You can fetch it at our desk on weekdays from 8 to 17."),
            them("That is wonderful, thank you."),
        ),
        {"topic": "lost"},
    ),
    Story(
        "packer",
        "question",
        (
            ("Manual in English", "We have four colleagues who read English better than German. Is there a manual?"),
            (
                "Cleaning plan for allergens",
                "We will run sesame on this line next month. Which parts need to come off?",
            ),
        ),
        (
            us("Yes, there is. Do you need it printed, or is a file enough?"),
            them("A file is enough."),
            report("Sent to the address of the shift leader."),
        ),
        {"topic": "operation"},
        devices=("Beutelmaschine", "Traysiegler"),
    ),
    Story(
        "car",
        "problem",
        (
            (
                "Recall: belt buckle, front right",
                "The maker asks for a check of the buckle. Takes 20 minutes at a dealer.",
            ),
            (
                "Prepare for winter tyres",
                "Swap is planned for the third week. Book the car out of service for half a day.",
            ),
        ),
        (
            note("Dealer has a slot on Thursday at 9. Blocked the car from 8 to 12."),
            us("I will drive it there."),
        ),
        {"state": "runs", "signs": ()},
        is_internal=True,
    ),
    Story(
        "packer",
        "problem",
        (
            ("Firmware 4.2 for the film sensor", "New release fixes the false E-217. Plan it with the next visit."),
            ("Check door switches on all lines", "After the failure on one line: same batch on the others."),
        ),
        (
            note("Tested on the machine in our workshop for two days, no findings."),
            us("Please keep the old version on the stick in case we have to go back."),
        ),
        {"state": "runs", "signs": ()},
        is_internal=True,
        devices=("Beutelmaschine",),
    ),
)

ENGLISH_PHRASES = Phrases(
    thanks=("Thank you.", "Thanks for the quick help.", "All good, many thanks.", "Brilliant, thanks."),
    again=(
        "Unfortunately it is back this morning, exactly as before.",
        "The same thing again, this time after half an hour.",
    ),
    reply=(
        "Thank you for telling me. I am reopening this and will look at it again today.",
        "I am sorry to hear that. I will take another look right away.",
    ),
    solved=(
        "Second visit: a loose connector was the cause. Secured it and watched for an hour.",
        "Checked again and replaced the part to be on the safe side.",
    ),
    comments={
        5: ("Very quick and friendly.", "Sorted right away. Could not be better.", "", "Great service."),
        4: ("Good help, the wait was a bit long.", "", "Worked well."),
        3: ("It worked out in the end, but I had to ask twice.", ""),
        2: ("It took far too long.",),
        1: ("I had to call several times before anybody answered.",),
    },
    withdrawn=("Handed over for the holidays.",),
    no_need=("Never mind, we have solved it ourselves.", "No longer needed, please cancel."),
    places=("At the station, bay 2", "Car park at Dammtor", "Große Elbstraße 40, left-hand side", "At the station"),
    at_machine=("Shift leader, phone 140", "Marek Dvorak, hall 1", "Maintenance, extension 152"),
)
