//! What the languages are known by: small words, letters, scripts.

use std::ops::RangeInclusive;

use whatlang::Lang;

/// Small words by language, with and without their accents; French first.
pub(super) const SMALL_WORDS: [(&str, &str); 14] = [
    (
        "fr",
        "le la les un une des du de d l et est en que qu qui dans pour pas par sur au aux ce cet cette ces je j il elle \
         on nous vous ils elles mon ma mes ton votre vos notre nos son sa ses leur leurs ne n se s c ai as a à avez avons \
         ont suis sommes êtes etes sont était etait été ete être etre avoir fait faire plus mais ou où donc car avec sans \
         sous entre depuis pendant comme si y m me te lui eux dont quand comment combien quel quelle quels quelles tout \
         tous toute toutes bonjour bonsoir madame monsieur mesdames messieurs merci svp cordialement salutations faut \
         peut puis peux pouvez voudrais souhaite souhaiterais demande dossier rendez carte titre aussi encore toujours \
         jamais rien très tres bien déjà deja même meme autre après apres avant chez afin lors bonne journée journee \
         jour mois ans an vers rdv prefecture préfecture ça ca oui non",
    ),
    (
        "en",
        "the of and to in is that for it as was with be by on not he his but at are this have from or had an they you \
         your we our my me i am is's been has will would could should can can't cannot do does did don't didn't what \
         which when where who how why if there their them then than so no yes please thank thanks hello dear sir madam \
         regards sincerely hi need want know about any some more just like get send sent received after before because \
         still month months year years day days were into out up here only also must may still would've",
    ),
    (
        "es",
        "el la los las un una unos de del y en que es por para con no se su sus lo le les al como más mas pero o si sí \
         ya muy mi mis me te yo usted ustedes nosotros está esta este estos estas estoy son ser ha he han hay fue era \
         soy tengo tiene puedo puede quiero quisiera cuando cómo dónde donde qué cual sobre entre desde hasta sin también \
         tambien porque hola buenos buenas días dias tardes gracias saludos señor señora estimado estimados cordial \
         favor hace meses año años necesito todo todos nada cada",
    ),
    (
        "pt",
        "o a os as um uma de do da dos das e em no na nos nas que é por para com não nao se seu sua seus lhe ao à como \
         mais mas ou já muito meu minha meus me eu você voce nós está esta este isto são sao ser tem tenho há foi era \
         estou posso pode quero gostaria quando onde qual sobre entre desde até ate sem também tambem porque olá ola bom \
         boa dia tarde obrigado obrigada cumprimentos senhor senhora exmo caro venho preciso fazer tudo pelo pela aos \
         meses anos ainda depois",
    ),
    (
        "de",
        "der die das den dem des ein eine einen einem einer und ist in zu von mit auf für fuer im nicht ich sie er es \
         wir ihr mein meine meinen meiner ihre ihren uns mir mich sich als auch an aus bei nach wie wenn dass daß aber \
         oder nur noch schon sehr habe haben hat hatte war waren sind bin sein wird werden wurde kann können koennen \
         muss möchte moechte bitte danke guten tag sehr geehrte geehrter damen herren grüßen grüße gruß freundlichen \
         was wo wann warum über ueber vor seit bis um am zum zur keine kein hier jetzt",
    ),
    (
        "it",
        "il lo la i gli le un uno una di del della dei delle e è in che non per con su da dal dalla al alla ai alle si \
         mi ci vi ne sono sei siamo ho ha hanno abbiamo è era essere avere questo questa questi come più piu ma o se \
         anche quando dove cosa quale mio mia miei suo sua vostro vostra nostro io lei noi voi buongiorno salve grazie \
         saluti cordiali gentile signore signora vorrei posso può puo devo fare stato nel nella sul sulla ancora molto \
         già mesi anni perché perche",
    ),
    (
        "nl",
        "de het een en van in is dat op te zijn voor met niet die aan er om ook als bij nog maar naar dan wat of ik je u \
         uw mijn wij we ons hij zij ze heb hebt heeft hebben had was waren ben kan kunnen moet wil graag geen door over \
         uit tot al zou worden wordt hoe waar wanneer waarom dag goedendag beste geachte heer mevrouw dank bedankt \
         groet groeten vriendelijke deze dit daar hier",
    ),
    (
        "ro",
        "și si în in de la cu pe un o nu este sunt că ca să sa mai din pentru care am ai are au fost fi eu tu el ea noi \
         voi mea meu dumneavoastră dumneavoastra vă va mă ma îmi imi cum când cand unde ce dacă daca sau dar după dupa \
         până pana despre această aceasta acest bună buna ziua mulțumesc multumesc stimate doamnă domnule rog vreau pot \
         trebuie luni ani foarte fără fara",
    ),
    (
        "tr",
        "ve bir bu da de için icin ile çok cok ne var yok mı mi mu mü ben sen biz siz onlar benim bana sizin olarak olan \
         daha gibi kadar sonra önce once ama veya değil degil nasıl nasil nerede zaman lütfen lutfen merhaba teşekkür \
         tesekkur ederim saygılarımla saygilarimla sayın sayin istiyorum gerekiyor ay yıl yil gün hala",
    ),
    (
        "pl",
        "i w na z do nie się sie jest to że ze jak o po co ale za od przez dla czy mam ma są sa był byl być byc ja mnie \
         mi moje mój moj moja pan pani państwo panstwo proszę prosze dziękuję dziekuje dzień dzien dobry szanowni \
         pozdrawiam kiedy gdzie który ktory która już juz jeszcze tylko bardzo tak oraz lub przy czas mogę moge chcę",
    ),
    (
        "sq",
        "dhe në ne një nje të te për per me nga është eshte që qe si nuk jam kam ka janë jane unë une ju ne tuaj im ime \
         mirëdita miredita përshëndetje pershendetje faleminderit ju lutem kur ku pse por ose edhe deri pas muaj vjet",
    ),
    (
        "hr",
        "i u je na se da za ne su sa od do ali što sto kako koji koja bi sam smo ste li moj moja vas vam nas mi ja ima \
         imam nije poštovani postovani hvala pozdrav molim dobar dan gdje gde kada može moze samo još jos već vec ili \
         mjeseci meseci godine",
    ),
    (
        "sv",
        "och att det som en på är av för med till den har de inte om ett jag han men var vi sig så från kan när nu min \
         mitt hur hej tack vänliga hälsningar eller detta skulle mig er ni inga",
    ),
    (
        "vi",
        "và của là có không tôi được cho các một những trong với này đã người khi đến về xin chào cảm ơn anh chị ông bà \
         tại như thì mà ở rất",
    ),
];

/// The language whose letters `word` (lower case) is written with, as an index into [`SMALL_WORDS`].
pub(super) fn telling_letter(word: &str) -> Option<usize> {
    word.chars().filter(|c| !c.is_ascii()).find_map(|c| match c {
        'ñ' => Some(2),
        'ã' | 'õ' => Some(3),
        'ß' => Some(4),
        'ă' | 'ș' | 'ț' => Some(7),
        'ğ' | 'ı' | 'ş' => Some(8),
        'ł' | 'ż' | 'ś' | 'ą' | 'ę' | 'ń' => Some(9),
        'đ' if word.chars().count() < 6 => Some(13),
        'ơ' | 'ư' | 'ế' | 'ộ' | 'ạ' => Some(13),
        'å' => Some(12),
        _ => None,
    })
}

/// Letters that are not Latin, and the language most likely written in them here.
pub(super) const SCRIPTS: [(RangeInclusive<char>, &str); 16] = [
    ('\u{400}'..='\u{52f}', "ru"),
    ('\u{600}'..='\u{77f}', "ar"),
    ('\u{fb50}'..='\u{feff}', "ar"),
    ('\u{4e00}'..='\u{9fff}', "zh"),
    ('\u{3040}'..='\u{30ff}', "ja"),
    ('\u{ac00}'..='\u{d7a3}', "ko"),
    ('\u{370}'..='\u{3ff}', "el"),
    ('\u{590}'..='\u{5ff}', "he"),
    ('\u{10a0}'..='\u{10ff}', "ka"),
    ('\u{530}'..='\u{58f}', "hy"),
    ('\u{900}'..='\u{97f}', "hi"),
    ('\u{980}'..='\u{9ff}', "bn"),
    ('\u{b80}'..='\u{bff}', "ta"),
    ('\u{d80}'..='\u{dff}', "si"),
    ('\u{e00}'..='\u{e7f}', "th"),
    ('\u{1200}'..='\u{137f}', "am"),
];

/// The two-letter code of the Latin-script languages that [`SMALL_WORDS`] does not know.
pub(super) fn iso_639_1(language: Lang) -> Option<&'static str> {
    Some(match language {
        Lang::Ces => "cs",
        Lang::Slk => "sk",
        Lang::Slv => "sl",
        Lang::Hun => "hu",
        Lang::Fin => "fi",
        Lang::Dan => "da",
        Lang::Nob => "no",
        Lang::Est => "et",
        Lang::Lav => "lv",
        Lang::Lit => "lt",
        Lang::Ind => "id",
        Lang::Tgl => "tl",
        Lang::Aze => "az",
        Lang::Uzb => "uz",
        _ => return None,
    })
}
