//! The pages in a real browser, as the people of a prefecture use them.

use std::time::Duration;

use fantoccini::key::Key;

use crate::support::browser::{Browser, Setup};
use crate::support::mail::{Mail, inbox};
use crate::support::pages::{PASSWORD, Pages, log_in};
use crate::support::servers::address;
use crate::support::{wait_at_most, wait_until};

fn about_a_licence(citizen: &str, office: &str) -> Mail {
    let text = "Bonjour,\r\n\r\nComment echanger mon permis de conduire etranger contre un permis francais ?\r\n\r\n\
                Le 2 mars vous m'avez ecrit :\r\n> Votre demande est enregistree.\r\n> Cordialement";
    Mail::question(citizen, office).subject("Echange de permis etranger").text(text)
}

/// The whole way of an agent: from the login to the answer in the citizen's mailbox.
async fn an_agent_answers(setup: Setup, picture: Option<&str>) {
    let scripted = !setup.without_script;
    let pages = Pages::open(0).await;
    let (citizen, other) = (address("jeanne", "usagers"), address("paul", "usagers"));
    let reference = pages.asked(&citizen, about_a_licence(&citizen, &pages.office)).await;
    pages.asked(&other, Mail::question(&other, &pages.office)).await;
    let browser = pages.come_in(&pages.agent, &[], setup).await;

    browser.says("File d'attente").await;
    assert_eq!(browser.count(".cases li").await, 2);
    // What only a script adds to the page.
    assert_eq!(browser.count("#toutes").await, usize::from(scripted));
    // Both are due the same day: the one that came first is the most urgent.
    browser.press(".cases li .what a").await;
    browser.says(&reference).await;
    browser.says("Comment echanger mon permis").await;

    browser.press("#correction summary").await;
    browser.select("#c_nature", "suggestion").await;
    browser.press("#corriger").await;
    browser.says("Le classement est corrigé").await;

    let second = ".suggested li:nth-child(2) a";
    browser.press(second).await;
    browser.says("Votre message à").await;
    let text = browser.value("#texte").await;
    assert!(text.contains("Cordialement"), "the model is there to go on with: {text}");
    // What only the agent knows is filled in, and one sentence of their own.
    let mut text = text;
    while let Some(mark) = text.find("[à compléter") {
        let end = mark + text[mark..].find(']').expect("a whole mark") + 1;
        text.replace_range(mark..end, "le 12 mars");
    }
    let text = text.replacen("Cordialement", "Je reste à votre disposition.\n\nCordialement", 1);
    browser.fill("#texte", &text).await;
    browser.press("#voir").await;
    browser.says("Voici ce qui sera envoyé").await;
    assert!(browser.text().await.contains(&citizen), "to whom is said");
    if let Some(picture) = picture {
        browser.is_well_made(picture).await;
    }
    browser.press("#envoyer").await;
    browser.says("répondue").await;

    let received = wait_until("the answer has come", async || inbox(&citizen).await.into_iter().nth(1)).await;
    for words in ["Je reste à votre disposition.", "Inès Haddad", "Instructrice"] {
        assert!(received.text().contains(words), "{words}: {}", received.text());
    }
    let case = pages.prefecture.case(&reference).await;
    assert_eq!((case["kind"].as_str(), case["state"].as_str()), (Some("suggestion"), Some("answered")));
    assert_eq!((case["replies"][0]["place"].as_u64(), case["replies"][0]["edited"].as_bool()), (Some(2), Some(true)));
    assert_eq!(inbox(&other).await.len(), 1, "nobody else is written to");
    browser.close().await;
}

#[tokio::test]
async fn an_agent_answers_the_most_urgent_case() {
    an_agent_answers(Setup::default(), Some("ecrire-apercu")).await;
}

#[tokio::test]
async fn an_agent_answers_without_script() {
    an_agent_answers(Setup { without_script: true, ..Setup::default() }, None).await;
}

#[tokio::test]
async fn an_agent_answers_on_a_narrow_screen() {
    an_agent_answers(Setup { narrow: true, ..Setup::default() }, Some("etroit-apercu")).await;
}

#[tokio::test]
async fn a_letter_that_is_taken_back_has_not_left_and_is_a_draft() {
    let pages = Pages::open(600).await;
    let citizen = address("jeanne", "usagers");
    let reference = pages.asked(&citizen, about_a_licence(&citizen, &pages.office)).await;
    let browser = pages.come_in(&pages.agent, &[], Setup::default()).await;
    browser.go(&format!("/demandes/{reference}/ecrire/reponse")).await;
    browser.fill("#objet", "Votre permis").await;
    browser.fill("#texte", "Bonjour,\n\nNous vous recevrons.\n\nCordialement,").await;
    browser.press("#voir").await;
    browser.says("Voici ce qui sera envoyé").await;
    browser.press("#envoyer").await;
    browser.says("Annuler l'envoi").await;
    browser.is_well_made("demande-en-partance").await;
    assert_eq!(pages.prefecture.case(&reference).await["state"], "open", "nothing is done yet");
    browser.press("#reprendre").await;
    browser.says("Le message n'est pas parti").await;
    assert!(browser.value("#texte").await.contains("Nous vous recevrons."), "it is there to be changed");
    assert_eq!(inbox(&citizen).await.len(), 1, "the acknowledgement alone");
    let case = pages.prefecture.case(&reference).await;
    assert_eq!((case["state"].as_str(), case["replies"].as_array().map(Vec::len)), (Some("open"), Some(0)));
    browser.close().await;
}

/// The draft that keeps itself must not look like another window's to the form that is sent meanwhile.
#[tokio::test]
async fn a_letter_is_sent_while_its_draft_is_being_kept() {
    let pages = Pages::open(0).await;
    let citizen = address("jeanne", "usagers");
    let reference = pages.asked(&citizen, about_a_licence(&citizen, &pages.office)).await;
    let browser = pages.come_in(&pages.agent, &[], Setup::default()).await;
    browser.go(&format!("/demandes/{reference}/ecrire/reponse")).await;
    // The server has kept the draft, and its answer is long in coming.
    let slow = "const fetched = window.fetch; window.kept = 0;
                window.fetch = async (address, how) => {
                  const answer = await fetched(address, how);
                  if (!address.endsWith('/brouillon')) return answer;
                  window.kept += 1;
                  return new Promise(resolve => { window.deliver = () => resolve(answer); });
                };";
    browser.ask(slow).await;
    browser.fill("#objet", "Votre permis").await;
    browser.fill("#texte", "Bonjour,\n\nNous vous recevrons.\n\nCordialement,").await;
    wait_until("the draft is kept", async || (browser.ask("return window.kept").await == 1).then_some(())).await;
    browser.press("#voir").await;
    browser.ask("window.deliver()").await;
    browser.says("Voici ce qui sera envoyé").await;
    browser.close().await;
}

#[tokio::test]
async fn the_links_of_a_digest_lead_a_manager_to_the_case() {
    let mut pages = Pages::open(20).await;
    pages.prefecture.set("watch", "enabled", true);
    let citizen = address("jeanne", "usagers");
    let reference = pages.asked(&citizen, about_a_licence(&citizen, &pages.office)).await;
    let case = pages.prefecture.case(&reference).await;
    let due = case["due"].as_str().expect("a deadline").get(..10).expect("a day").to_owned();
    let digest =
        pages.prefecture.ask(&["digest", "--dry-run", "--json", "--now", &format!("{due}T09:00:00+01:00")]).await;
    let link = format!("{}/demandes/{reference}", pages.base);
    assert!(digest.stdout.contains(&link), "{}", digest.stdout);

    let browser = Browser::open(&pages.base, Setup::default()).await;
    pages.invited(&browser, &pages.manager, &[]).await;
    browser.go(&link).await;
    browser.says("Mot de passe").await;
    log_in(&browser, &pages.manager).await;
    browser.says(&reference).await;
    assert_eq!(browser.here().await, format!("/demandes/{reference}"), "the link leads on after the login");
    browser.choose("Tableau de bord").await;
    browser.says("Bureau du séjour").await;
    browser.close().await;
}

#[tokio::test]
async fn the_keyboard_alone_is_enough() {
    let pages = Pages::open(0).await;
    let citizen = address("jeanne", "usagers");
    let reference = pages.asked(&citizen, about_a_licence(&citizen, &pages.office)).await;
    let browser = Browser::open(&pages.base, Setup::default()).await;
    pages.invited(&browser, &pages.agent, &[]).await;
    browser.go("/connexion").await;
    browser.tab_to("#courriel").await;
    browser.type_in(&pages.agent).await;
    browser.tab_to("#mot_de_passe").await;
    browser.type_in(PASSWORD).await;
    browser.key(Key::Enter).await;
    browser.says("File d'attente").await;

    browser.key(Key::Tab).await;
    assert!(browser.focused().await.contains("Aller au contenu"), "the first stop leads past the navigation");
    browser.key(Key::Enter).await;
    browser.tab_to("Echange de permis").await;
    browser.key(Key::Enter).await;
    browser.says(&reference).await;
    browser.tab_to("#confirmer").await;
    browser.key(Key::Enter).await;
    browser.says("Le classement est confirmé").await;
    browser.tab_to("Écrire une réponse").await;
    browser.key(Key::Enter).await;
    browser.says("Votre message à").await;
    browser.tab_to("#objet").await;
    browser.type_in("Votre permis").await;
    browser.key(Key::Tab).await;
    browser.type_in("Bonjour,\n\nNous vous recevrons.\n\nCordialement,").await;
    browser.tab_to("#voir").await;
    browser.key(Key::Enter).await;
    browser.says("Voici ce qui sera envoyé").await;
    browser.tab_to("#envoyer").await;
    browser.key(Key::Enter).await;
    browser.says("répondue").await;
    wait_until("the answer has come", async || inbox(&citizen).await.into_iter().nth(1)).await;
    browser.close().await;
}

/// Every page, in every state that it has, has nothing that axe-core finds wrong; pictures of all are kept.
async fn every_page_is_well_made(narrow: bool) {
    let pages = Pages::open(600).await;
    let setup = || Setup { narrow, ..Setup::default() };
    let name = |page: &str| if narrow { format!("etroit-{page}") } else { page.to_owned() };
    let (citizen, other) = (address("jeanne", "usagers"), address("paul", "usagers"));

    let browser = Browser::open(&pages.base, setup()).await;
    browser.go("/connexion").await;
    browser.is_well_made(&name("connexion")).await;
    browser.fill("#courriel", "personne@prefecture.example.fr").await;
    browser.fill("#mot_de_passe", "rien de juste").await;
    browser.choose("Se connecter").await;
    browser.says("n'est pas le bon").await;
    browser.is_well_made(&name("connexion-refusee")).await;
    browser.go("/accessibilite").await;
    browser.is_well_made(&name("accessibilite")).await;
    let invited = pages.prefecture.ask(&["user", "add", &pages.agent]).await;
    let link = invited.stdout.split_whitespace().find(|word| word.contains("/invitation/")).expect("an invitation");
    browser.go(link).await;
    browser.is_well_made(&name("invitation")).await;
    browser.fill("#un", PASSWORD).await;
    browser.fill("#deux", "autre chose encore").await;
    browser.choose("Enregistrer").await;
    browser.says("ne sont pas les mêmes").await;
    browser.is_well_made(&name("invitation-refusee")).await;
    browser.fill("#un", PASSWORD).await;
    browser.fill("#deux", PASSWORD).await;
    browser.choose("Enregistrer").await;
    browser.go(link).await;
    browser.says("a déjà servi").await;
    browser.is_well_made(&name("invitation-utilisee")).await;

    browser.go("/connexion").await;
    log_in(&browser, &pages.agent).await;
    browser.says("Rien n'attend").await;
    browser.is_well_made(&name("file-vide")).await;

    let reference = pages.asked(&citizen, about_a_licence(&citizen, &pages.office)).await;
    let mail = Mail::question(&other, &pages.office).subject("Plainte : accueil inadmissible au guichet");
    let second = pages
        .asked(&other, mail.text("Bonjour,\r\n\r\nJe me plains de l'accueil au guichet, c'est inadmissible."))
        .await;
    let picture = include_bytes!("../fixtures/picture.eml");
    pages.delivered(picture).await;
    pages.prefecture.cases_opened(3).await;
    browser.go("/demandes").await;
    browser.says("Echange de permis").await;
    browser.is_well_made(&name("file")).await;
    browser.go("/demandes?mots=permis&etat=tous&agent=personne").await;
    browser.is_well_made(&name("file-filtree")).await;
    // Several urgencies at once; what is given to nobody already cannot be given to nobody.
    pages.prefecture.database.change(&format!("UPDATE cases SET due_at = 1000 WHERE reference = '{second}'")).await;
    browser.go("/demandes").await;
    assert_eq!(browser.count("h2.group").await, 2);
    browser.is_well_made(&name("file-en-retard")).await;
    browser.press("input[name=demande]").await;
    browser.select("#a", "personne").await;
    browser.choose("Confier").await;
    browser.says("Ce qui n'a pas pu l'être").await;
    browser.is_well_made(&name("file-refus")).await;
    browser.go("/demandes?mots=introuvable").await;
    browser.says("Aucune demande ici").await;
    browser.is_well_made(&name("file-sans-resultat")).await;

    browser.go(&format!("/demandes/{reference}")).await;
    browser.ask("document.querySelectorAll('details').forEach(one => one.open = true)").await;
    browser.is_well_made(&name("demande")).await;
    browser.go(&format!("/demandes/{second}")).await;
    browser.is_well_made(&name("demande-reclamation")).await;
    let attached = pages.prefecture.cases().await;
    let attached = attached.iter().find(|case| case["subject"] == "Ma photo").expect("the case with a picture");
    let attached = attached["reference"].as_str().expect("a reference").to_owned();
    browser.go(&format!("/demandes/{attached}")).await;
    browser.ask("document.querySelectorAll('details').forEach(one => one.open = true)").await;
    wait_until("the picture is drawn", async || {
        let drawn = browser
            .ask("return [...document.querySelectorAll('.picture img')].every(one => one.naturalWidth > 0)")
            .await;
        (drawn == true).then_some(())
    })
    .await;
    browser.is_well_made(&name("demande-piece-jointe")).await;
    browser.choose("Voir la mise en forme").await;
    browser.says("Les images, les liens").await;
    browser.is_well_made(&name("mise-en-forme")).await;

    browser.go(&format!("/demandes/{second}")).await;
    browser.choose("Clore sans réponse").await;
    browser.ask("document.getElementById('raison').required = false").await;
    browser.fill("#precision", "Déjà répondu par téléphone").await;
    browser.press("form[action$='/clore'] button").await;
    browser.says("Déjà répondu par téléphone").await;
    browser.is_well_made(&name("refus-avec-ce-qui-etait-ecrit")).await;

    for (slug, page) in [
        ("reponse", "ecrire"),
        ("attente", "ecrire-attente"),
        ("pieces", "ecrire-pieces"),
        ("reorientation", "ecrire-reorientation"),
        ("transmission", "ecrire-transmission"),
    ] {
        browser.go(&format!("/demandes/{reference}/ecrire/{slug}")).await;
        browser.is_well_made(&name(page)).await;
    }
    browser.go(&format!("/demandes/{reference}/ecrire/attente")).await;
    browser.set_date("#jusqu_au", "2020-01-06").await;
    browser.press("#voir").await;
    browser.says("doit être à venir").await;
    browser.is_well_made(&name("ecrire-refuse")).await;
    browser.go(&format!("/demandes/{reference}/ecrire/transmission")).await;
    browser.fill("#administration", "la mairie de Rochemarais").await;
    browser.fill("#courriel", "mairie@rochemarais.example.fr").await;
    browser.press("#voir").await;
    browser.says("Et à l'administration").await;
    browser.is_well_made(&name("ecrire-transmission-apercu")).await;
    browser.go(&format!("/demandes/{reference}/ecrire/reponse")).await;
    browser.fill("#texte", "Le SIV et l'ANTS répondront sur le site.").await;
    browser.says("Ligne 1").await;
    browser.is_well_made(&name("ecrire-relecture")).await;
    browser.press("#voir").await;
    browser.says("À relire avant d'envoyer").await;
    browser.is_well_made(&name("ecrire-remarques")).await;
    browser.choose("Garder le brouillon").await;
    browser.says("Le brouillon est gardé").await;
    browser.is_well_made(&name("demande-brouillon")).await;
    pages
        .prefecture
        .database
        .change("UPDATE writing SET failure = 'l''usager a écrit de nouveau' WHERE kind = 'answer'")
        .await;
    browser.go(&format!("/demandes/{reference}")).await;
    browser.says("n'est pas parti").await;
    browser.is_well_made(&name("demande-pas-partie")).await;
    browser.go("/demandes").await;
    browser.says("Vos messages en préparation").await;
    browser.is_well_made(&name("file-brouillon")).await;

    browser.go("/courrier").await;
    browser.is_well_made(&name("courrier")).await;
    browser.fill("#objet", "Demande de rendez-vous").await;
    browser.ask("document.getElementById('arrivee').removeAttribute('max')").await;
    browser.set_date("#arrivee", "2199-01-07").await;
    browser.choose("Enregistrer, puis une autre").await;
    browser.says("dans l'avenir").await;
    browser.is_well_made(&name("courrier-refuse")).await;
    let arrived = browser.ask("return document.getElementById('arrivee').max").await;
    browser.set_date("#arrivee", arrived.as_str().expect("today")).await;
    browser.choose("Enregistrer, puis une autre").await;
    browser.says("La demande est enregistrée").await;
    browser.is_well_made(&name("courrier-enregistre")).await;

    browser.go("/reponses?mots=permis").await;
    browser.is_well_made(&name("reponses")).await;
    browser.go(&format!("/reponses/reponse/permis-echange-etranger?pour={reference}")).await;
    browser.is_well_made(&name("reponse-type")).await;
    browser.add("#texte", "\n\nUne phrase de plus.").await;
    browser.fill("#pourquoi", "Une précision que tous demandent").await;
    browser.choose("Proposer").await;
    browser.says("Le changement est proposé").await;
    browser.is_well_made(&name("changement")).await;
    browser.go("/changements").await;
    browser.is_well_made(&name("changements")).await;
    browser.go("/administration").await;
    browser.says("Accès refusé").await;
    browser.is_well_made(&name("acces-refuse")).await;
    browser.go("/demandes/2026-999999").await;
    browser.is_well_made(&name("introuvable")).await;
    browser.choose("Se déconnecter").await;
    browser.close().await;

    let browser = pages.come_in(&pages.quality, &["--role", "quality_officer"], setup()).await;
    browser.go(&format!("/demandes/{reference}")).await;
    browser.is_well_made(&name("demande-qualite")).await;
    browser.go("/changements").await;
    browser.press("tbody a").await;
    browser.is_well_made(&name("changement-a-decider")).await;
    browser.choose("Approuver").await;
    browser.says("La décision est enregistrée").await;
    browser.is_well_made(&name("changement-approuve")).await;
    let written = std::fs::read_to_string(pages.prefecture.path("templates/answer/permis-echange-etranger.fr.hbs"));
    let written = written.expect("the file is the truth");
    assert!(written.contains("Une phrase de plus.") && written.contains("version = 2"), "{written}");
    wait_until("the change is in force", async || {
        browser.go("/reponses/reponse/permis-echange-etranger").await;
        browser.text().await.contains("version 2").then_some(())
    })
    .await;
    browser.close().await;

    let browser = pages.come_in(&pages.manager, &[], setup()).await;
    browser.go(&format!("/demandes/{reference}")).await;
    browser.says("prépare un message").await;
    browser.is_well_made(&name("demande-d-un-collegue")).await;
    let act = async |arguments: &[&str]| {
        let answer = pages.prefecture.ask(arguments).await;
        assert!(answer.status.success(), "{arguments:?}: {}", answer.stderr);
    };
    let next_year = format!("{}-01-08", attached[..4].parse::<i32>().expect("a year") + 1);
    act(&["cases", "hold", &attached, "--until", &next_year, "--outside"]).await;
    browser.go(&format!("/demandes/{attached}")).await;
    browser.is_well_made(&name("demande-en-attente")).await;
    act(&["cases", "close", &attached, "--reason", "thanks"]).await;
    browser.go(&format!("/demandes/{attached}")).await;
    browser.says("Pourquoi la rouvrir").await;
    browser.is_well_made(&name("demande-close")).await;
    act(&["cases", "merge", &second, "--into", &reference, "--different-correspondents"]).await;
    browser.go(&format!("/demandes/{second}")).await;
    browser.says("Séparer de").await;
    browser.is_well_made(&name("demande-reunie")).await;
    browser.go("/demandes?etat=terminees").await;
    browser.is_well_made(&name("file-terminees")).await;
    browser.go("/tableau-de-bord").await;
    browser.is_well_made(&name("tableau-de-bord")).await;
    browser.select("#qui", &pages.agent).await;
    browser.set_date("#du", "2099-03-02").await;
    browser.set_date("#au", "2099-03-06").await;
    browser.select("#remplacant", &pages.manager).await;
    browser.choose("Noter l'absence").await;
    browser.says("Les absences sont à jour").await;
    browser.is_well_made(&name("tableau-de-bord-absence")).await;
    browser.close().await;

    let machine = Mail::question("robot@usagers.example.fr", &pages.office).id("robot-1@usagers.example.fr");
    pages.delivered(&machine.field("Auto-Submitted", "auto-generated").bytes()).await;
    pages.prefecture.deliveries_done("sejour", 4).await;
    pages
        .prefecture
        .database
        .change("UPDATE outbox SET state = 'failed', last_answer = '550 refusé' WHERE id = 1")
        .await;
    let browser = pages.come_in(&pages.administrator, &["--role", "administrator"], setup()).await;
    for (address, page) in [
        ("/administration", "boites"),
        ("/administration/a-part", "a-part"),
        ("/administration/courriels", "courriels"),
        ("/administration/comptes", "comptes"),
        ("/administration/journal", "journal"),
        ("/administration/classement", "classement"),
    ] {
        browser.go(address).await;
        browser.ask("document.querySelectorAll('details').forEach(one => one.open = true)").await;
        browser.is_well_made(&name(page)).await;
    }
    browser.go("/administration/a-part").await;
    browser.choose("Importer quand même").await;
    browser.says("Le message sera importé").await;
    pages.prefecture.cases_opened(5).await;
    browser.go("/administration/courriels").await;
    browser.choose("Envoyer quand même").await;
    browser.says("Le courriel est relancé").await;
    browser.go("/administration/comptes").await;
    browser.fill("#courriel", "nouvelle@prefecture.example.fr").await;
    browser.fill("#nom", "Nour Vidal").await;
    browser.ask("document.querySelector('form[action=\"/administration/comptes\"] input[value=\"agent:etrangers\"]').click()").await;
    browser.choose("Créer, et établir l'invitation").await;
    browser.says("/invitation/").await;
    browser.is_well_made(&name("comptes-invitation")).await;
    browser.close().await;
}

/// The demonstration as a newcomer opens it.
#[tokio::test]
async fn an_agent_comes_into_the_demonstration() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let folder = home.path().join("d");
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
    let mut demo = Demonstration(
        std::process::Command::new(env!("CARGO_BIN_EXE_releve"))
            .args(["demo", "--port", &port.to_string(), "--dir"])
            .arg(&folder)
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("it starts"),
    );
    let password = wait_at_most(Duration::from_secs(120), "the demonstration has its accounts", async || {
        assert!(demo.0.try_wait().expect("our own child").is_none(), "it ended");
        std::fs::read_to_string(folder.join("mot-de-passe.txt")).ok()
    })
    .await;
    let base = format!("http://127.0.0.1:{port}");
    wait_until("its pages are served", async || tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok()).await;
    let browser = Browser::open(&base, Setup::default()).await;
    browser.go("/").await;
    browser.fill("#courriel", "ines.haddad@charente-atlantique.example.fr").await;
    browser.fill("#mot_de_passe", password.trim()).await;
    browser.choose("Se connecter").await;
    browser.says("Bureau des migrations").await;
    browser.is_well_made("demonstration-file").await;
    browser.press(".cases li .what a").await;
    browser.says("Conversation").await;
    browser.is_well_made("demonstration-demande").await;
    browser.press("#confirmer").await;
    browser.says("Le classement est confirmé").await;
    browser.close().await;
}

/// Ends with the test.
struct Demonstration(std::process::Child);

impl Drop for Demonstration {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The eye that finds nothing elsewhere sees what is there.
#[tokio::test]
async fn what_is_badly_made_is_seen() {
    let pages = Pages::open(20).await;
    let browser = Browser::open(&pages.base, Setup::default()).await;
    browser.go("/connexion").await;
    assert_eq!(browser.violations().await, [""; 0]);
    // The policy of the page forbids a style that is written into it.
    let faults = "document.querySelector('main').insertAdjacentHTML('beforeend', '<input><p id=gris>gris</p><img src=\"/rien\">');
        document.getElementById('gris').style.color = '#ccc'";
    browser.ask(faults).await;
    let seen = browser.violations().await.join("\n");
    for rule in ["label:", "color-contrast:", "image-alt:"] {
        assert!(seen.contains(rule), "{rule} {seen}");
    }
    browser.close().await;
}

#[tokio::test]
async fn every_page_is_well_made_on_a_desk() {
    every_page_is_well_made(false).await;
}

#[tokio::test]
async fn every_page_is_well_made_on_a_telephone() {
    every_page_is_well_made(true).await;
}
