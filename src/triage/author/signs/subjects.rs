//! Subjects of messages that machines write, as mail servers, mail programs and providers word them. `^` keeps the reply
//! of a person out: « RE: Réponse automatique : … » starts with « re ».

use super::{Sign::*, Table};

pub(super) const TABLE: Table = &[
    (BounceSubject, BOUNCE),
    (MaybeBounceSubject, MAYBE_BOUNCE),
    (DelaySubject, DELAY),
    (AutomaticSubject, AUTOMATIC),
    (MaybeAutomaticSubject, MAYBE_AUTOMATIC),
    (ReceivedSubject, RECEIVED),
    (ReceiptSubject, RECEIPT),
    (ChallengeSubject, CHALLENGE),
    (FilterSubject, FILTER),
    (CalendarSubject, CALENDAR),
];

const BOUNCE: &[&str] = &[
    // English, the language of most servers.
    r"^undeliver(?:ed|able)\b",
    r"^(?:e-?)?mail (?:(?:could |can)not be delivered|not delivered|undeliverable|returned|rejected|bounced|routing error|transport (?:error|failure))",
    r"^(?:e-?)?mail[- _]?(?:delivery|system) (?:failed|failures?|problem|error|sub-?system|system|status|notification|report|has failed)",
    r"^message (?:delivery (?:failed|failure|has failed|problem|error|status|notification)|not delivered|undeliverable|could not be delivered|status|returned to sender|rejected|bounced)",
    r"^deliver(?:y|ed)[- _:]?(?:status|notification|failure|failed|has failed|not possible|incomplete|unsuccessful|to .{1,80} (?:failed|refused)|(?:report|error|problem|notice)(?: ?[:(\[-]|$))",
    r"^(?:failure|failed) (?:notice|delivery|mail|message|to deliver|status)",
    r"^(?:permanent|temporary|final) (?:delivery )?(?:failure|error)",
    r"^permanent (?:fatal )?(?:delivery )?(?:failure|errors?)",
    r"^returned (?:mail|message|e-?mail|to sender)",
    r"^your (?:message|mail|e-?mail)(?: to .{1,80})? (?:(?:could|can|was|has)(?: ?not|n't)|couldn't|has been (?:returned|rejected|blocked|delayed|refused)|was (?:returned|rejected|blocked|refused)|is being (?:returned|rejected))",
    r"^(?:unable|could ?n[o']t|cannot|can't|failed|failure) (?:to )?(?:be )?(?:deliver|send your|route)",
    r"^non[- ]?(?:deliver(?:y|able|ed)|existent)",
    r"^no such (?:user|mailbox|address|recipient)",
    r"^notice: mail delivery",
    r"^(?:warning|error|notice|problem|attention) ?:? ?(?:e-?mail|message|mail|delivery|could not|unable|your (?:mail|message)).{0,40}(?:not|un|could|fail|return|reject|bounce)",
    r"^(?:transport|delivery|mail|smtp|message) (?:error|failure|problem)s?(?: ?[:(\[-]|$)",
    r"^error (?:(?:sending|delivering) (?:your )?(?:mail|message|e-?mail)|condition re)",
    r"^there was an error sending your",
    r"^sorry, your (?:message|mail|e-?mail) (?:could|can|was)",
    r"^bounce$|^(?:bounced? (?:mail|message|action|notification)|bounce:|mail bounced?)",
    r"^(?:rejected|blocked|refused|quarantined) (?:posting|mail|message|e-?mail)",
    r"^(?:mail|message|e-?mail) (?:blocked|quarantined|refused|discarded)",
    r"^(?:(?:user|recipient|mailbox|e-?mail) (?:unknown|not found|is full|full|unavailable)|(?:address|account) (?:unknown|not found)$)",
    r"^unknown (?:user|recipient|address)",
    r"^(?:considered|message considered) unsolicited bulk",
    r"^(?:your )?e-?mail address (?:is )?(?:no longer|not) (?:valid|in use|active)",
    r"^invalid recipient",
    r"^(?:dsn|ndr|ndn|nondelivery report) ?:",
    r"errors from [\w.-]+\[|see transcript for details$",
    r"^[^:]{0,40}returned to sender$",
    r"^smtp server: errors",
    r"^message you sent (?:was )?(?:blocked|rejected|returned)",
    r"^(?:e-?)?mail failed, returning|^mail delivery warning",
    r"^postmaster notify",
    // français
    r"^non[- _](?:remise?|distribue|delivre)s? ?[:_]",
    r"^(?:echec|impossibilite|defaut|anomalie|erreur) (?:de|d') ?(?:la |l')?(?:remise|distribution|livraison|delivrance|acheminement|envoi)(?: ?[:(]|$| (?:du|de|d'un|de votre) (?:message|mail|courriel|e-?mail|courrier electronique))",
    r"^impossibilite a remettre|^impossible de (?:remettre|distribuer|delivrer) (?:le|votre|ce) (?:message|mail|courriel)",
    r"^(?:message|mail|courriel|e-?mail) (?:non[- ](?:remis|distribu|delivr)|impossible a (?:remettre|distribuer|delivrer)|indistribuable|rejete par|retourne a l'expediteur|refuse par)",
    r"^(?:notification|rapport|avis|compte[- ]rendu) (?:d'etat|de|d'echec|d'erreur)(?: de| d')? ?(?:la |l')?(?:non[- ])?(?:remise|distribution|livraison|delivrance|acheminement)",
    r"^remise (?:impossible|echouee|non effectuee)",
    r"^retour a l'expediteur",
    r"^votre (?:message|mail|courriel|e-?mail).{0,60} n'a (?:pas pu|pu) etre (?:remis|distribu|delivr|envoy|transmis|achemin)",
    r"^(?:undelivrable|indelivrable)\b",
    // Deutsch
    r"^(?:unzustellbar|nicht zustellbar|unzustellbarkeit|zustell(?:ung (?:fehl|verz|nicht|ihrer nachricht|der nachricht)|fehler|problem|bericht|status))",
    r"^(?:ihre |deine )?(?:mail|nachricht|e-?mail|botschaft).{0,60}(?:nicht zugestellt|unzustellbar|konnte nicht|kann nicht|zuruck(?:gewiesen|gesendet))",
    r"^(?:fehler bei der|fehlgeschlagene|benachrichtigung (?:zum|uber den)) (?:zustell|ubermittlung|ubertragung)",
    r"^(?:ubermittlungsstatus|ubermittlungsfehler)",
    // español, português, italiano
    r"^no (?:se puede |se pudo |se ha podido )?entrega(?:r|do|ble)",
    r"^(?:mensaje|correo|e-?mail)(?: electronico)? (?:devuelto|no entregado|no se (?:ha )?pud|rechazado)",
    r"^(?:error|fallo|notificacion|estado|aviso|informe|problema)(?: (?:de|del|en|no|la|el|estado|error|fallo))* entrega(?: ?[:(]|$| del mensaje| de correo)",
    r"^(?:nao (?:entregue|foi possivel entregar)|nao_entregue|mensagem (?:nao entregue|devolvida|rejeitada)|(?:falha|erro|notificacao|relatorio)(?: (?:na|de|da|do|no|nao|estado|status|falha))* entrega(?: ?[:(]|$| da mensagem))",
    r"^(?:non recapitabile|mancat[oa] (?:recapito|consegna)|impossibile (?:recapitare|consegnare)|messaggio non (?:recapitat|consegnat|recapitabil)|(?:notifica|errore|avviso|anomalia)(?: (?:di|del|della|dello|nella|stato|mancat[oa]|messaggio))* (?:recapito|consegna|messaggio)(?: ?[:(]|$))",
    r"^(?:accettazione|avvenuta consegna|consegna|presa in carico|avviso di non accettazione|posta certificata) ?:",
    // Nederlands, skandinaviska, suomi
    r"^(?:onbestelbaar|niet (?:bezorgd|afgeleverd|bestelbaar)|(?:mail|bericht|e-?mail).{0,40}(?:niet (?:worden )?(?:bezorgd|afgeleverd|verzonden)|geweigerd)|aflevering mislukt)",
    r"^(?:kan inte leverera|gick inte att leverera|ej leverer|olevererbar|leveransfel|kan ikke leveres|ikke lever|kunne ikke leveres|uleverbar|leveringsfeil|levering mislyk|ei toimitettu|toimitus (?:epaonnistui|ei onnistu)|viestia ei)",
    // polski, česky, magyar, română, türkçe, ελληνικά, русский, українська
    r"^(?:nie ?(?:mozna |udalo sie )?(?:dostarczono|dostarczyc|dostarczona|doreczono|doreczono)|niedostarcz|zwrot wiadomosci|nedorucen|nedorucitel|nelze dorucit|kezbesithetetlen|nem kezbesit|nelivrat|nelivrabil|teslim edileme|iletileme)",
    r"^(?:не ?доставлен|недоставлен|ваше сообщение не|сообщение не доставлено|(?:уведомление|отчет|повідомлення) .{0,40}(?:доставк|состояни|доставк)|не удалось доставить|не вдалося доставити|почта не доставлена|не може бути доставлен|δεν (?:ειναι δυνατη|παραδοθηκε)|αδυνατη η παραδοση)",
    // 日本語, 中文, 한국어
    r"^.{0,40}(?:配信不能|配信不可|配信でき|送信でき|送信エラ|配信エラ|配信失敗|送信失敗|配達不能|配達でき|不達|届きません|エラーメ|メールエラー|送信者に戻|未配信)",
    r"^.{0,40}(?:退信|无法投递|無法投遞|未送达|未送達|投递失败|投遞失敗|无法送达|無法傳遞|未傳遞|未传递|发送失败|郵件傳遞|邮件传递|배달되지|전송 ?실패|반송|전달되지|배달할 수 없)",
];

const MAYBE_BOUNCE: &[&str] =
    &[r"^(?:error|failure|failed|erreur|fehler|bounce|undelivered|rejected|warning|retour)\b"];

const DELAY: &[&str] = &[
    r"^(?:delayed|delay(?:ed)? (?:mail|message|e-?mail|delivery)|(?:mail|message|delivery|e-?mail)(?: is| has been| delivery| temporarily)? (?:delay|deferr))",
    r"^warning ?:.{0,120}(?:delay|still being|not (?:yet )?(?:been )?(?:delivered|sent)|could not be|after \d+ (?:hours|minutes))",
    r"^(?:message|mail|courriel|remise) (?:differee?|retardee?|en attente de remise)\b",
    r"^(?:avis|notification) de (?:retard|report) (?:de )?(?:remise|livraison|distribution)",
    r"^(?:retard de (?:la )?remise d[ue]|verzogert|zustellung verzogert|verspatet|entrega retrasada|entrega (?:con retraso|aplazada|adiada|atrasada)|recapito ritardato|vertraagd|forsenad|forsinket|opoznion|задерж)",
];

const AUTOMATIC: &[&str] = &[
    // English
    r"^auto(?:mat(?:ic|ed))?[- _]?(?:reply|respons|response|responder|respond|answer|acknowledge?ment)\b ?(?:$|[:\-(\[|,!.<]|to\b|from\b|re\b|for\b|message\b)",
    r"^auto ?: ",
    r"^(?:i am |i'm )?out[- ]of[- ](?:the[- ])?office\b",
    r"^ooo ?(?:$|[:\-])",
    r"^(?:i am |i'm |currently )?(?:away from (?:my|the) (?:office|desk|mail|e-?mail)|on (?:annual |maternity |paternity |parental |sick |medical )?(?:leave|vacation|holidays?) ?(?:$|until|from|till|notice|message|re\b))",
    r"^(?:vacation|holiday|absence|away|leave) (?:auto\w*|reply|response|message|notice|notification|alert)\b",
    r"^(?:this is an )?automat(?:ic|ed|ically)(?:ally)?(?: generated)? (?:e-?mail|message|notification|mail|receipt|confirmation)",
    r"^message auto(?:reply| ?response)",
    r"\(auto(?:matic)?[- ]?(?:reply|response)\)$",
    // français
    r"^(?:reponses?|message|notification|courriel|mail|e-?mail|retour) auto(?:matiques?|matisee?)?(?: d'absence| de .{0,40})? ?(?:[:\-(\[|]|re\b)",
    r"^(?:message|notification|avis|notice|repondeur|reponse) d'absence",
    r"^absen(?:ce|te?) (?:du|de mon|hors du) bureau\b",
    r"^(?:je suis |actuellement )?(?:hors du bureau|absente? (?:du|de mon) bureau)",
    r"^repondeur(?: automatique)?\b",
    r"^auto(?:matic)? ?reponse",
    // Deutsch, Nederlands, skandinaviska, suomi
    r"^(?:automatische?r? |autom\. ?)(?:antwort|ruckmeldung|ruckantwort|abwesenheit|eingangsbestatigung|antwoord|beantwoording|e-?mail|nachricht|bericht)",
    r"^(?:abwesend\b|abwesenheit|ausser haus|nicht im (?:buro|haus|dienst)|urlaub ?(?:$|[:\-])|im urlaub|ich bin (?:im urlaub|abwesend|nicht im))",
    r"^(?:afwezig|niet aanwezig|niet op kantoor|ik ben (?:afwezig|niet))",
    r"^(?:autosvar|auto ?svar|automatis(?:k|kt|ch)e? (?:svar|besked|melding|meddelande)|franvaro|fravaer|fraver|ikke til ?stede|ikke pa kontoret|(?:jag|jeg) er (?:pa|ikke)|ej pa kontoret|automaattinen (?:vastaus|poissa)|poissa|lomalla|olen (?:poissa|lomalla))",
    // español, português, italiano, català
    r"^(?:respuesta|mensaje|contestacion|resposta|mensagem|risposta|messaggio) automati(?:ca|co|que)\b",
    r"^(?:fuera de (?:la )?oficina|ausente? ?(?:$|[:\-]|de (?:la )?oficina)|ausencia (?:temporal|de (?:la )?oficina)|(?:estoy )?de vacaciones|ausencia temporaria|fora d[oe] escritorio|(?:estou )?de ferias|ausencia ?:)",
    r"^(?:fuori (?:sede|ufficio)|(?:sono )?assente (?:dal|dall'ufficio|fino)|assenza (?:dall'ufficio|temporanea)|(?:sono )?in ferie)\b",
    // polski, česky, magyar, română, türkçe, ελληνικά, русский, українська
    r"^(?:autoodpowiedz|automatyczna (?:odpowiedz|wiadomosc)|nieobecn|poza biurem|automaticka (?:odpoved|sprava)|mimo kancelar|nepritomn|automatikus valasz|hazon kivul|szabadsag|raspuns automat|absenta din birou|otomatik (?:yanit|cevap)|ofis disinda|izindeyim|αυτοματη απαντηση|εκτος γραφειου)",
    r"^(?:автоответ|автоматическ|автоматичн|нет на месте|вне офиса|отсутствую|отсутствие на р|я в отпуске|відсутній на)",
    // 日本語, 中文, 한국어, العربية, עברית
    r"^.{0,40}(?:自動(?:返信|応答|送信|回覆|回复|答覆|配信)|自动(?:回复|答复|应答|回覆)|不在(?:の|通知|届|連絡)|休暇(?:中|の|通知)|外出中|假期|休假|外出|자동 ?(?:회신|응답|답장)|부재중|رد تلقائي|الرد التلقائي|חוץ למשרד|מענה אוטומטי|תשובה אוטומטית)",
];

const MAYBE_AUTOMATIC: &[&str] = &[
    r"^(?:en (?:conges?|vacances|deplacement)|closed for|office closed|(?:our )?offices? (?:is|are) closed)\b",
    r"^(?:absen(?:ce|te?)|conges?|vacances|fermeture|indisponib|vacation|holidays?|away|on leave|leave|urlaub|vacaciones|ferie|ferias|ausencia|semester|ferie|vakantie)\b",
    r"^(?:reponse|message|mail|courriel) automatique$",
    r"^(?:thank you|thanks|merci) (?:for|de|pour) (?:your|contacting|votre|nous|avoir)",
    r"^(?:changement|change|nouvelle|new) (?:d'|of |of my )?(?:e-?mail |adresse|address)",
];

const RECEIVED: &[&str] = &[
    r"\baccuse (?:de|d') ?(?:reception|enregistrement)\b",
    r"^(?:confirmation|avis) de (?:la )?(?:reception|depot|prise en compte)",
    r"^(?:nous avons bien recu|votre (?:message|demande|mail|courriel|e-?mail|ticket|requete|reclamation)\b)",
    r"^(?:acknowledge?ment|we (?:have )?received|received:|(?:your )?(?:message|request|e-?mail|inquiry|enquiry|ticket|case).{0,40}(?:received|opened|created)|thank you for (?:your|contacting)|thanks for (?:your|contacting)|receipt of your)",
    r"^(?:eingangsbestatigung|empfangsbestatigung|ihre (?:anfrage|nachricht)|acuse de recibo|hemos recibido|avviso di ricevimento|conferma di ricezione|ontvangstbevestiging|potwierdzenie)",
    r"^(?:\[?(?:ticket|demande|incident|case|request)\b.{0,12}#? ?[a-z-]*\d{3,})",
];

const RECEIPT: &[&str] = &[
    r"^(?:lu|non lu|read|not read|gelesen|ungelesen|nicht gelesen|leido|no leido|letto|non letto|lida|lido|nao lida|gelezen|niet gelezen|last|olast|lest|laest|ulest|ikke lest|luettu|lukematta|przeczytane|nieprzeczytane|precteno|elolvasva|citit|okundu|прочитано|прочтено|не прочтено|διαβαστηκε|已读|已讀|未读|既読|開封済み|未開封|읽음)(?:\([^)]*\))? ?:",
    r"^(?:return receipt|read receipt|disposition notification|message (?:read|displayed)|accuse de lecture|confirmation de lecture|avis de lecture|lesebestatigung|empfangsbestatigung \(angezeigt\)|leesbevestiging|conferma di lettura|confirmacion de lectura|confirmacao de leitura|开封|開封)",
];

const CHALLENGE: &[&str] = &[
    r"^(?:please |action required: ?)?(?:confirm|verify|validate|authenticate) (?:your )?(?:message|mail|e-?mail|sender|that you)\b",
    r"^(?:sender (?:verification|confirmation|authentication)|message (?:verification|confirmation|awaiting)|awaiting (?:your )?(?:confirmation|approval))",
    r"^(?:veuillez |merci de )?(?:confirmer|valider|authentifier|vous authentifier).{0,40}(?:message|mail|courriel|envoi|expediteur)",
    r"^(?:verification|authentification|validation) (?:de l'|d')expediteur",
    r"^demande d'authentification",
];

const FILTER: &[&str] = &[
    r"^(?:virus|worm|malware|trojan|banned|infected|forbidden|suspicious) (?:alert|warning|notice|notification|found|detected|in (?:your|mail|message|e-?mail|a)|attachment|file|contents?|infected|message|e-?mail)",
    r"^(?:warning|alert|notification|notice|attention|avertissement) ?: ?.{0,30}\bvirus\b",
    r"^(?:\{(?:virus|disarmed)\??\}|a virus was|virus (?:trouve|detecte|dans))",
    r"^(?:abuse report|complaint about message|e-?mail feedback report|(?:mail )?loop (?:alert|detected))",
    r"(?:scanmail|mailscanner|norton antivirus|mailmarshal|interscan|antigen|symantec|trend ?micro|amavis|mimesweeper|groupshield|f-secure|kaspersky).{0,60}(?:detected|found|alert|notification|violation|has|quarantin|virus|block)",
    r"^(?:content (?:filter|violation|alert)|attachment (?:removed|blocked|stripped)|message (?:content|violat))",
    r"^(?:avis|notification|rapport|alerte) (?:d'|de )?(?:mise en )?(?:quarantaine|antivirus|filtrage)",
];

const CALENDAR: &[&str] = &[
    r"^(?:accepte|refuse|provisoire|annule|accepted|declined|tentative|tentatively accepted|canceled|cancelled|zugesagt|abgelehnt|mit vorbehalt|abgesagt|aceptado|rechazado|cancelado|accettato|rifiutato|annullato|geaccepteerd|geweigerd|aceite|recusado|nouvelle heure proposee|new time proposed|mis a jour|updated invitation|annulation)(?: \w+)? ?:",
];
