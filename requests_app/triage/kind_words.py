"""Kind words: what people write when they thank, ask, propose, complain or report; in the town's three languages."""

from requests_app.triage.little_words import Language
from requests_app.triage.words import PhraseBook

# Phrases leave out the small words between ("buen trabajo" is found in "muy buen trabajo"); "=" is the exact word.
PHRASES: dict[str, dict[Language, str]] = {
    "thanks": {
        "es": "gracias, muchas gracias, agradezco, agradecer, agradecido, agradecida, agradecemos, felicidades, "
        "felicitaciones, felicito, enhorabuena, buen trabajo, gran trabajo, excelente, genial, muy amable, "
        "bravo, crack, chapo, un diez, impecable, asi da gusto, da gusto, daba gusto, un lujo, que rapidez, quedo perfecto, "
        "ha quedado perfecto",
        "en": "thanks, thank you, thank, thx, cheers, great job, good job, well done, nice work, great work, kudos, "
        "appreciate, excellent, brilliant, congratulations, good work, amazing work, fantastic, so quick, "
        "grateful",
        "fr": "merci, merci beaucoup, remercie, remercions, remerciements, bravo, felicitations, beau travail, "
        "bon travail, excellent travail, super travail, chapeau, impeccable, nickel, genial, reconnaissant, "
        "quelle rapidite",
    },
    # Thanks that ask: nobody has done anything yet.
    "in advance": {
        "es": "gracias antemano, gracias adelantado, gracias anticipadas, desde ya gracias, desde ya muchas gracias, "
        "quedo espera, quedamos espera, espero respuesta, espero tener respuesta, aguardo respuesta",
        "en": "thanks in advance, thank you in advance, in advance, awaiting, hope to hear, look forward",
        "fr": "merci d'avance, merci par avance, merci de faire, merci de venir, merci de nettoyer, merci de reparer, "
        "merci d'intervenir, dans l'attente, j'attends",
    },
    "but": {
        "es": "pero, sin embargo, aunque, todavia, aun, sigue, siguen, sigo, seguimos, otra vez, de nuevo, falta, "
        "faltan, ojala, a ver, por nada, lastima, tambien, ademas, lo que no",
        "en": "but, however, although, though, still, yet, again, unfortunately, for nothing, missing, also",
        "fr": "mais, cependant, pourtant, toujours, encore, pas encore, a nouveau, dommage, pour rien, manque, aussi",
    },
    "question": {
        "es": "a que hora, hasta que hora, desde que hora, que hora, que dia, que dias, que horario, se sabe, sabeis, "
        "saben si, alguien sabe, saber si, quisiera saber, queria saber, me gustaria saber, como puedo, "
        "como hago, como se hace, como hacer, donde puedo, donde hay que, donde se, donde esta, donde queda, "
        "a quien, a donde, =puedo, se puede, hay que pagar, hay que pedir, que tengo que, que debo, "
        "cuanto cuesta, cuanto tarda, cual es, cuales son, cuales seran, que calles, habra, cuando abren, "
        "cuando abre, cuando empieza, cuando sera, cuando es, cuando hay, esta abierto, pueden decirme, "
        "podrian decirme, me pueden, podeis decirme, podrian informar, consulta, una pregunta, "
        "informacion sobre, es verdad que, es cierto que, teneis, tienen previsto, a partir de que, "
        "en que consiste, que significa, que trabajos",
        "en": "what time, what day, which days, when does, when do, when is, when are, when will, where can, "
        "where is, where do, where does, how can, how do, how much, how long, how to, who do, who should, "
        "who is, who can, is there, are there, is it, can i, can we, may i, could i, do i, does anyone, "
        "anyone know, do you know, could you tell, can you tell, i wonder, wondering, question, is it true, "
        "which streets, will there, what is, what are, what should, do we need, have you got, like to know",
        "fr": "a quelle heure, quelle heure, quel jour, quels jours, quels horaires, quand est, quand aura, "
        "quand ouvre, quand commence, quand passe, ou puis, ou peut, ou est, ou se trouve, ou sont, ou faut, "
        "comment faire, comment puis, comment peut, comment obtenir, combien coute, combien, est il possible, "
        "est ce que, y a t il, peut on, puis je, qui contacter, a qui, quel est, quelle est, quels sont, "
        "quelles sont, savez vous, quelqu'un sait, j'aimerais savoir, je voudrais savoir, pouvez vous me dire, "
        "faut il, est il vrai, une question, avez vous, sera t",
    },
    "proposal": {
        "es": "propongo, proponemos, propuesta, sugiero, sugerencia, sugerimos, idea, estaria bien, estaria bueno, "
        "estaria genial, seria bueno, seria genial, seria ideal, seria interesante, seria conveniente, "
        "seria mejor, molaria, vendria bien, hace falta, hacen falta, harian falta, haria falta, podrian poner, "
        "podriais poner, podrian hacer, podriais hacer, podrian estudiar, se podria, podria ponerse, "
        "podria probarse, deberian poner, deberiais poner, deberian hacer, habria que, poner mas, pongan mas, "
        "poned mas, es imprescindible, necesidad de un, necesidad de una, por que no ponen, por que no ponemos, "
        "por que no haceis, y si ponen, y si ponemos, me gustaria que, nos gustaria, firma la peticion, "
        "pongamos, plantar mas, ampliar, =instalar, reclamando desde, habilita, habiliten, consideren, "
        "implementar, podrian habilitar, lo ideal",
        "en": "propose, proposal, suggest, suggestion, idea, it would be, would be nice, would be great, "
        "would be good, would be lovely, why not, how about, what about, could you add, could we have, "
        "can we have, can we get, we need more, should have, should add, should install, should consider, "
        "should be more, please consider, consider adding, i would like to see, would love, let's, "
        "sign the petition, more trees, more benches",
        "fr": "propose, proposition, suggere, suggestion, idee, ce serait bien, serait bien, ce serait super, "
        "ce serait chouette, il faudrait, faudrait, on pourrait, vous pourriez, pourriez vous installer, "
        "pourquoi ne pas, pourquoi pas, et si on, et si vous, il serait bon, serait utile, j'aimerais que, "
        "plus de bancs, plus d'arbres, installer, ajouter, prevoir, signez la petition",
    },
    "complaint": {
        "es": "verguenza, vergonzoso, verguenzas, penoso, penosa, lamentable, desastre, desidia, dejadez, "
        "impresentables, inutiles, ineptos, incompetentes, ineptitud, sinverguenzas, caraduras, ladrones, "
        "chorros, curro, mentira, mentiras, mentirosos, mienten, manipula, corruptos, corrupcion, mafia, "
        "impuestos, impuesto, tasa, tarifazo, dinero publico, plata, guita, gastar, gastan, gastado, gastaron, "
        "gasto, despilfarro, recaudar, recaudacion, subir, recorte, recortes, robar, robarnos, roban, estafa, "
        "tomadura, toman pelo, tomais pelo, reis, se rien, cara dura, campaña, votos, votar, votado, "
        "elecciones, pauta, =publicidad, propaganda, alcalde, alcaldesa, intendente, gobierno, politicos, "
        "mala gestion, pesima gestion, gestionar mal, prioridades, nefasto, nefasta, pesimo, pesima, malisimo, "
        "malisima, horroroso, horrible, ridiculo, absurdo, chiste, burla, insulto, tomar pelo, indignante, "
        "indignado, indignacion, hartos, harto, hartas, cansados, cansado, maltratan, maltratando, ninguneo, "
        "olvidados, olvidaron, olvidado, abandonados, pena, triste, asco, mierda, puto, puta, cutre, "
        "cuando conviene, nadie responde, no responden, no contestan, automaticas, nunca pasa nada, no sirve, "
        "no sirven, mal servicio, pesimo servicio, servicio mierda, obsoleto, trucho, hipocresia, hipocritas, "
        "demagogia, inconscientes, desgana, descontento, indiscriminadamente, promesas, prometieron, "
        "transparentes, coherencia, para que pagamos, en que se, como siempre, siempre igual, mas de lo mismo, "
        "lo de siempre",
        "en": "shame, shameful, disgrace, disgraceful, pathetic, ridiculous, joke, useless, incompetent, "
        "incompetence, corrupt, corruption, liars, lies, taxes, tax, waste of money, wasting, taxpayers, money, "
        "mayor, council, councillors, politicians, votes, vote, election, campaign, fed up, sick of, tired of, "
        "terrible service, awful, worst, appalling, never answer, nobody answers, ignored, ignore, careless, "
        "pointless, nonsense, mismanagement, priorities, promises, promised, hypocrites, unacceptable, "
        "disappointed, disappointing",
        "fr": "honte, honteux, scandale, scandaleux, lamentable, inadmissible, inacceptable, incompetents, "
        "incompetence, nuls, inutile, menteurs, mensonges, corrompus, impots, impot, argent public, argent, "
        "gaspillage, gaspiller, gaspille, =maire, elus, politique, votes, elections, campagne, marre, "
        "ras le bol, assez, foutez, moquez, moque, n'importe quoi, ridicule, minable, promesses, priorites, "
        "jamais de reponse, personne ne repond, abandonnes, degoute, decu, decevant, service deplorable, "
        "deplorable",
    },
    "trouble": {
        "es": "roto, rota, rotos, rotas, rompio, no funciona, no funcionan, no anda, no andan, no va, averiado, "
        "averia, estropeado, sucio, sucia, suciedad, mugre, lleno, llena, llenos, desbordado, caido, caida, "
        "cayo, cayeron, apagado, apagada, fundida, a oscuras, oscura, sin luz, sin agua, sin limpiar, "
        "sin recoger, sin arreglar, sin reparar, sin vaciar, sin barrer, tirado, tirada, tirados, abandonado, "
        "abandonada, atascado, atascada, tapada, tapado, obstruida, inundado, inundada, inunda, estancada, "
        "fuga, perdida, pierde, gotea, peligroso, peligrosa, peligro, hundido, hundida, levantada, levantadas, "
        "levantado, suelto, suelta, sueltos, destrozado, destrozada, reventadas, reventado, ruido, ruidos, "
        "molestos, huele, olor, plaga, =ratas, robo, robaron, cortada, cortado, bache, baches, basura, cacas, "
        "excrementos, pintadas, mal aparcado, doble fila, mal estado, falta tapa, bloqueado, bloqueada, "
        "bloquea, trabado, colgando, descuidado, seco, secos, quemado, cerrado, cerrados, intransitable, "
        "imposible, vertedero, mosquitos, insoportable",
        "en": "broken, not working, isn't working, doesn't work, don't work, stopped working, out, dirty, filthy, "
        "full, overflowing, fallen, fell, dumped, abandoned, blocked, blocking, blocks, clogged, flooded, "
        "flooding, leak, leaking, dangerous, danger, hazard, sunk, sinking, loose, missing, damaged, cracked, "
        "dark, noise, loud, smell, smells, stinks, =rats, stolen, robbed, pothole, potholes, graffiti, trash, "
        "garbage, rubbish, illegal, illegally, speeding, hanging, leaning, unsafe, vandalized, not collected, "
        "not been, hasn't been, haven't been, no light, no lights, no water, stuck, burst, overgrown, dead, "
        "hole",
        "fr": "casse, cassee, cassees, en panne, ne marche pas, ne marche plus, ne fonctionne, hs, =sale, =sales, "
        "plein, pleine, pleines, deborde, debordent, tombe, tombee, eteint, eteinte, abandonne, abandonnee, "
        "bouche, bouchee, inonde, inondee, fuite, fuit, dangereux, dangereuse, danger, affaisse, descelle, "
        "abime, abimee, defonce, bruit, tapage, pue, odeur, =rats, vole, volee, trou, trous, tags, crottes, "
        "ordures, depot sauvage, mal gare, mal garee, bloque, bloquee, arrache, pas ramasse, pas ramassees, "
        "sans lumiere, sans eau, penche",
    },
    "demand": {
        "es": "por favor, porfavor, porfa, hagan algo, haced algo, hacer algo, arreglen, arreglar, arreglad, "
        "arreglais, =limpien, =limpiad, =limpiais, =retiren, =retirad, =recojan, =recoged, =manden, =envien, "
        "=enviar, =vengan, =pongan, =quiten, =quitad, =reparen, =reparar, =poden, =podar, =corten, =fumiguen, "
        "=acudan, =vaciado, =revisen, =revisar, =miren, =mirar, =solucionen, =solucionar, =resuelvan, =pasen, "
        "=controlen, =controlar, necesito, necesitamos, =solicito, =solicitamos, ruego, rogamos, urge, urgente, "
        "ayuda, ayudenme, auxilio, cuando van, cuando vais, cuando piensan, para cuando, que esperan, "
        "quien limpia, reclamo, reclamos, reclamar, reclamando, denuncio, denunciamos, avisar, aviso, avisos, "
        "pueden enviar, pueden mandar, pueden venir, pueden pasar, pueden arreglar, podrian arreglar, "
        "podrian pasar, podrian venir, podrian limpiar, podrian retirar, podrian mirar, podeis pasar, "
        "podeis arreglar",
        "en": "please, pls, plz, kindly, fix, repair, clean, remove, replace, collect, send someone, send, "
        "do something, take action, needs, need to be, look into, sort this, sort it, asap, urgent, urgently, "
        "help, report, reporting, when will, when are you going, can you, could you, can someone, "
        "could someone, request",
        "fr": "s'il vous plait, svp, stp, merci de, merci d'envoyer, reparer, nettoyer, enlever, ramasser, remplacer, "
        "intervenir, intervention, passer, envoyer, faites quelque chose, faire quelque chose, besoin, urgent, "
        "urgence, aide, a l'aide, signale, signaler, signalement, quand allez, pouvez vous, pourriez vous, "
        "demande, vite",
    },
    "lasting": {
        "es": "desde hace, hace dias, hace semanas, hace meses, hace tres, hace dos, hace mas, hace un mes, "
        "hace una semana, hace un, hace una, dias, semanas, meses, todos los dias, cada dia, cada noche, "
        "todas las noches, anoche, sigue, siguen, continua, lleva, llevan, llevamos, otra vez, de nuevo, ayer, "
        "esta mañana, hay, ahora mismo",
        "en": "for days, for weeks, for months, weeks, months, days, every day, every night, since, last night, "
        "yesterday, this morning, still, again, there is, there are, there's, right now, always, keeps",
        "fr": "depuis, des jours, des semaines, des mois, jours, semaines, mois, tous les jours, chaque jour, "
        "chaque nuit, toutes les nuits, hier, ce matin, cette nuit, encore, toujours, il y a, y a, en ce moment",
    },
    "news": {
        "es": "recuerda, recordad, te esperamos, os esperamos, no te pierdas, entrada gratis, entrada libre, "
        "entrada gratuita, gratis, gratuito, exposicion, jornada, jornadas, en directo, inaugura, inauguracion, "
        "inauguramos, patrocinio, colaboracion, presenta, presentamos, hemos acompañado, hemos visitado, "
        "hemos celebrado, organiza, organizacion, hilo, ha abierto, han abierto, ofrece, puedes visitar, "
        "puedes hacerlo, =plazo, ganadores, ganador, campeones, campeonas, campeonato, torneo, celebra, "
        "celebran, celebracion, misa, acoge, licitacion, adjudica, noticia, informa que, te recordamos, "
        "le recordamos, le informamos, da luz verde, comunicado, concurso, taller, charla, conferencia, "
        "partido, derbi, gol, jugadores, club, streaming, concierto, festival, pide al, exige al, "
        "vota en contra, mocion",
        "en": "join us, don't miss, free entry, free admission, live now, tune in, exhibition, opening ceremony, "
        "sponsored, hosted, announces, announced, presents, register now, match, players, happy birthday, "
        "congratulations to, proud to",
        "fr": "rejoignez, ne manquez pas, entree libre, entree gratuite, en direct, exposition, inauguration, "
        "organise, presente, partenariat, conference, concert, festival, billetterie, joueurs, rendez vous ce",
    },
    "chat": {
        "es": "jaja, jajaja, jajajaja, jeje, jejeje, buenos dias, buenas tardes, buenas noches, buen finde, "
        "feliz dia, feliz cumpleaños, feliz navidad, vamos, olé, viva, arriba, que bonito, que bonita, "
        "que guapo, que lindo, hermoso, preciosa, precioso, bonita foto, me encanta, te quiero, muy buena, "
        "de acuerdo, totalmente, exacto, dios, señor, jesus, amen, bendiciones, majestad, personaje, "
        "gilipollas, ahi ahi, buen dia, buena noticia",
        "en": "lol, haha, hahaha, lmao, good morning, good night, good evening, happy, happy birthday, "
        "merry christmas, have a nice, beautiful, lovely, i love, congrats, agree, exactly, amen, god, go team, "
        "cute, nice photo, so true",
        "fr": "mdr, lol, haha, bonne journee, bonne soiree, bonne nuit, bon week end, bon anniversaire, joyeux, "
        "bonnes vacances, magnifique, trop beau, j'adore, tout a fait, d'accord, exactement, amen, dieu, vive, "
        "belle photo, allez",
    },
}

BOOK = PhraseBook(
    (label, language, phrase)
    for label, by_language in PHRASES.items()
    for language, phrases in by_language.items()
    for phrase in phrases.split(", ")
)
