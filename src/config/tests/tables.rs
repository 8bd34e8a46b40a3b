//! Faults that no key has alone: tables compared with each other, whole tables, and what is not TOML.

use super::{IMAP, LEAST, faults_of, read};

// Tables compared with each other.
faults! {
    a_mailbox_of_an_unknown_service: "service = \"accueil\"" => "service = \"acceuil\"", [
        "13 : le service « acceuil » n'est décrit nulle part. Vouliez-vous dire « accueil » ?",
    ];
    a_mailbox_of_a_service_like_no_other: "service = \"accueil\"" => "service = \"zzz\"", [
        "13 : le service « zzz » n'est décrit nulle part. Services décrits : accueil",
    ];
    two_services_of_one_id: "[outgoing]" => "[[service]]\nid = \"accueil\"\nname = \"B\"\nemail = \"b@b.example.fr\"\n[outgoing]", [
        "16 : le service « accueil » est déjà décrit (releve.toml:7)",
    ];
    two_mailboxes_alike: "[outgoing]" => "[[mailbox]]\nid = \"contact\"\naddress = \"Contact@Example.fr\"\n\
                                         service = \"accueil\"\nmaildir = \"./boites//contact\"\n[outgoing]", [
        "16 : la boîte « contact » est déjà décrite (releve.toml:11)",
        "17 : l'adresse « contact@example.fr » est déjà celle d'une boîte (releve.toml:12)",
        "19 : « /etc/releve/boites/contact » est déjà relevé par une autre boîte (releve.toml:14) : chaque message y \
         serait lu deux fois",
    ];
    an_alias_that_is_an_address: "service = \"accueil\"" => "service = \"accueil\"\naliases = [\"CONTACT@example.fr\"]", [
        "14 : l'adresse « contact@example.fr » est déjà celle d'une boîte (releve.toml:12)",
    ];
    one_imap_folder_twice: "maildir = \"boites/contact\"" => format!(
        "{IMAP}\n[[mailbox]]\nid = \"b\"\naddress = \"b@b.example.fr\"\nservice = \"accueil\"\n{}",
        IMAP.replace("user", "folder = \"inbox\", port = 994, user")
    ), [
        "19 : « INBOX de u sur imap.example.fr » est déjà relevé par une autre boîte (releve.toml:14) : chaque message y \
         serait lu deux fois",
    ];
    one_delay_twice: "[database]" => "[[deadline]]\nchannel = \"email\"\nkind = \"complaint\"\ndays = 3\nunit = \"working\"\n\
        [[deadline]]\nchannel = \"email\"\nkind = \"reclamation\"\ndays = 4\nunit = \"working\"\n[database]", [
        "23 : le délai pour « email, complaint » est déjà donné (releve.toml:18)",
    ];
    delays_that_are_none: "[database]" => "[[deadline]]\nchannel = \"mail\"\nkind = \"none\"\ndays = 366\nunit = \"days\"\n\
        [[deadline]]\nchannel = \"form\"\ndays = 0\nunit = \"calendar\"\n[database]", [
        "18 : « channel » vaut \"mail\" ; attendu : \"email\", \"form\", \"letter\", \"counter\" ou \"phone\" ; \
         vouliez-vous dire \"email\" ?",
        "19 : « kind » vaut \"none\" ; attendu : \"information\", \"complaint\", \"suggestion\" ou \"reclamation\"",
        "20 : « days » vaut 366 ; attendu : un nombre entier de 1 à 365",
        "21 : « unit » vaut \"days\" ; attendu : \"working\" ou \"calendar\"",
        "24 : « days » vaut 0 ; attendu : un nombre entier de 1 à 365",
    ];
}

// The ways out, and the database.
faults! {
    no_way_out: "folder = \"sortie\"\n" => "", ["15 : il manque « smtp » ou « folder » dans [outgoing]"];
    two_ways_out: "[database]" => "smtp = { host = \"smtp.example.fr\" }\n[database]", [
        "17 : « folder » et « smtp » s'excluent dans [outgoing] : n'en gardez qu'une",
    ];
    a_user_without_secret: "folder = \"sortie\"" => "smtp = { host = \"smtp.example.fr\", user = \"u\" }", [
        "16 : « user » demande aussi « password_file » ou « credential »",
    ];
    a_secret_without_user: "folder = \"sortie\"" => "smtp = { host = \"smtp.example.fr\", credential = \"c\" }", [
        "16 : « credential » demande aussi « user »",
    ];
    a_password_in_the_url: "sqlite:releve.db" => "postgres://releve:s3cret@base.example.fr/releve", [
        "18 : « url » contient un mot de passe : retirez-le et donnez « password_file », un fichier dont c'est la \
         première ligne, ou « credential »",
    ];
    a_password_after_the_url: "sqlite:releve.db" => "postgres://releve@base.example.fr/releve?password=s3cret", [
        "18 : « url » contient un mot de passe : retirez-le et donnez « password_file », un fichier dont c'est la \
         première ligne, ou « credential »",
    ];
    a_database_of_another_kind: "sqlite:releve.db" => "mysql://releve:s3cret@base/releve", [
        "18 : « url » ne nomme pas une base connue ; attendu : \"sqlite:CHEMIN\" ou \
         \"postgres://UTILISATEUR@MACHINE/BASE\"",
    ];
    a_database_that_would_forget: "sqlite:releve.db" => "sqlite::memory:", [
        "18 : « url » ne nomme pas de fichier ; attendu : \"sqlite:CHEMIN\"",
    ];
    a_password_for_sqlite: "releve.db\"" => "releve.db\"\ncredential = \"c\"", [
        "18 : une base SQLite n'a pas de mot de passe : retirez « password_file » ou « credential »",
    ];
}

// Whole tables.
faults! {
    an_unknown_table: "[database]" => "[mailboxes]\n[database]", [
        "17 : la table « mailboxes » est inconnue dans la configuration ; vouliez-vous dire « mailbox » ? Connues : \
         prefecture, service, mailbox, deadline, acknowledgement, outgoing, database, limits, watch, warning, web, classification, agent, fact, acronym, figures, target",
    ];
    single_brackets: "[[service]]" => "[service]", [
        "/etc/releve : il manque [[service]] ; pour un exemple commenté : releve check --default",
        "6 : « service » s'écrit [[service]], une fois pour chacun",
    ];
    double_brackets: "[outgoing]" => "[[outgoing]]", [
        "/etc/releve : il manque [outgoing] ; pour un exemple commenté : releve check --default",
        "15 : « outgoing » s'écrit [outgoing], une seule fois",
    ];
    one_table_twice_in_a_file: "[database]" => "[outgoing]\ndomain = \"b.fr\"\n[database]", [
        "17 : cette table est déjà donnée à la ligne 15 ; réunissez les deux",
    ];
}

#[test]
fn a_folder_where_nothing_is_written() {
    let missing =
        |table| format!("/etc/releve : il manque {table} ; pour un exemple commenté : releve check --default");
    let tables = ["[[mailbox]]", "[[service]]", "[database]", "[outgoing]", "[prefecture]"];
    assert_eq!(read(&[("releve.toml", "")]).unwrap_err(), tables.map(missing));
}

#[test]
fn one_table_in_two_files() {
    let told = read(&[("a.toml", LEAST), ("b.toml", "# ici\n[outgoing]\ndomain = \"b.fr\"")]).unwrap_err();
    assert_eq!(told, ["/etc/releve/b.toml:2 : la table [outgoing] est déjà donnée (a.toml:15) ; réunissez les deux"]);
}

// Syntax.
faults! {
    a_text_without_quotes: "\"Accueil\"" => "Accueil", ["8 : un texte s'écrit entre guillemets : clé = \"texte\""];
    a_key_without_value: "name = \"Accueil\"" => "name =", ["8 : il n'y a pas de valeur après le signe « = »"];
    a_key_alone: "name = \"Accueil\"" => "name", ["8 : cette clé n'a pas de valeur : clé = valeur"];
    a_quote_left_open: "\"Accueil\"" => "\"Accueil", ["8 : un guillemet « \" » n'est pas fermé"];
    a_bracket_left_open: "[database]" => "[database", ["17 : le crochet « [ » de cette table n'est pas fermé"];
    what_a_broken_table_hides_is_not_missing: "[[service]]" => "[[service", [
        "6 : les crochets « [[ » ne sont pas fermés",
    ];
    a_brace_left_open: "url = \"sqlite:releve.db\"" => "url = { a = 1", ["18 : l'accolade « { » n'est pas fermée"];
    a_backslash: "\"boites/contact\"" => r#""C:\qoites""#, ["14 : dans un texte entre guillemets, « \\ » s'écrit « \\\\ »"];
    a_date_of_no_calendar: "phone =" => "closures = [2026-13-01]\nphone =", [
        "5 : cette date n'existe pas ; attendu : AAAA-MM-JJ",
    ];
    one_key_twice: "phone =" => "phone = \"1\"\nphone =", ["6 : cette clé est donnée deux fois dans la même table"];
    words_of_the_parser_that_have_no_french: "phone =" => "closures = [+-1]\nphone =", [
        "5 : cette ligne n'est pas du TOML correct ; l'analyseur dit, en anglais : redundant numeric sign",
    ];
    faults_of_syntax_and_of_meaning_together: "id = \"contact\"\naddress = \"contact@example.fr\"" =>
        "id = contact\naddress = 12\ncolour = \"bleu", [
        "11 : un texte s'écrit entre guillemets : clé = \"texte\"",
        "12 : « address » vaut 12 ; attendu : une adresse électronique, par exemple \"accueil@example.fr\"",
        "13 : un guillemet « \" » n'est pas fermé",
    ];
}
