//! How messages that machines write begin. Only what a person would not say, and at the start of a line or sentence: who
//! complains « je reçois toujours “ceci est une réponse automatique” » is a person.

use super::{Sign::*, Table};

pub(super) const TABLE: Table = &[
    (BounceOpening, BOUNCE),
    (AutomaticOpening, AUTOMATIC),
    (AbsenceOpening, ABSENCE),
    (HandoverOpening, HANDOVER),
    (ReceivedOpening, RECEIVED),
    (ReceiptOpening, RECEIPT),
    (ChallengeOpening, CHALLENGE),
    (Unsubscribe, UNSUBSCRIBE),
    (Question, &[r"\?|؟"]),
    (Matter, MATTER),
];

const BOUNCE: &[&str] = &[
    r"^hi\. this is the (?:qmail|[\w.@-]+ )",
    r"^this is (?:the|a) (?:mail|delivery|postfix|qmail|mailer|e-?mail) (?:system|program|status|delivery|server|send)",
    r"^(?:this message was created automatically by (?:the )?mail|this is an automatically generated delivery)",
    r"^(?:\*+ ?)?this is a warning message only",
    r"^i'm (?:sorry|afraid).{0,20}(?:to have to inform you|i wasn't able to deliver)",
    r"^(?:a|the) message (?:that )?you (?:sent|have sent).{0,40}(?:could not|was not|has not|couldn't|cannot)",
    r"^(?:your|the|this) (?:message|mail|e-?mail)(?: .{0,100}?)? (?:could not be|was not|cannot be|couldn't be|has not been|wasn't|was undeliverable|can't be) (?:delivered|sent|relayed)",
    r"^(?:delivery|message delivery) (?:to|has failed|failed|of)(?: .{0,100}?)? (?:has )?(?:failed|to these recipients|permanently|been delayed|aborted)",
    r"^(?:your message )?(?:did not reach|has not reached) (?:the following|some or all)",
    r"^your message did not reach",
    r"^(?:-+ ?)?the following (?:addresses|recipients?|address|recipient\(s\)|message).{0,60}(?:had|fail|could|not|undeliver|error|reject|delay|problem)",
    r"^\s*-{3,} ?(?:the following addresses had|transcript of session follows|transcript of the session)",
    r"^(?:sorry, |unfortunately, )?(?:we were|i was|we are) unable to deliver (?:your|the)",
    r"^(?:sorry|unfortunately)[,.]? (?:your|the) (?:message|mail|e-?mail).{0,60}(?:could not|couldn't|cannot|was not)",
    r"^(?:(?:unable to|could not|failed to|cannot) deliver (?:to|your|the|this|message|mail)\b|unknown (?:user|recipient|local)|no such user|user unknown|unrouteable|undeliverable)\b",
    r"^(?:final-recipient|reporting-mta|diagnostic-code|original-recipient|action: failed)",
    r"^(?:\[?<?[\w.+-]+@[\w.-]+>?\]?)[:,]? ?\s{0,6}(?:(?:host|smtp) .{1,80} said: |\d{3}[ -]\d\.\d\.\d|user unknown|mailbox (?:full|unavailable)|does not exist|no such user|unknown user|unrouteable)",
    r"^(?:the )?(?:e-?mail|message|mail) (?:you sent|system|server|to the following).{0,60}(?:could|unable|not be|fail|reject|undeliver)",
    r"^(?:your|the) (?:message|mail|e-?mail)(?: .{0,60})? (?:has been|was|is) (?:rejected|returned|bounced|blocked|refused|undeliverable|delayed|quarantined)\b",
    r"^(?:this is an? .{0,40}report for an? e?-?mail|you sent mail to|(?:this|the) (?:e-?mail )?(?:inbox|mailbox|address|account) .{0,80}no longer (?:in use|valid|active))",
    // français
    r"^(?:echec de la (?:remise|livraison|distribution)|la remise (?:a|de|du|n'a|de ce|de votre)|(?:ce|votre|le) (?:message|mail|courriel|e-?mail)(?: .{0,80})? n'a (?:pas |)?pu etre (?:remis|distribu|delivr|achemin|envoy))",
    r"^(?:impossible de (?:remettre|distribuer|delivrer)|(?:ceci est|il s'agit d')(?: une| un)? ?(?:notification|rapport|avis|message).{0,30}(?:remise|distribution|non[- ]remise|serveur))",
    r"^(?:votre message n'est pas parvenu|les destinataires suivants|le ou les destinataires)",
    // others
    r"^(?:ihre|die|diese) (?:nachricht|e-?mail|mail).{0,80}(?:konnte nicht|kann nicht|nicht zugestellt|wurde nicht)",
    r"^(?:der folgende|die folgende|folgende).{0,20}(?:empfanger|adresse).{0,60}(?:nicht|fehl)",
    r"^(?:su|el|este) (?:mensaje|correo)(?: .{0,60})? no (?:se )?(?:pudo|ha podido|ha sido|puede|fue|llego)",
    r"^(?:no se pudo entregar|il messaggio non|impossibile (?:recapitare|consegnare)|a sua mensagem|sua mensagem nao|uw bericht|je bericht (?:is|kon)|no ha sido posible entregar)",
    r"(?:以下の(?:メール|宛先|受信者)|送信されたメール|メールは?、?(?:配信|送信)(?:でき|され)|あなたの(?:メール|メッセージ)|您的(?:邮件|郵件)|抱歉，?您的|送れませんでした|配信できませんでした|無法傳遞|无法投递|无法送达|未能送达)",
];

const AUTOMATIC: &[&str] = &[
    r"(?:^|[.!] )(?:ceci est|il s'agit d'|voici|vous (?:recevez|lisez)) ?(?:un |une )?(?:reponse|message|courriel|mail|e-?mail|accuse de reception|notification|courrier electronique|messagerie) (?:automatique|automatise|auto|genere|envoye automatiquement)",
    r"(?:^|[.!*] )\(?(?:ce|cet|cette) (?:message|courriel|mail|e-?mail|reponse|accuse|notification|courrier electronique)(?: de reception)? (?:est|a ete|vous est|vous a ete) (?:une? )?(?:(?:message|reponse|mail) )?(?:automatique|automatise|(?:genere|envoye|emis|cree|adresse|produit|transmis)e? (?:automatiquement|par un automate|de (?:maniere|facon) automat|par (?:un|notre) (?:systeme|robot|serveur)))",
    r"(?:^|[.!*] |, )(?:merci de |veuillez |priere de |nous vous (?:prions|remercions) de |nous vous invitons a )(?:ne pas|n'y pas) (?:y )?repondre(?: directement)?(?: a (?:ce|cet|cette)|[.!]|$| en utilisant)",
    r"^(?:ne (?:pas repondre|repondez pas) a (?:ce|cet) (?:message|mail|e-?mail|courriel)|(?:message|bulletin|courriel) (?:automatique|genere automatiquement)|reponse automatique)\b",
    r"(?:^|[.!*] )\(?this is an? (?:auto(?:mat(?:ic|ed|ically))?[- ]?(?:generated|reply|response|responder|message|e-?mail|notification|acknowledge?ment|mail|confirmation|receipt|email)|computer[- ]generated|system[- ]generated)",
    r"(?:^|[.!*] )\(?this (?:message|e-?mail|mail|reply|response|notification) (?:was|is|has been|is being) (?:an )?(?:auto(?:mat(?:ic|ed|ically))?[- ]?(?:generated|sent|created|reply|response|message)?|generated (?:auto|by)|sent automatically|system)",
    r"(?:^|[.!*] )(?:please )?do not (?:reply|respond|answer) (?:directly )?(?:to )?(?:this|the) (?:message|e-?mail|mail|address|automat)",
    r"^(?:auto(?:mat(?:ic|ed))?[- ]?(?:reply|response|message|notification)|autoreply|automatically generated)\b",
    r"^(?:this|the) (?:e-?mail )?(?:inbox|mailbox|address|account) .{0,80}(?:not monitored|unattended|no longer monitored)",
    r"^i am an (?:auto|e-?mail robot|automated)",
    r"(?:^|[.!*] )(?:dies(?:e|er|es)?|hierbei handelt es sich um) (?:ist )?(?:eine? )?(?:automati|e-?mail (?:wurde|ist|wird) (?:automatisch|maschinell)|nachricht (?:wurde|ist|wird) (?:automatisch|maschinell)|mail (?:wurde|ist|wird) automatisch)",
    r"(?:^|[.!*] )bitte (?:antworten sie )?nicht auf diese (?:e-?mail|nachricht|mail)",
    r"(?:^|[.!*] )(?:este|esto|esta) (?:es )?(?:un |una )?(?:mensaje|correo|respuesta|e-?mail)(?: electronico)? (?:ha sido |fue |es )?(?:automati|generad[oa] automat|enviad[oa] automat)",
    r"(?:^|[.!*] )(?:por favor,? )?no (?:responda|conteste) (?:a )?est[ea]",
    r"(?:^|[.!*] )quest[oa] (?:e )?(?:un |una )?(?:messaggio|risposta|e-?mail|mail) (?:e (?:un |una )?|e stat[oa] )?(?:messaggio )?(?:automati|generat[oa] automat|inviat[oa] automat)",
    r"(?:^|[.!*] )(?:si prega di )?non rispondere a quest",
    r"(?:^|[.!*] )(?:esta|este) (?:e )?(?:uma? )?(?:mensagem|e-?mail|resposta) (?:e |foi )?(?:uma )?(?:automati|gerad[oa] automat|enviad[oa] automat)",
    r"(?:^|[.!*] )(?:dit (?:is een|bericht is|e-?mail(?:bericht)? is) (?:een )?automatisch|detta ar ett (?:automat|autosvar)|dette er (?:en|et) (?:automat|autosvar)|tama on automaatti|to (?:jest )?(?:wiadomosc|odpowiedz) .{0,20}automatyczn|toto je automatick|ez egy automatikus|acesta este un (?:mesaj|raspuns) automat|bu otomatik|это автоматическ|данное (?:письмо|сообщение) .{0,30}автоматич|это (?:письмо|сообщение) .{0,30}автоматич)",
    r"(?:この|本)(?:メール|メ-ル|e-?mail|電子メール).{0,60}(?:自動(?:返信|応答|送信|的|配信)|配信専用|送信専用)|(?:自動(?:返信|応答|送信)(?:メール|です|に|によ|され))|自动(?:回复|发送|生成|答复)|自動(?:回覆|回復|發送|產生)|자동 ?(?:으로|회신|응답|발송)|邮件已收到|您的(?:来信|来函|邮件)(?:我)?已(?:经)?收到",
];

const ABSENCE: &[&str] = &[
    r"(?:^|[.!,;] ?|\b)je (?:suis|serai|ne (?:suis|serai) pas)(?: \w+){0,2} (?:absente?|en (?:conges?|vacances|deplacement|formation|arret|rtt|teletravail)|hors (?:du|de mon) bureau|indisponible|au bureau|disponible|joignable|de retour)",
    r"(?:^|[.!,;] ?|\b)(?:actuellement|etant|absente?) (?:absente?|en conges?|en vacances|du bureau|jusqu|du \d)",
    r"(?:nos (?:bureaux|services|locaux)|(?:le|notre) (?:bureau|service|cabinet|etude|mairie|societe|secretariat)|la mairie|l'etude) (?:est|sont|sera|seront)(?: \w+)? ferme",
    r"\bi(?: am|'m| will be|'ll be| shall be)(?: \w+){0,3} (?:out of (?:the |my )?(?:office|town|country)|away|on (?:\w+ )?(?:leave|vacation|holidays?|travel)|in (?:a )?(?:training|conference)|not in|traveling|travelling|unavailable|in the office)",
    r"\b(?:i|we) (?:have|has) (?:left|moved|retired|changed)|\bno longer (?:work|with|at|employed)|(?:our|the) office (?:is|will be) closed",
    r"^(?:out of (?:the )?office|on (?:vacation|leave|holiday))",
    r"\bich (?:bin|befinde mich|werde)\b.{0,80}(?:abwesend|urlaub|nicht (?:im|erreichbar|am|an)|ausser haus|erreichbar|unterwegs)",
    r"\b(?:estoy|estare|me encuentro|estarei|estou)\b.{0,60}(?:fuera|vacaciones|ausente|ferias|fora|licencia|oficina)",
    r"\b(?:sono|saro)\b.{0,40}(?:ferie|assente|fuori)",
    r"\bik ben\b.{0,60}(?:afwezig|vakantie|niet (?:aanwezig|op kantoor|bereikbaar))|\b(?:jag|jeg) (?:ar|er)\b.{0,60}(?:semester|ferie|franvaro|borte|tilbage|ikke|inte|tillbaka)|\bolen\b.{0,40}(?:lomalla|poissa)|\bjestem\b.{0,40}(?:urlop|nieobecn|poza)|przebywam na",
    r"я (?:в отпуске|отсутству|буду отсутствовать|нахожусь)|不在(?:に|と|です|して)|休暇(?:を|中|の|で)|休假|출장|휴가|外出(?:し|中)",
];

const HANDOVER: &[&str] = &[
    r"\bje (?:vous )?(?:repondrai|prendrai connaissance|prendrai contact|traiterai|lirai|reviendrai vers vous|consulterai|recontacterai|donnerai suite)",
    r"\bvotre (?:message|mail|courriel|e-?mail|demande) (?:sera|ne sera|va etre|est|a ete) (?:lu|traite|transmis|pas|pris|redirige|transfere|consulte|transmise|traitee)",
    r"(?:urgen\w+|en mon absence|(?:pendant|durant) (?:mon|cette|son) absence|dans l'intervalle|entre[- ]temps|d'ici la|en cas de (?:besoin|necessite))[^?\n]{0,80}(?:contacter|contactez|vous (?:pouvez|adresser)|adressez|joindre|appelez|ecrire|ecrivez|transmettre) (?:a |le |la |les |mon |ma |mes |mr? |mme |m\. |notre |directement|[\w.-]+@|mademoiselle|monsieur|madame|vous )",
    r"\b(?:vous pouvez (?:contacter|joindre|vous adresser)|(?:merci de|veuillez|priere de) (?:contacter|vous adresser|joindre|transferer|transmettre)) (?:a |le |la |les |mon |ma |mes |mr? |mme |m\. |notre |directement|[\w.-]+@)",
    r"\b(?:i|we) will (?:reply|respond|answer|get back|be (?:checking|returning|reading|back)|return|read|contact|attend|deal|review)|i'll (?:reply|respond|get back|be back|return|answer|be checking)|(?:limited|no|intermittent|sporadic|infrequent|occasional)(?: or no)? (?:access|e-?mail)|upon my return|when i (?:return|get back|am back)|as soon as i (?:return|am back|get back|can)|(?:your|this) (?:e-?mail|message|mail) (?:will|has|is) (?:not )?(?:be(?:en)? )?(?:read|forward|redirect|deliver|answer)",
    r"(?:urgent|emergency|immediate|assistance|in my absence|meantime|questions)[^?\n]{0,80}(?:contact|call|e-?mail|reach|phone|forward|see|dial)",
    r"\b(?:please|kindly) (?:contact|call|e-?mail|direct|forward|send|update|use|address)\b",
    r"(?:dringend|vertret|weitergeleitet|ruckkehr|rufen sie|wenden sie sich|in dringenden|erreichbar|bearbeite|zuruck)",
    r"(?:\bcontacte\b|contactar|contacten|en contacto|a mi (?:regreso|vuelta)|dirija|dirijan|urgencia|assim que|em caso de|regresso|retorno|entre em contato|contattare|rivolgersi|al mio (?:rientro|ritorno)|rispondero|urgenz)",
    r"(?:contact opnemen|dringende|bij mijn terugkeer|terug op|neem contact|kontakta|kontakt|atervander|tilbage|tillbaka|palaan|yhteytta|kontakt|kontaktowac|powroc|prosze|обращайтесь|свяжитесь|вернусь|отвечу|обратитесь)",
    r"(?:連絡|返信|対応|回复|联系|聯絡|연락)",
];

const RECEIVED: &[&str] = &[
    r"(?:^|[.!,] ?)(?:nous (?:avons|vous (?:confirmons|informons))(?: bien)? (?:recu|enregistre|pris en (?:compte|charge)|la (?:bonne )?reception|que votre)|nous accusons (?:bonne )?reception de votre|votre (?:message|demande|mail|courriel|e-?mail|requete|reclamation)(?: \w+)? (?:a|nous est|est)(?: ete)?(?: bien| ete)?(?: ete)? (?:recue?|enregistree?|prise? en (?:compte|charge)|transmise?|parvenue?)|nous vous remercions (?:de|pour) (?:votre (?:message|demande|mail|courriel|e-?mail)|nous avoir))",
    r"(?:^|[.!,] ?)(?:we (?:have )?received your|thank(?:s| you) for (?:contacting|your (?:e-?mail|message|inquiry|enquiry|request|interest|submission|mail|feedback)|writing|e-?mailing|getting in touch)|your (?:message|request|e-?mail|inquiry|enquiry|ticket)(?: .{0,40})? has been (?:received|created|opened|assigned|logged|registered)|a (?:ticket|case|request) (?:has been|was) (?:created|opened))",
    r"(?:^|[.!,] ?)(?:vielen dank fur ihre (?:anfrage|nachricht|e-?mail|mail)|wir haben ihre|ihre (?:anfrage|nachricht|e-?mail).{0,30}(?:eingegangen|erhalten)|hemos recibido su|gracias por (?:contactar|su (?:mensaje|correo))|abbiamo ricevuto|grazie per (?:averci|la tua|il tuo)|recebemos (?:a sua|seu)|obrigado por|bedankt voor (?:uw|je)|wij hebben uw)",
];

const RECEIPT: &[&str] = &[
    r"^(?:votre message|your message|ihre nachricht|su mensaje|il messaggio|a sua mensagem|het bericht|je bericht)\s*(?:a|to|an|para|per|aan|:|\n|\s)[^?]{0,400}(?:(?:a ete|est) (?:lu|affiche|supprime)|was (?:read|displayed|deleted)|wurde .{0,40}(?:gelesen|angezeigt|geloscht)|fue leido|e stato letto|foi lida|is gelezen)",
    r"^(?:this is a (?:return )?receipt for the|this receipt (?:verifies|only acknowledges)|the message (?:sent|you sent|to .{0,60}) .{0,120}(?:has been|was) (?:read|displayed)|ceci est un accuse de (?:reception|lecture) (?:pour|du|de)|cet accuse de (?:reception|lecture) (?:indique|verifie|atteste)|le message (?:envoye|que vous avez envoye) .{0,200} a ete (?:lu|affiche)|dies ist eine (?:empfangs|lese)bestatigung|note: this (?:return )?receipt)",
];

const CHALLENGE: &[&str] = &[
    r"https?://[\w.-]*(?:mailinblack|spamarrest|boxbe|knowspam|bluebottle|sendio)\.",
    r"(?:account|mailbox|address|inbox|boite|messagerie|adresse) (?:is|are|est) (?:protected|protegee?) (?:by|par)",
    r"(?:pour que (?:votre|ce) (?:message|mail|courriel|e-?mail).{0,60}(?:soit (?:delivre|remis|distribue)|(?:me|nous|lui) parvienne)|(?:vous )?authentifier en cliquant|cliqu\w+ .{0,60}(?:pour|afin de) (?:vous authentifier|confirmer votre (?:envoi|message|mail)|delivrer|liberer))",
    r"(?:^|[.!] ?)(?:to (?:confirm|verify) that (?:you (?:are|sent)|your message)|(?:your|this) message (?:is|was|has been) (?:being )?(?:held|queued|waiting).{0,200}(?:confirm|verif|click|reply|approv)|please (?:confirm|verify) (?:that )?(?:you|your (?:e-?mail|address|message)))",
    r"(?:i am|i'm|we are|is) (?:using|protected by|now protected by|protecting).{0,60}(?:anti-?spam|spam (?:filter|block|protection)|challenge)",
];

const UNSUBSCRIBE: &[&str] = &[
    r"\b(?:unsubscribe|se desabonner|se desinscrire|vous desabonner|vous desinscrire|me desinscrire|desabonnez|desinscri(?:ption|vez)|desabonnement|abmelden|darse de baja|cancellati|version en ligne|view (?:it |this (?:e-?mail )?)?in (?:your )?browser)\b",
];

const MATTER: &[&str] = &[
    r"\b(?:rendez[- ]?vous|rdv|convocation|convoque|dossier|titre|passeport|permis|carte|recepisse|visa|prefecture|certificat|attestation|procuration|demande|naturalisation|appointment|passport|permit|application)s?\b",
];
