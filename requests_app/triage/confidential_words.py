"""Confidential words: how people tell of a named neighbour, a child in trouble, an illness, blows at home, or accuse with a
plate or a face; in the town's three languages.

Read against text without accents; all but the names against lower case. Whole turns of phrase rather than words: "violencia
de género" is also a minute's silence, "cáncer" a charity run, and where children play a broken swing is everybody's business.
"""

# --- who -----------------------------------------------------------------------

KIN_ES = r"(?:marido|ex ?marido|mujer|ex ?mujer|esposa?o?|pareja|ex ?pareja|ex|novi[oa]|ex ?novi[oa]|padre|madre|padrastro|herman[oa]|hij[oa]|yerno|cunad[oa]|suegr[oa])"
KIN_EN = r"(?:husband|ex ?husband|wife|ex ?wife|partner|ex ?partner|ex|boyfriend|girlfriend|father|dad|mother|mum|mom|stepfather|brother|sister|son|daughter|aunt|uncle|grandmother|grandfather|nan)"
KIN_FR = r"(?:mari|ex ?mari|femme|conjoint|compagnon|ex|copain|pere|mere|beau ?pere|frere|soeur|fils|fille|grand[ -]?mere|grand[ -]?pere|tante|oncle)"
SOMEBODY_ES = rf"(?:mi {KIN_ES}|mi (?:abuel[oa]|ti[oa]|vecin[oa])|(?:el|la|un|una) (?:vecin[oa]|senora?|hombre|mujer|abuel[oa]|ancian[oa]|chic[oa]) (?:de(?:l)?|que vive|con)|(?:el|la) del? \d)"
SOMEBODY_EN = rf"(?:my {KIN_EN}|my neighbou?r|(?:the|an?) (?:old |elderly )?(?:man|woman|lady|neighbou?r) (?:at|from|in|next|upstairs|downstairs|above|below|who))"
SOMEBODY_FR = rf"(?:m(?:on|a) {KIN_FR}|m(?:on|a) voisine?|(?:la|le|une?) (?:vieux |vieille )?(?:dame|monsieur|voisine?|homme|femme) (?:du|de|au|qui))"
CHILD_ES = r"(?:mi hij[oa]|nin[oa]s? de \d+ anos|mi(?: \w+)? (?:nin[oa]|crio|cria|nieto|nieta|sobrin[oa])|(?:un|una|el|la|unos|dos|tres) (?:nin[oa]s?|cri[oa]s?|bebes?|menor(?:es)?|chaval(?:es)?|adolescentes?|alumn[oa]s?|chiquill[oa]s?|pibit[oa]s?|nen[ea]s?))"
CHILD_EN = r"(?:my (?:son|daughter|kid|child|boy|girl|niece|nephew|grandson|granddaughter)|(?:an?|the|two|three|some|small|little|young) (?:\w+ )?(?:kids?|child(?:ren)?|bab(?:y|ies)|toddlers?|boys?|girls?|teenagers?|pupils?))"
CHILD_FR = r"(?:m(?:on|a) (?:fils|fille|enfant|gamine?|petit-fils|neveu|niece)|(?:une?|le|la|l|les|deux|trois|des) ?(?:petite? )?(?:enfants?|gamine?s?|bebes?|mineure?s?|ados?|fillettes?|garcons?|eleves?))"
# A few words may stand between who and what.
NEAR = r"[^.!?\n]{0,40}?\b"
FAR = r"[^.!?\n]{0,60}?\b"

# --- what ----------------------------------------------------------------------

HOME_VIOLENCE = (
    rf"{SOMEBODY_ES}{FAR}(?:me|nos|la|le) (?:pega|pego|golpea|amenaza|maltrata|agrede|agredio|viola|persigue|acosa|empuja|encierra|controla|insult\w+|empuj\w+|humill\w+)\b",
    rf"(?:pega|pegando|golpea|golpeando|maltrata|maltratando|agrede|amenaza)(?:ndo)? a (?:su|mi|sus|mis) (?:{KIN_ES}|hijos|padres|abuel[oa])",
    r"(?:sufr\w+|soy victima|victima|denunci\w+|por) (?:de )?(?:malos tratos|maltrato|violencia (?:machista|domestica|de genero|en casa)) (?!en el barrio)(?:de mi|por|desde|y no|en casa|a manos|, )",
    r"(?:sufr\w+|soy victima de|es victima de|tiene) (?:malos tratos|maltrato|violencia)",
    r"(?:pegando|pega|golpeando|maltratando) a (?:una|su|la) (?:mujer|chica|pareja|senora)|orden de alejamiento|quebrant\w+ la orden|me ha pegado|me pega\b|(?:volvio|vuelve|empez\w+|amenaz\w+ con) (?:a )?(?:pegarme|pegarnos|golpearme|matarme)|\b(?:papa|mama) (?:me|nos|le|la) (?:pega|pego|golpea)\b|tengo miedo de (?:mi|que me)|se oyen (?:los )?golpes y|golpes y (?:los )?gritos|gritos y golpes|a una mujer (?:gritar|llorar|pedir)",
    rf"my {KIN_EN}{FAR}(?:hits|hit|beats|beat|punched|punches|slaps|slapped|kicks|kicked|threatens|threatened|abuses|abused|strangles|strangled|chokes|choked|rapes|raped|locks) (?:me|us|her|him|my)\b",
    rf"(?:beat(?:ing|s)?|hit(?:ting|s)?|abus(?:ing|es)|threaten(?:ing|s)) (?:his|her|their|my) (?:{KIN_EN}|kids|children|mother|parents)",
    r"restraining order|non[- ]molestation order|(?:victim|survivor|suffer\w*) (?:of |from )?domestic (?:abuse|violence)|domestic (?:abuse|violence) (?:next door|at|in the (?:flat|house))|afraid of my",
    rf"m(?:on|a) {KIN_FR}{FAR}(?:me|nous) (?:frappe|bat|tape|menace|insulte|viole|harcele|sequestre)\b",
    rf"(?:el|la) {KIN_ES} (?:de|del)\b{FAR}(?:la|le) (?:pega|golpea|maltrata|amenaza|agrede)\b|(?:me|la) maltrata\b|maltratad[oa]s? por (?:su|mi) {KIN_ES}",
    rf"(?:being|been|getting|is|was|gets) (?:beaten(?: up)?|battered|hit|abused|strangled|punched) by (?:his|her|their|my) {KIN_EN}|\b(?:he|she) (?:hits|beats|punches|strangles) me\b|\b(?:her|his) {KIN_EN} (?:hits|beats|punches|chokes|threatens|is (?:hitting|beating)) (?:her|him)\b",
    rf"(?:m(?:on|a) {KIN_FR}|(?:m(?:on|a)|la|le|une?) (?:voisine?|dame|amie?)){NEAR}se fait (?:taper|battre|frapper|cogner)|\b(?:il|elle|papa|maman) (?:me|nous) (?:frappe|bat|cogne|tape)\b",
    rf"(?:bat|frappe|tape|cogne|menace|battre|frapper) (?:sur )?(?:sa|son|ses|ma) (?:{KIN_FR}|enfants|gosses)",
    r"ordonnance de protection|victime de violences|violences? conjugales? (?:chez|de mon|depuis)|femme battue|(?:coups|cris)(?: et des? (?:cris|coups))? chez (?:le|la|les|mon|ma) voisine?s?|peur de mon",
)
SEXUAL_VIOLENCE = (
    r"me (?:han |ha )?viol(?:ado|aron|o)\b|(?:fui|he sido|soy|fue|ha sido|es) victima de (?:una? )?(?:abusos? sexual\w*|agresion sexual|violacion)",
    r"(?:abus(?:o|aba|aron|an|a) (?:sexualmente )?de|agredi\w+ sexualmente a|violo a) (?:mi|una?|la|el|su)\b|me (?:toco|tocaron|manose\w+|metio mano)\b",
    r"(?:was|were|been|got) (?:\w+ )?(?:raped|sexually (?:assaulted|abused)|molested|groped)|(?:raped|molested|groped|sexually assaulted) (?:me|her|my|a)\b",
    r"(?:j'ai ete|elle a ete|a ete|me suis fait|s'est fait|on m'a|m'a|l'a) (?:violee?r?s?|agresse\w* sexuellement|abusee?s? sexuellement)\b",
)
MINORS = (
    rf"{CHILD_ES}{FAR}(?:bullying|acos(?:o|an|ad[oa]s?)|le pegan|pegan|maltrat\w+|abandonad[oa]s?|sol[oa]s? en (?:casa|el piso|la calle|el balcon|el coche|la terraza)|sin comer|abus\w+|toc(?:o|an|aba) a|agredid[oa]s?|sin (?:ir al|escolarizar)|se (?:ha|han) (?:escapado|fugado)|desaparecid[oa]s?|pidiendo limosna|se autolesiona|se corta\b|se droga)",
    rf"(?:bullying|acoso escolar|abus\w+|pegan|pego|maltrat\w+|tocamientos|agredi\w+) a {CHILD_ES}|a mi hij[oa]{FAR}(?:bullying|pegan|acosan|insultan|amenazan)",
    r"(?:toca|tocaba|tocando|manosea\w*|acosa|acosaba) a (?:los|las|mis?|una?|sus) (?:nin[oa]s?|alumn[oa]s?|hij[oa]s?|menor(?:es)?|chic[oa]s?)\b|dejan? (?:al|a la|a los|a su|a sus|a un|a una) (?:bebe|nin[oa]s?|cri[oa]s?|hij[oa]s?|peques?)(?: \w+){0,2} (?:sol[oa]s?|encerrad[oa]s?)",
    r"(?:leave|leaving|left) (?:their|her|his|a|the) (?:\w+ )?(?:baby|kids?|child(?:ren)?|toddler|son|daughter)(?: \w+){0,1} (?:home )?alone",
    r"laiss\w+ (?:leurs?|son|sa|ses|un|une) (?:enfants?|bebe|fils|fille|gosses?) (?:tout )?seule?s?",
    r"(?:se acerca|acercandose|ofrece\w*|enseno|ensena\w*|exhibi\w+|sigue|siguiendo|hace fotos|grabando) (?:\w+ ){0,3}?a (?:los|las|unos|unas) (?:nin[oa]s|menores|crias?o?s?|ninos)",
    rf"{CHILD_ES}{FAR}(?:no va|lleva\w*(?: \w+){{0,3}} sin ir|falta) (?:al|a la) (?:cole|colegio|escuela|instituto)",
    rf"{CHILD_EN}{FAR}(?:bullied|bullying|abused|neglected|left (?:home )?alone|home alone|beaten|starving|missing from home|ran away|run away|self[- ]harm\w*|groomed|not been (?:to|in) school|begging|hit by (?:his|her|their))",
    r"(?:approach(?:es|ing|ed)|following|follows|filming|exposed himself to|offering|touched) (?:\w+ ){0,2}?(?:children|kids|schoolgirls|girls|boys)",
    rf"{CHILD_FR}{FAR}(?:harcele\w*|maltraite\w*|battue?s?\b|(?:laisse\w*|reste\w*) (?:tou(?:te?s?) )?seule?s?|abandonne\w*|fugue\w*|agresse\w*|abuse\w*|disparue?s?|ne va (?:plus|pas) a l ?ecole|se mutile|racket\w*|mendi\w+)",
    r"(?:aborde|suit|filme|propose\w*) (?:\w+ ){0,4}?(?:aux enfants|les enfants|des enfants|les fillettes|aux fillettes)",
)
ILLNESS_ES = r"(?:alzh?eimer|demencia|cancer|tumor|depresion|esquizofreni\w*|bipolar|autis\w+|epilep\w+|vih|sida|parkinson|ictus|anorexi\w+|bulimi\w+|ludopat\w+|alcoholi\w+|drogadict\w+|toxicoman\w+|heroinoman\w+|enfermedad mental|trastorno\w*|diogenes|quimio\w*|dialisis|esclerosis|brote psicotico|psicotic\w+|anorexi\w+|crisis de ansiedad|seropositiv\w+)"
ILLNESS_EN = r"(?:alzheimer'?s?|dementia|cancer|tumou?r|depress(?:ion|ed)|schizophreni\w+|bipolar|autis\w+|epilep\w+|hiv|aids|parkinson'?s?|stroke|anorexi\w+|alcoholic|(?:drug |heroin )?addict\w*|mental (?:illness|breakdown)|hoarder|hoarding|chemo\w*|dialysis|multiple sclerosis|ptsd|psychotic|psychosis|suicidal|panic attacks|hiv[- ]positive)"
ILLNESS_FR = r"(?:alzheimer|demence|cancer|tumeur|depressi\w+|schizophren\w+|bipolaire|autis\w+|epilep\w+|vih|sida|parkinson|avc|anorexi\w+|alcoolique|toxicomane|droguee?|maladie mentale|diogene|chimio\w*|dialyse|sclerose|psychotique|psychose|suicidaire|seropositi\w+)"
HEALTH = (
    rf"(?:{SOMEBODY_ES}|mi (?:abuel[oa]|suegr[oa])){NEAR}{ILLNESS_ES}",
    rf"(?:tengo|padezco|sufro|soy|estoy (?:con|de|en tratamiento)|me han (?:diagnosticado|detectado)|diagnosticad[oa]) (?:\w+ ){{0,3}}?{ILLNESS_ES}",
    r"(?:quiero|quiere|intent\w+|va a|voy a|pensando en) (?:\w+ )?(?:suicid\w+|quitar(?:me|se) la vida|matarme)|no quiero (?:seguir )?vivir|se ha intentado suicidar|dejado la medicacion|no se toma la medicacion",
    r"(?:quiero|ganas de) morir(?:me)?\b(?! de (?:calor|frio|risa|hambre|verguenza|asco|sueno))|\bestoy (?:\w+ )?embarazada (?:y|de \d|de (?:\w+ )?(?:semanas|meses))",
    r"\bi (?:just )?(?:want|wish) to die\b(?! (?:of|laughing))|\bi(?:'m| am) (?:\w+ )?pregnant\b|(?:envie de|veux|voudrais) mourir\b(?! de (?:rire|chaud|froid|faim|honte))|\bje suis enceinte",
    rf"{SOMEBODY_EN}{NEAR}{ILLNESS_EN}",
    rf"(?:i have|i've got|i suffer from|i am|i'm|diagnosed with|living with) (?:\w+ ){{0,2}}?{ILLNESS_EN}",
    r"(?:want|wants|going|trying|tried|threatening) to (?:kill (?:myself|himself|herself|themselves)|end (?:my|his|her) life)|(?:taking|off) (?:his|her|my) medication",
    rf"{SOMEBODY_FR}{NEAR}{ILLNESS_FR}",
    rf"(?:j'ai|je suis|je souffre|en|atteinte?|diagnostique\w*) (?:(?:en|un|une|d'|de|du|d'un|la|le|pleine) ?){{0,2}}{ILLNESS_FR}",
    r"(?:veux|veut|voulait|tente de|menace de) (?:me |se |s')?(?:suicider|tuer|foutre en l'air)|en finir avec la vie|arrete (?:son|mon) traitement",
)

# --- accusations ---------------------------------------------------------------

ACCUSES = (
    r"\b(?:rob[aoe]\w*|ha robado|ladron\w*|vende\w* (?:droga\w*|hachis|coca\w*|porros|marihuana)|trapiche\w+|droga\w*|amenaz\w+|acos\w+|insult\w+|"
    r"peg[ao]\b|pegando|agred\w+|estaf\w+|engana\w*|tira\w* (?:la |los |las |su )?(?:basura|escombros|colillas|muebles|bolsas|agua)|borrach[oa]|"
    r"debe\b|mord\w+|sin bozal|no recoge\w*|okup\w+|denunciar a|denuncio a|quem[ao]\b|rompi\w+|rayo\b|rayado|pinch\w+|vandal\w+|alquila sin|sin licencia|infiel|prostitu\w+|no paga\w*|defraud\w+|es un[a]? (?:chorizo|sinverguenza|moros[oa]|maltratador\w*|pederasta|corrupt[oa])|"
    r"steal\w*|stole\w*|thie\w+|deal(?:s|ing|er) ?(?:drugs|weed|coke)?|threaten\w*|harass\w*|abus\w+|attack\w*|assault\w*|smash\w*|vandali\w+|"
    r"dump(?:s|ed|ing)|fly-?tip\w*|drunk|cheat\w*|scam\w*|owes|bit\b|set fire|keyed|sublet\w*|prostitut\w+|lets (?:his|her) dog|"
    r"vol(?:e|ee|er|eur|ait)\b|vend de la|deal\w*|menac\w+|harcel\w+|agress\w+|insulte\w*|frapp\w+|jette\w*|balance ses|ivre|bourree?\b|"
    r"escroqu\w+|doit \d|mordu|casse\w*|incendi\w+|brule\w*|squatt\w+|trompe|laisse son chien|porter plainte contre)"
)
DRIVES = (
    r"\b(?:aparca\w*|aparcado\w* (?:en|sobre) (?:la acera|el paso|el vado|doble)|doble fila|minusvalid\w+|discapacitad\w+|vado|atropell\w+|fuga\b|se dio a la fuga|"
    r"borrach\w+|exceso de velocidad|a toda velocidad|como un loco|en rojo|contramano|contradireccion|carreras|chate?\w*|choco\b|estaciona\w*|"
    r"tira\w*|viert\w*|vertiendo|rob[ao]\w*|amenaz\w+|insult\w+|conductor|park(?:s|ed|ing)? (?:across|on|in|over)|disabled bay|double[- ]parked|speed(?:s|ing)|hit and run|"
    r"drove off|drives like|ran over|ran a red|driver|dump\w*|fly-?tip\w*|drunk|threw|road rage|"
    r"se gare\w*|garee? (?:sur|devant)|place handicape\w*|double file|roule\w* (?:a|comme)|fuit\b|delit de fuite|renverse\w*|grille\w*|ivre|conducteur|jette\w*|percut\w+)"
)
# A car that somebody left behind accuses nobody.
LEFT_BEHIND = r"\b(?:abandonad\w+|abandoned|abandon(?:nee?)?|ventouse|epave|flat tyres?|pneus? (?:a plat|creve)|ruedas? pinchadas?|luces? (?:encendida|puesta)s?|lights? on|dumped car|for months|desde hace meses)"
FACES = (
    r"(?:se (?:le|les) (?:ve|reconoce|distingue)\w*(?: \w+){0,3}? (?:la cara|las caras|perfectamente|el rostro)|se (?:le|les) reconoce|"
    r"se ve(?:n)? (?:\w+ )?(?:la cara|las caras|el rostro) (?:al?|del?) (?!norte|sur|este|oeste)|tengo (?:fotos?|video|grabad[oa]s?)(?: \w+){0,2} (?:del?|al) (?:que|ladron|tio|hombre|chaval)|"
    r"(?:fotos?|video) de (?:la|su) cara (?:del?|de la|al)\b|"
    r"(?:foto|video|fotos) (?:del?|de la|al) (?:que|ladron|tipo|tio|individuo|chaval|senora?|vecin[oa])|"
    r"(?:see|shows?|recogni[sz]e|got|caught|have) (?:\w+ ){0,2}?(?:his|her|their) faces?|(?:photo|picture|video|footage|cctv) of (?:the|him|her|them|this) ?(?:man|guy|woman|lad|kid|thief|person|one|who|\b)|"
    r"(?:on )?(?:voit|reconnait|distingue)(?: \w+){0,2} (?:son|leur|leurs|le) visages?|(?:photo|video) d(?:e|u) (?:l'homme|la femme|type|voleur|gars|celui|voisin))"
)

# --- names ---------------------------------------------------------------------

# Before a name: it is a street's, a school's, an official's, an artist's.
NO_NEIGHBOUR = (
    r"(?:calle|c/|avda?\.?|avenida|plaza|plazoleta|paseo|camino|carretera|ronda|travesia|pasaje|parque|jardin(?:es)?|barrio|urbanizacion|"
    r"colegio|ceip|ies|instituto|escuela|biblioteca|hospital|centro|pabellon|polideportivo|estadio|teatro|auditorio|puente|estatua|monumento|"
    r"busto|fuente|iglesia|ermita|residencia|fundacion|mercado|estacion|casa|edificio|linea|parada|san|santa|santo|virgen|"
    r"alcaldes?a?|alcalde|concejal(?:a|es)?|intendente|presidente|presidenta|ministr[oa]|consejer[oa]|diputad[oa]|edil|teniente|delegad[oa]|secretari[oa]|"
    r"director(?:a)?|jefe|agente|policia|sargento|cura|parroco|arbitro|entrenador|jugador|torero|reina|rey|"
    r"concierto|actuacion|exposicion|pintor[a]?|cantante|grupo|actor|actriz|escritor[a]?|poeta|obra|libro|artista|musico|"
    r"street|st|road|avenue|lane|square|place|park|school|library|bridge|statue|theatre|stadium|centre|center|hall|church|college|"
    r"mayor|councillor|cllr|councilman|councilwoman|minister|president|officer|constable|sergeant|inspector|sheriff|senator|mp|sir|king|queen|"
    r"concert|singer|artist|painter|writer|author|player|coach|band|by|"
    r"rue|boulevard|bd|allee|chemin|impasse|quai|pont|ecole|college|lycee|gymnase|stade|salle|mediatheque|bibliotheque|theatre|eglise|"
    r"maire|adjointe?|elue?|conseillere?|ministre|presidente?|depute|prefete?|agente?|brigadier|chanteur|chanteuse|artiste|peintre|ecrivain|groupe|saint|sainte)"
)
TITLES = r"(?:don|dona|senora?|sr|sra|mr|mrs|ms|miss|mister|monsieur|madame|mme|mlle|(?<![\w.])m(?=\.))"
# Who is called by a first name, or none, all the same is known to the whole stair.
NEIGHBOUR = r"(?:mi (?:ex )?vecin[oa]|vecin[oa]|el hij[oa] de(?: la| el|l)?|la hija de(?: la)?|(?:el )?marido de|(?:la )?mujer de|(?:el )?novio de|se llama|llamad[oa]|un tal|una tal|my neighbou?r|neighbou?r|(?:guy|man|woman|lad|someone) (?:called|named)|(?:his|her) name is|mon voisin|ma voisine|voisine?|s'appelle|un certain|nomme|fils de|mari de)"
