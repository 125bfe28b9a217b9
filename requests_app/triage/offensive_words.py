"""Offensive words: insults and slurs aimed at people, threats and hate, as they are written in the town's three languages.

Read against folded text: lower case, no accents, drawn-out letters once. Anger at things ("mierda de calle") and plain
blame ("inútiles", "ladrones", "incompétents") are not here: a town hall must be able to read and show that.
"""

PEOPLE_ES = r"(?:mor|negr|gitan|ruman|judi|chin|sudamerican|inmigrante?|extranjer|musulman)(?:[oa]s?|es|s)?"
PEOPLE_FR = (
    r"(?:arabes?|noirs?|negres?|juifs?|juives?|roms?|gitans?|migrants?|musulmans?|etrangers?|chinois|pedes?|gouines?)"
)
PEOPLE_EN = r"(?:pakis?|gypsies|gypsy|foreigners|immigrants|migrants|muslims|jews|blacks|arabs|romanians|poles)"

# Insults and slurs that are nothing else, whoever they are said of.
INSULTS = (
    # Spanish, of both shores.
    r"hij[oa]s? de (?:la )?(?:gran )?(?:pu?ta|perra|fruta)s?|hdp|hdlgp|hijueputas?|hijoputas?|cabro?n(?:es|as?|azos?)?",
    r"gilipollas|subnormal(?:es)?|imbecil(?:es)?|retrasad[oa]s? (?:mental(?:es)?|de mierda)|mongolic[oa]s?|mogolic[oa]s?",
    r"tont[oa]s? (?:del culo|de los cojones|de mierda)|pelotud[oa]s?|malparid[oa]s?|culeros?|basura humana",
    r"(?:que (?:os|te|le|les) den por (?:el )?culo)|(?:iros|idos|irse|vete|vayanse|andate|anda) a (?:tomar por (?:el )?culo|la mierda)",
    r"(?:come|chupa|comed|chupad|chupe)me la? ?(?:polla|verga|pija|los huevos)",
    r"(?:la )?concha de (?:tu|su|vuestra) (?:madre|hermana)|conchetumadre|(?:la )?puta que (?:te|los|las|os|lo) pari[oa]",
    r"me cago en (?:tus|vuestros|sus) muertos|me cago en (?:tu|vuestra|su) (?:puta )?madre|chinguen? a (?:tu|su|sus) madres?",
    r"chinga(?:da)? (?:tu|su) madre|(?:eres|sois|es|son) (?:una?s? )?(?:zorras?|perras?|putas?)(?! (?:mierda|verguenza|locura|pasada|ruina|broma|m\w+))|la muy puta",
    r"maric(?:on|ones|onazos?)|sudacas?|panchit[oa]s|negrat[ao]s?|travelos?|bolleras? de mierda|moromierdas?",
    # English.
    r"cu?nts?|wankers?|motherfuckers?|mother fuckers?|sons? of (?:a )?bitch(?:es)?|as+holes?|arseholes?|dickheads?|twats?",
    r"fu?ck (?:you|off|yoursel(?:f|ves)|the (?:mayor|council|police))|go fu?ck yoursel(?:f|ves)|bastards?|scumbags?|retards",
    r"(?:you|fucking|lying|stupid|little|(?:is|s) an?) (?:\w+ )?(?:retard|bitch(?:es)?)",
    r"(?:you|fucking|utter|absolute|are|is) scum|scum like (?:you|them)|(?:you|he|she|they)(?: are| is|re|s)? (?:all )?(?:a )?(?:lying )?pieces? of shit",
    r"suck my (?:dick|cock)|shove it up your (?:arse|ass)|faggots?|nigg(?:er|a)s?|pakis?|kikes?|spics|pikeys?|trannys?|trannies",
    # French.
    r"con+ards?|con+asses?|encules?|fils? de putes?|fdp|ntm|niqu(?:e|ez) (?:ta|vos|sa|leur|la|le)|salopes?|salauds?|salopards?",
    r"enfoires?|batards?|(?:sales?|grosses?|vieilles?) putes?|(?:ta|vos) gueules?|va te faire (?:foutre|enculer|mettre)",
    r"allez vous faire (?:foutre|enculer|mettre)|trous? du cul|trouducs?|abruti(?:e?s)?|(?:gros|sales?|pauvres?|petits?) con(?:s|ne|nes)?",
    r"bougnoules?|bicots?|youpins?|tarlouzes?|tafioles?",
)
# Everyday words that insult only whom they are said to.
MILD = (
    r"(?:idiot[ae]?s?|tontos? del bote|mong[oa]l[oa]?s?|pendej[oa]s?|forr[oa]s|boludos|put[oa]s|payasos? de mierda|escoria"
    r"|morons?|imbeciles?|cretin[aeo]?s?|debiles?(?: mentaux)?|con(?:s|nes)|pricks?|tapettes?|tarees?)"
)
AIMED = (
    r"(?:intendente|alcalde|alcaldesa|sois|eres|son|es|panda de|sarta de|hatajo de|pedazo de|manga de|menud[oa]s?|malditos?|putos?"
    r"|you|youre|they are|are|all|bunch of|pack of|fucking|stupid|absolute|complete"
    r"|vous etes|tu es|t es|ils sont|elles sont|c est|bande de|tas de|especes? de?|quels?|quelles?|sale)"
    r"(?: (?:unos|unas|un|una|tod[oa]s|muy|a|an|the|all|fucking|bloody|des|une|tous|toutes|vraiment|de|grands?|gros))*"
)
HATE = (
    rf"put[oa]s? {PEOPLE_ES}|{PEOPLE_ES} (?:de mierda|asqueros[oa]s?)|fuera (?:de aqui )?(?:l[oa]s )?(?:put[oa]s )?{PEOPLE_ES}",
    rf"{PEOPLE_ES} fuera|muerte a(?:l| los| las) \w+|(?:hay|habria) que (?:matar|fusilar|gasear|ahorcar|quemar)l[oa]s|a tu (?:puto )?pais",
    rf"(?:dirty|filthy|fucking|bloody) {PEOPLE_EN}|{PEOPLE_EN} (?:scum|out)|(?:send|ship) (?:the|those|these|all) \w+ back",
    r"go back to (?:your|where)|back where (?:you|they) came|gas them|(?:send|ship) them (?:all )?back|burn them (?:all )?(?:out|alive)",
    rf"sales? {PEOPLE_FR}|{PEOPLE_FR} (?:de merde|dehors)|dehors les {PEOPLE_FR}|mort aux \w+",
    r"rentr(?:e|ez) chez (?:toi|vous)|retourn(?:e|ez) dans (?:ton|votre) pays",
)
THREATS = (
    r"(?:te|os|le|les|los|l[oe]s) (?:voy|vamos|vais?) a (?:matar|rajar|reventar|apunalar|ahostiar|quemar|degollar|hostiar|cagar a (?:palos|trompadas))",
    r"(?:voy|vamos) a (?:matar|rajar|reventar|partir|romper|quemar|pegar)(?:te|os|le|les) ?",
    r"(?:te|os|le|les) (?:voy|vamos) a (?:partir|romper|reventar|cortar|pegar|dar|meter|arrancar) (?:la|las|el|los|un|una|dos|cuatro|de) "
    r"(?:cara|piernas?|boca|cabeza|cuello|tiros?|paliza|hostias?|palos?|navajazos?|dientes)",
    r"voy a quemar (?:el ayuntamiento|la municipalidad|tu|vuestr[oa]s?|su) ?(?!basura)|se donde viv(?:es|is|e|en)|sabemos donde viv\w+",
    r"(?:vas|vais|van) a acabar (?:en el hospital|muert[oa]s?|en una cuneta)|date por muert[oa]|estas muert[oa]",
    r"(?:ojala|que) (?:os|te|se|le|les) (?:mur|muer)(?:ais|as|an?|a)|ojala (?:os|te|le|les) (?:atropell|mat|peg|quem)\w+",
    r"(?:i|we) ?(?:ll| will| am going to| are going to|m going to|m gonna|re gonna|re going to|m coming to) (?:\w+ ){0,4}?(?:kill|stab|shoot|beat|strangle|hurt|burn) "
    r"(?:you|him|her|the mayor|that (?:warden|officer|man|woman)|your)",
    r"(?:break|smash|kick) (?:your|his|her|their) (?:legs?|neck|face|nose|head|teeth|skull)(?: in)?|know where (?:you|he|she|they) lives?",
    r"hope (?:you|they|he|she|the mayor)(?: \w+)? (?:die|dies|burn|get cancer|gets cancer|rot)|kill yoursel(?:f|ves)|(?:you are|youre) dead",
    r"(?:je vais|on va|j vais) (?:te|vous|le|la|les) (?:tuer|crever|buter|egorger|defoncer|bruler|demonter|planter|fumer|massacrer)",
    r"(?:je vais|on va) (?:te|vous|lui|leur) (?:casser|peter|exploser|eclater) (?:la|les|le) (?:gueule|dents|nez|figure|tete|jambes)",
    r"(?:sais|sait|savons) ou (?:tu habites|vous habitez|il habite|elle habite|tu vis)|(?:vas|allez) (?:tous )?crever|^ ?va crever|crevez (?:tous|donc)",
    r"j espere que (?:tu vas|vous allez) (?:tous )?(?:crever|mourir)|suicide[sz]? (?:toi|vous)|pends toi",
)

# Said of somebody else's words: a wall to be cleaned, an insult that was suffered.
REPORTED = (
    r"pintadas?|grafitis?|graffitis?|tags?|carteles?|cartel|pone|ponia|pintaron|pintado|escrit[oa]s?|escribieron|"
    r"(?:me|nos|le|les|lo|la|se) (?:\w+ )?(?:llam|grit|insult|dij|dic)\w+|gritando|gritaron|llamandome|insultos?|"
    r"sprayed|painted|written|reads|graffito|sticker|shout(?:ed|ing|s)|yell(?:ed|ing|s)|call(?:ed|ing|s) (?:me|us|him|her|my)|slurs?|"
    r"ecrit|inscriptions?|inscrit|autocollants?|peint|traite(?:e|s|es)? de|traiter de|cri(?:e|ait|ent) (?:des )?|insulte(?:e|s|r)?"
)
# Said of oneself, or of what one is not: "me siento gilipollas", "we are not idiots".
OF_ONESELF = (
    r"me (?:siento|sent[ia]+)(?: \w+)?|(?:me|nos) (?:tom|trat|tien)\w+ (?:por|como|de)|no (?:soy|somos|eramos|sea(?:is|n)|seas)|"
    r"que (?:soy|somos)|we are|we re|were|i am|i m|im|not(?: all)?|like|comme|pour|pas|nous sommes|je suis|por ser|"
    r"parezco|parecemos|como si fueramos|hago el|hacer el|haciendo el"
)
ARTICLES = r"(?: (?:unos|unas|un|una|an?|the|des|une|tous|todos|completos?|fucking|de))*"
