use super::of;

#[test]
fn each_language_in_a_few_sentences() {
    let cases = [
        ("fr", "Bonjour, je voudrais savoir quels papiers apporter pour le renouvellement de mon titre."),
        ("en", "Hello, could you please tell me which documents I need to bring for my appointment?"),
        ("es", "Hola, quisiera saber qué documentos necesito para renovar mi permiso. Muchas gracias."),
        ("pt", "Bom dia, gostaria de saber quais documentos são precisos para renovar o meu título. Obrigado."),
        ("de", "Guten Tag, ich möchte wissen, welche Unterlagen ich für die Verlängerung brauche."),
        ("it", "Buongiorno, vorrei sapere quali documenti sono necessari per il mio permesso. Grazie."),
        ("nl", "Goedendag, ik wil graag weten welke documenten ik nodig heb voor mijn aanvraag."),
        ("ro", "Bună ziua, vă rog să îmi spuneți ce documente sunt necesare pentru permis."),
        ("tr", "Merhaba, oturum kartım için hangi belgeler gerekiyor? Teşekkür ederim, saygılarımla."),
        ("pl", "Dzień dobry, proszę o informację, czy mogę już odebrać dokument. Dziękuję."),
        ("sq", "Përshëndetje, unë kam një pyetje për dokumentin tim, ju lutem. Faleminderit."),
        ("ar", "السلام عليكم، أريد أن أعرف ما هي الوثائق المطلوبة لتجديد بطاقة الإقامة."),
        ("fa", "سلام، می خواهم بدانم برای تمدید کارت چه مدارکی لازم است. تشکر از شما که پاسخ می دهید"),
        ("ru", "Здравствуйте, подскажите, пожалуйста, какие документы нужны для продления?"),
        ("uk", "Добрий день, підкажіть, будь ласка, які документи потрібні для продовження захисту?"),
        ("zh", "您好，请问续签居留卡需要哪些材料？"),
        ("ja", "こんにちは、滞在許可証の更新に必要な書類を教えてください。"),
        ("ka", "გამარჯობა, რა საბუთებია საჭირო?"),
    ];
    for (language, text) in cases {
        assert_eq!(of(text), language, "{text}");
    }
}

#[test]
fn short_and_odd_texts_stay_french() {
    for text in [
        "",
        "?",
        "12345",
        "Bonjour",
        "ok merci",
        "Merci",
        "RDV ?",
        "urgent",
        "Cordialement",
        "carte grise",
        "svp",
        "non",
        "permis international",
        "Mme Da Silva Oliveira",
        "Dossier no 2021-12",
        "Anna Kowalska",
        "ANTS",
        "Hello",
        "bjr jai perdu mon permi koi faire",
        "Bonjour no problem",
        "Re: passport",
        "je sui venu hier y avait persone",
        "la prefecture de la loire",
        "Nom : Martin - Prénom : Ana - A 12",
        "SARL Global Trading and Co",
    ] {
        assert_eq!(of(text), "fr", "{text}");
    }
}

#[test]
fn a_foreign_phrase_does_not_change_the_language() {
    let text = "Bonjour, le site affiche « this page is not available, please try again later » depuis trois jours. \
                Comment prendre rendez-vous pour mon titre de séjour ?";
    assert_eq!(of(text), "fr");
}
