use proptest::prelude::*;

use super::of;

/// Checks that of `text` the lines before the first `@@` stay, those after it go, and so on in turns.
fn check(turns: &str) {
    let parts: Vec<&str> = turns.split("@@\n").collect();
    let text = parts.concat();
    let kept: Vec<&str> =
        parts.iter().step_by(2).map(|part| part.trim_matches('\n')).filter(|p| !p.is_empty()).collect();
    let squeezed = |text: &str| text.lines().filter(|line| !line.trim().is_empty()).collect::<Vec<_>>().join("\n");
    assert_eq!(squeezed(&of(&text, "")), squeezed(&kept.join("\n")), "of:\n{text}");
}

fn whole(text: &str) {
    assert_eq!(of(text, ""), text);
}

#[test]
fn attributions_in_many_languages() {
    for attribution in [
        "Le mar. 4 mai 2021 à 10:02, Accueil <accueil@example.org> a écrit :",
        "Le mar. 4 mai 2021 à 10:02, Accueil <accueil@example.org> a écrit\u{a0}:",
        "Le 4 mai 2021 a 10:02, Accueil <accueil@example.org> a ecrit :",
        "Le 04/05/2021 à 10h02, Accueil a écrit :",
        "Le mar. 4 mai 2021 à 10:02, Bureau des titres et de la circulation\n<bureau-des-titres@example.org> a écrit :",
        "Le mar. 4 mai 2021 à 10:02, Bureau des titres\n<bureau-des-titres@example.org>\na écrit :",
        "Dans un e-mail daté du 04/05/2021 10:02:03 Paris, Madrid, accueil@example.org a écrit :",
        "On Tue, 4 May 2021 at 10:02, Front Desk <accueil@example.org> wrote:",
        "On Tue, May 4, 2021 at 10:02 AM Front Desk <\naccueil@example.org> wrote:",
        "Am 04.05.2021 um 10:02 schrieb Empfang <accueil@example.org>:",
        "El mar, 4 may 2021 a las 10:02, Recepción (<accueil@example.org>) escribió:",
        "Em ter., 4 de mai. de 2021 às 10:02, Receção <accueil@example.org> escreveu:",
        "Il giorno mar 4 mag 2021 alle ore 10:02 Accoglienza <accueil@example.org> ha scritto:",
        "Op di 4 mei 2021 om 10:02 schreef Onthaal <accueil@example.org>:",
        "W dniu 4.05.2021 o 10:02, Recepcja <accueil@example.org> pisze i napisał(a):",
        "вт, 4 мая 2021 г. в 10:02, Приём <accueil@example.org>:",
        "4 мая 2021 г. 10:02 пользователь \"Приём\" <accueil@example.org> написал:",
    ] {
        check(&format!("Merci, j'ai compris.\n\n@@\n{attribution}\n\nBonjour,\nvotre titre est prêt.\n"));
        check(&format!(
            "Merci, j'ai compris.\n@@\n{attribution}\n> Bonjour,\n>\n> votre titre est prêt.\n@@\n\nJeanne\n"
        ));
    }
}

#[test]
fn headers_pasted_by_programs() {
    for block in [
        "De : Accueil [mailto:accueil@example.org]\nEnvoyé : mardi 4 mai 2021 10:02\nÀ : Jeanne\nObjet : RE: titre",
        "*De :* Accueil\n*Envoyé :* mardi 4 mai 2021 10:02\n*À :* Jeanne\n*Objet :* RE: titre",
        "________________________________\nDe : Accueil\nEnvoyé : mardi 4 mai 2021 10:02\nÀ : Jeanne\nObjet : titre",
        "From: Desk <accueil@example.org>\nSent: Tuesday, May 4, 2021 10:02 AM\nTo: Jeanne; Paul;\n Léo\nSubject: titre",
        "-----Message d'origine-----\nDe : Accueil\nEnvoyé : mardi 4 mai 2021",
        "-----Message d’origine-----",
        "-------- Message original --------",
        "-----Original Message-----\nFrom: Desk",
        "----- Mail original -----\nDe: \"accueil\" <accueil@example.org>\nÀ: \"j\" <j@example.fr>\nEnvoyé: Mardi 4 Mai 2021 10:02",
        "========================================\n\nMessage du : 04/05/2021 10:02\nDe : \"Accueil\" <accueil@example.org>\nA : j@example.fr\nSujet : titre",
        "Message du 04/05/21 10:02\nDe : Accueil\nA : j@example.fr\nCopie à :\nObjet : titre",
        "Von: Empfang\nGesendet: Dienstag, 4. Mai 2021 10:02\nAn: Jeanne\nBetreff: titre",
        "De: Recepción\nEnviado: martes, 4 de mayo de 2021 10:02\nPara: Jeanne\nAsunto: titre",
    ] {
        check(&format!("Merci, j'ai compris.\nJeanne\n\n@@\n{block}\n\nBonjour,\nvotre titre est prêt.\n"));
    }
    check("Merci.\n@@\n> Message du 04/05/21 10:02\n> De : Accueil\n> A : j@example.fr\n>\n> Bonjour\n");
}

#[test]
fn answers_between_and_below_are_kept() {
    check(
        "Bonjour,\n@@\nLe 4 mai 2021 à 10:02, Accueil <a@example.org> a écrit :\n> Avez-vous la photo ?\n@@\nOui, la voici.\n\
         @@\n> Et le timbre ?\n@@\nNon.\nPourquoi faut-il un timbre ?\n@@\n> Cordialement\n@@\n",
    );
    check("@@\nOn 4 May 2021, Desk <a@example.org> wrote:\n> Which day?\n>> none\n@@\n\nMonday.\n");
}

#[test]
fn sentences_that_only_look_like_history() {
    whole("Bonjour,\nLe 3 mai 2021 votre agent m'a écrit :\nvenez le 10 mai.\nJe suis venu.");
    whole("Le 3 mai je suis venue à 10h30 : personne.\nLe 4 mai non plus.\nQue faire ?");
    whole("Voici ma liste :\n> la photo\n> le timbre\n> le formulaire\nEst-ce complet ?");
    whole("AU SOMMAIRE\n> Emploi : cinq idées\n> Portrait : Maïté");
    whole("Nom : Martin\nPrénom : Jeanne\nAdresse : 1 rue du Lac\nObjet : carte grise\nBonjour.");
    whole(
        "Bonjour,\nvotre message\n   À : jeanne@example.fr\n   Objet : arrêté\n   Date : 31/08/2023 11:20\na été lu.",
    );
    whole("On one hand it is late: on the other, I wrote:\nnothing.");
    whole("Envoyé de mon village, ce courrier vous dira ma colère. Répondez !");
    whole("Sent from my desk, this is much easier than my phone.");
    whole("Je pars le 3.\n--\nPS : où dois-je signer ?");
}

#[test]
fn what_would_leave_nothing_is_whole() {
    whole("> Tout est cité.\n> Vraiment.");
    whole("De : Jeanne <j@example.fr>\nEnvoyé : mardi 4 mai 2021 10:02\nÀ : a@example.org\nObjet : s\n\nLe texte.");
    whole("Envoyé de mon iPhone");
    assert_eq!(of("", ""), "");
}

#[test]
fn forwards_are_the_message_unless_something_was_written() {
    let forwarded = "---------- Message transféré ---------\nDe : Manon <m@example.com>\nDate : jeu. 19 mars 2026 à 21:13\n\
                     À : ecole@example.fr\n\nMon numéro est bloqué.";
    whole(&format!("Voir ci-dessous.\n\n{forwarded}"));
    whole("> Début du message réexpédié :\n>\n> De : Manon\n> Mon numéro est bloqué.");
    let own =
        "Bonjour, le numéro de cette élève ressort bloqué quand on veut inscrire la demoiselle à l'examen, que faire ?";
    check(&format!("{own}\n\n@@\n{forwarded}\n"));
    let pasted =
        "Pour vous.\n\nDe : Manon <m@example.com>\nEnvoyé : jeudi 19 mars 2026\nÀ : e@example.fr\nObjet : x\n\nBloqué.";
    assert_eq!(of(pasted, "TR: numéro"), pasted);
    assert_eq!(of(pasted, "RE: numéro"), "Pour vous.");
}

#[test]
fn closings_announce_themselves() {
    for device in [
        "Envoyé de mon iPhone",
        "Envoyé depuis mon mobile",
        "Envoyé à partir de Yahoo Mail pour Android",
        "Envoyé depuis l'application Mail Orange",
        "Envoyé depuis mon appareil Galaxy",
        "Envoyé à partir de Outlook pour iOS<https://example.org/x>",
        "Provenance : Courrier pour Windows",
        "Télécharger Outlook pour iOS",
        "Obtenir Outlook pour Android",
        "Sent from my iPhone",
        "Get Outlook for Android",
        "Von meinem iPhone gesendet",
        "Enviado desde mi iPhone",
        "Enviado do meu telemóvel",
        "Inviato da iPhone",
        "Отправлено с iPhone",
    ] {
        check(&format!("Merci d'avance.\nJeanne Martin\n@@\n\n{device}\n"));
    }
    check("Merci.\nJeanne\n@@\n-- \nJeanne Martin\nPrésidente\n01 99 00 12 34\n");
    check("Merci.\nJeanne\n@@\n--\nGarage Martin\n");
    check(
        "Merci.\n@@\n\nCe message et ses pièces jointes sont confidentiels.\nMerci de le détruire.\n\nAvant d'imprimer, pensez à l'environnement.\n",
    );
    check("Merci.\n@@\n\nThis e-mail and any attachments are confidential.\n");
    whole("Ce message et ses pièces jointes vous sont adressés pour mon dossier.\n\nMerci.");
}

proptest! {
    #[test]
    fn nothing_is_invented(lines in prop::collection::vec(prop::sample::select(LINES.to_vec()), 0..40)) {
        let text = lines.join("\n");
        let known: Vec<&str> = text.lines().collect();
        let new = of(&text, "");
        for line in new.lines() {
            prop_assert!(line.is_empty() || known.iter().any(|known| known.trim_end() == line.trim_end()), "{line:?}");
        }
        let words = |text: &str| text.contains(char::is_alphanumeric);
        prop_assert_eq!(words(&new), words(&text));
    }
}

const LINES: [&str; 20] = [
    "",
    "Bonjour,",
    "je voudrais savoir :",
    "> cité",
    ">",
    ">> cité deux fois",
    "Le 4 mai 2021 à 10:02, Accueil <a@example.org> a écrit :",
    "Le 4 mai 2021 à 10:02, Accueil <",
    "> a écrit :",
    "On 4 May 2021, Desk wrote:",
    "De : Accueil",
    "Envoyé : mardi 4 mai 2021 10:02",
    "À : Jeanne",
    "Objet : titre",
    "-----Message d'origine-----",
    "---------- Forwarded message ---------",
    "-- ",
    "________________________________",
    "Envoyé de mon iPhone",
    "Ce message et ses pièces jointes sont confidentiels.",
];

#[test]
fn what_looks_like_the_line_of_a_program_and_is_the_senders_stays() {
    for text in [
        "Bonjour,\nEnvoyé par courrier recommandé le 3 mars, mon dossier est resté sans réponse.",
        "Mon dossier a été\nenvoyé par courrier recommandé le 3 mars.",
        "Bonjour,\nEnvoyé de mon iPhone hier, mon précédent message était incomplet : il manque la date.",
        "Bonjour,\nEnvoyé depuis mon téléphone car mon ordinateur est en panne.",
        "Hello,\nSent from my country by post on 3 March.",
        "Bonjour,\nDe : Paris\nÀ : Lyon\nObjet : transport de meubles\nMerci de m'indiquer le prix.",
        "Bonjour,\nDate : 12 mars 2024\nDe : Paris\nÀ : Lyon\nIl me faut une escorte.",
        "Bonjour,\n\nLe 12/02/2024 à 14:05 la préfecture a écrit :\n\"dossier incomplet\"\nIl manque quoi ?",
        "Bonjour,\nJe vous envoie deux points.\n--\nPoint un : mon adresse a changé depuis mars.\nMerci.",
    ] {
        whole(text);
    }
}

#[test]
fn words_before_an_attribution_on_its_line_stay_with_it() {
    let french =
        of("Bonjour,\nMerci pour tout. Le 3 mars 2024 à 10:00, Accueil <accueil@example.org> a écrit :\n> Bonjour", "");
    assert!(french.contains("Merci pour tout."), "{french}");
    let english = of("Hello,\nIt is 0601 On Wed, Apr 4, 2012 at 3:59 PM, desk@example.org wrote:\n> Hi", "");
    assert!(english.contains("It is 0601"), "{english}");
}

#[test]
fn answers_that_are_said_to_stand_inside_an_unmarked_history_stay() {
    let block = "De : Accueil <accueil@example.org>\nEnvoyé : mardi 4 mai 2021 10:02\nÀ : Jeanne\nObjet : titre\n\n\
        Quel est votre nom ?\nDurand\nVotre adresse ?\n3 rue des Lilas";
    whole(&format!("Bonjour, mes réponses dans le texte.\n\n{block}"));
    check(&format!("Bonjour, merci de votre réponse.\n\n@@\n{block}"));
}
