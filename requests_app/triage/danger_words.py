"""Danger words: what people write when somebody may be hurt now or within hours; in the town's three languages."""

from requests_app.triage.little_words import LANGUAGES, Language, word_set
from requests_app.triage.words import Match, PhraseBook, TextView

# What burns, leaks, hangs live, lies open or is about to fall, and people hurt, attacked, trapped or lost. Whole
# phrases rather than words: "heridas" are also a tree's, "inconscientes" an insult and "auxilio" a spare wheel.
PHRASES: dict[Language, str] = {
    "es": "=incendio, =incendios, incendiando, incendiado, prende fuego, prendio fuego, prendieron fuego, "
    "prendiendo fuego, pegado fuego, hay fuego, =arde, =ardiendo, =llamas, sale humo, "
    "humo negro, mucho humo, explosion, exploto, olor gas, huele gas, fuga gas, escape gas, cable pelado, "
    "cables pelados, cable caido, cables caidos, cable tirado, cables tirados, cable suelto, cables sueltos, "
    "cable alta tension, cayo cable, cayeron cables, da corriente, da calambre, descarga electrica, "
    "electrocutar, electrocutado, chispas, chispazos, alcantarilla abierta, alcantarilla sin tapa, "
    "alcantarilla destapada, tapa abierta, falta tapa, sin tapa, arqueta abierta, pozo abierto, "
    "boca tormenta abierta, hay herido, hay heridos, heridos graves, persona herida, niño herido, niña herida, "
    "señora herida, hombre herido, mujer herida, resulto herido, hay accidente, accidente grave, "
    "accidente ahora, acaba accidente, ha habido accidente, hubo accidente, choque heridos, vuelco coche, "
    "coche volcado, persona inconsciente, hombre inconsciente, mujer inconsciente, inconsciente suelo, "
    "desmayado, desmayada, desmayo, no respira, convulsiones, sangrando, desangra, manden ambulancia, "
    "llamen ambulancia, hace falta ambulancia, necesita ambulancia, necesitamos ambulancia, estan asaltando, "
    "estan agrediendo, esta agrediendo, agrediendo, estan pegando, esta pegando, pegando paliza, apuñalado, "
    "apuñalada, apuñalaron, cuchillo, navaja, pistola, hombre armado, disparos, tiroteo, =tiros, "
    "persigue hombre, pido auxilio, piden auxilio, pide auxilio, niño atrapado, gente atrapada, "
    "persona atrapada, atrapado ascensor, atrapada ascensor, atrapados ascensor, encerrada ascensor, se ahoga, "
    "ahogando, punto caer, punto caerse, va caer encima, va caer arbol, arbol va caer, poste va caer, "
    "muro va caer, se cae encima, punto derrumbarse, derrumbe, derrumba, derrumbado, derrumbo, "
    "desprende cornisa, cornisa desprende, caen cascotes, caen trozos, cayendo trozos, cayo arbol, cayo poste, "
    "cayo rama encima, arbol sobre coche, arbol bloquea calle, perro ataca, perro ataco, perro atacando, "
    "perros atacan, perro mordio, perro mordido, perro muerde, mordio niño, niño perdido, niña perdida, "
    "menor solo, desaparecido niño, desaparecida niña, anciano desorientado, anciana desorientada, "
    "señor desorientado, quiere tirarse, intento suicidio, suicidarse, secuestro, maltratando mujer, "
    "pegando mujer, entra agua casa, entrando agua casa, agua entra casas, se hundio calle, intoxicados, "
    "semaforo no funciona, semaforos no funcionan, semaforo apagado, semaforos apagados, semaforo roto, "
    "semaforos rotos, semaforo averiado, semaforo trabado, semaforo no anda, semaforos no andan, "
    "semaforo sin funcionar, semaforos sin funcionar, semaforo intermitente, cable electrico colgando, "
    "cables electricos colgando, cable colgando, cables colgando, cable electrico suelo, cables electricos suelo, cable colgando acera, "
    "estan robando casa, estan robando coche, me estan robando, estan robando ahora, =atropellado, "
    "=atropellada, =atropellaron, han atropellado, acaban atropellar, casi atropellan, hay atropello, "
    "hubo atropello, habido atropello, dado infarto, sufrido infarto, posible infarto, sufre infarto, "
    "pido socorro, pide socorro, gritos socorro, grita socorro, gritando socorro, robado tapa alcantarilla, "
    "robaron tapa, perdida gas, olor fuerte gas, quema contenedor, quema contenedores, contenedor ardiendo, "
    "sin tapa pozo, agujero sin tapa, rama punto caer, peligro derrumbe, peligro electrocucion, "
    "hombre tirado suelo, mujer tirada suelo, persona tirada suelo, señor tirado suelo, "
    "=lipotimia, =lipotimias, golpe calor, golpes calor, insolacion, se desmayo, se desmayan, desmayos, "
    "me amenaza, me pega, le pega, amenaza muerte, amenaza matar, quiere matarme, tengo miedo, oigo gritos, "
    "se oyen gritos, pide ayuda, piden ayuda, no reacciona, persona no responde, hombre no responde, mujer no responde, vecino no responde, vecina no responde, no contesta abre, mordida vibora",
    "en": "house fire, on fire, caught fire, is burning, are burning, in flames, flames, smoke coming, black smoke, "
    "smoke pouring, explosion, exploded, explode, gas leak, leaking gas, smell gas, smells gas, gas smell, "
    "live wire, live wires, live cable, exposed wires, downed wire, downed wires, wire down, wires down, "
    "downed power line, power line down, power lines down, downed line, fallen cable, fallen wire, "
    "hanging wire, sparks, sparking, electric shock, electrocuted, open manhole, manhole open, "
    "manhole cover missing, missing manhole cover, no manhole cover, manhole without cover, uncovered manhole, "
    "cover missing drain, injured, someone hurt, somebody hurt, person hurt, people hurt, kid hurt, child hurt, "
    "is hurt, seriously hurt, hit by car, hit by truck, hit by bus, hit pedestrian, run over, ran over, "
    "bad accident, serious accident, there's accident, there is accident, been accident, just crashed, "
    "car overturned, unconscious, passed out, collapsed man, man collapsed, woman collapsed, someone collapsed, "
    "not breathing, bleeding, heart attack, seizure, need ambulance, call ambulance, send ambulance, "
    "being attacked, attacking people, is attacking, attacked by, got attacked, being robbed, being mugged, "
    "stabbed, stabbing, shots fired, gunshots, gunfire, man gun, armed man, with gun, with knife, knife, "
    "help me, trapped, stuck elevator, stuck lift, drowning, about to fall, about to collapse, going to fall, "
    "going to collapse, collapsing, wall collapsed, tree fell on, fallen tree blocking, tree down across, "
    "dog attack, dog attacked, dog attacking, dog bit, dog bite, bitten, missing child, lost child, "
    "child alone, suicidal, wants to jump, kidnapped, traffic light out, traffic lights out, "
    "traffic lights not working, traffic light not working, traffic signal out, traffic signal not working, "
    "signal not working, stop sign missing, stop sign down, man lying ground, woman lying ground, "
    "person lying ground, someone lying, lying unconscious, drive by shooting, active shooter, wires exposed, "
    "nearly hit by car, power cable down, cable down, heat stroke, heatstroke, fainted, "
    "threatens me, threatening me, hits me, hitting me, beating wife, beating me, screaming, man not responding, woman not responding, person not responding",
    "fr": "incendie, en feu, =au feu, prend feu, pris feu, flammes, fumee noire, beaucoup fumee, explosion, explose, "
    "fuite gaz, odeur gaz, sent gaz, sent le gaz, cable tombe, cables tombes, cable denude, cables denudes, "
    "cable arrache, fil electrique tombe, fil denude, etincelles, electrocute, decharge electrique, "
    "plaque egout ouverte, plaque egout manque, plaque egout enlevee, plaque egout volee, egout ouvert, "
    "egout sans plaque, bouche egout ouverte, regard ouvert, quelqu'un blesse, personne blessee, enfant blesse, "
    "homme blesse, femme blessee, des blesses, est blesse, est blessee, un blesse, renverse pieton, "
    "pieton renverse, ete renverse, ete renversee, s'est fait renverser, accident grave, gros accident, "
    "y a accident, accident vient, vient avoir accident, est inconscient, est inconsciente, homme inconscient, "
    "femme inconsciente, personne inconsciente, ne respire, saigne, crise cardiaque, besoin ambulance, "
    "appelez ambulance, appelez pompiers, appelez samu, se fait agresser, fait agresser, en train agresser, "
    "agresse en ce moment, se fait tabasser, poignarde, couteau, homme arme, coups feu, coup feu, fusillade, "
    "pistolet, aidez moi, coince ascenseur, coincee ascenseur, coinces ascenseur, bloque ascenseur, "
    "bloquee ascenseur, se noie, noyade, va tomber, vont tomber, va s'effondrer, s'effondre, effondre, "
    "effondrement, menace tomber, menace s'effondrer, arbre tombe, chien attaque, chien mordu, mordu enfant, "
    "mordue chien, mordu chien, enfant disparu, enfant perdu, enfant seul, veut sauter, suicider, "
    "enlevement enfant, eau rentre maison, eau entre maison, feu tricolore panne, feux tricolores panne, "
    "feux panne, feu rouge panne, feux tricolores eteints, feux eteints, feux ne marchent, "
    "feux ne fonctionnent, poubelle brule, conteneur brule, ca brule, maison brule, voiture en feu, "
    "poubelle en feu, pris piege, au secours, fait malaise, fils electriques tombes, fils electriques pendent, "
    "fils electriques pendants, fil electrique pend, homme au sol, femme au sol, personne au sol, "
    "allonge par terre, coup couteau, risque effondrement, risque de tomber, coup chaleur, font malaise, fait malaise, "
    "me menace, me frappe, me tape, frappe femme, frappe une femme, crie aide, homme repond plus, femme repond plus, personne repond plus",
}
# "Simulacro de incendio", "la jornada de prevención": spoken of, not happening.
_CALM = word_set(
    "simulacro simulacros prevencion prevenir curso charla jornada jornadas recuerda consejos aniversario pelicula "
    "drill exercise prevention training workshop anniversary movie exercice formation anniversaire film"
)
_NEGATIONS = word_set("no sin ningun ninguna nadie without not none never pas sans aucun aucune")
_BOOK = PhraseBook(
    ("danger", language, phrase) for language, phrases in PHRASES.items() for phrase in phrases.split(", ")
)


def dangers_in(view: TextView) -> list[Match]:
    """The phrases of danger in a text, those left out that it denies ("sin heridos").

    Phrases count in every language, whatever the rest seems to be in; single words only in the text's own.
    """
    return [
        match
        for match in _BOOK.find(view, languages=LANGUAGES)
        if match.phrase.rest or match.phrase.language in (view.languages or LANGUAGES)
        if match.position == 0 or view.words[match.position - 1] not in _NEGATIONS
    ]


def is_calm(view: TextView) -> bool:
    """Whether it speaks of a drill or a course, however dangerous that sounds."""
    return not _CALM.isdisjoint(view.words)
