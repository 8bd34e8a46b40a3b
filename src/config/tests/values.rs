//! Faults of one key: what it is called, what it holds, and what goes with it.

use super::{EMAIL, IMAP, TEXT, faults_of};

// Keys and values.
faults! {
    an_unknown_key: "phone =" => "phone = \"1\"\nadress =", [
        "6 : la clé « adress » est inconnue dans [prefecture] ; vouliez-vous dire « address » ? Connues : \
         name, department, address, phone, website, privacy_page, closures, internal_domains, general_secretary, quality_officers",
    ];
    an_unknown_key_like_no_other: "sortie\"" => "sortie\"\nzzz = 1", [
        "17 : la clé « zzz » est inconnue dans [outgoing]. Connues : smtp, folder, domain",
    ];
    an_unknown_key_of_an_inline_table: "maildir = \"boites/contact\"" => IMAP.replace("user", "users = 1, user"), [
        "14 : la clé « users » est inconnue dans « imap » ; vouliez-vous dire « user » ? Connues : \
         host, tls, port, ca_file, user, auth, password_file, token_file, credential, folder",
    ];
    a_missing_key: "name = \"Accueil\"\n" => "", [
        format!("6 : il manque la clé « name » dans [[service]] ; {TEXT}"),
    ];
    a_missing_key_of_an_inline_table: "maildir = \"boites/contact\"" => "imap = { host = \"h\", credential = \"c\" }", [
        format!("14 : il manque la clé « user » dans « imap » ; {TEXT}"),
    ];
    a_wrong_type: "\"Accueil\"" => "12", [format!("8 : « name » vaut 12 ; {TEXT}")];
    a_table_for_a_text: "\"Accueil\"" => "{ a = 1 }", [format!("8 : « name » vaut une table ; {TEXT}")];
    a_text_for_a_list: "service = \"accueil\"" => "service = \"accueil\"\naliases = \"a@b.example.fr\"", [
        "14 : « aliases » vaut \"a@b.example.fr\" ; attendu : une liste entre crochets, chaque élément étant \
         une adresse électronique, par exemple \"accueil@example.fr\"",
    ];
    a_blank_text: "\"Accueil\"" => "\" \"", [format!("8 : « name » vaut \" \" ; {TEXT}")];
    a_line_feed_that_would_reach_a_header: "\"Accueil\"" => r#""A\nBcc: x""#, [
        format!("8 : « name » vaut \"A\\nBcc: x\" ; {TEXT}"),
    ];
    a_long_value_is_cut: "\"16\"" => format!("\"{}\"", "é".repeat(100)), [format!(
        "3 : « department » vaut \"{}…\" ; attendu : le code d'un département ou d'une collectivité, par exemple \
         \"16\", \"2A\" ou \"974\"", "é".repeat(60)
    )];
    an_unknown_department: "\"16\"" => "\"99\"", [
        "3 : « department » vaut \"99\" ; attendu : le code d'un département ou d'une collectivité, par exemple \
         \"16\", \"2A\" ou \"974\"",
    ];
    a_malformed_address: "accueil@example.fr" => "accueil(at)example.fr", [
        format!("9 : « email » vaut \"accueil(at)example.fr\" ; {EMAIL}"),
    ];
    every_malformed_address_of_a_list: "service = \"accueil\"" => "service = \"accueil\"\naliases = [\n\"a\",\n2,\n]", [
        format!("15 : « aliases » contient \"a\" ; {EMAIL}"),
        format!("16 : « aliases » contient 2 ; {EMAIL}"),
    ];
    an_id_that_is_none: "\"contact\"" => "\"Boîte 1\"", [
        "11 : « id » vaut \"Boîte 1\" ; attendu : une clé courte en minuscules sans accent, chiffres, « - » ou « _ », \
         par exemple \"accueil\"",
    ];
    a_web_address_that_is_none: "phone =" => "website = \"www.example.fr\"\nphone =", [
        "5 : « website » vaut \"www.example.fr\" ; attendu : une adresse web, par exemple \"https://www.example.fr\"",
    ];
    a_domain_that_is_none: "phone =" => "internal_domains = [\"@gouv.fr\"]\nphone =", [
        "5 : « internal_domains » contient \"@gouv.fr\" ; attendu : un nom de domaine, par exemple \"gouv.fr\"",
    ];
    a_day_that_is_none: "phone =" => "closures = [2026-05-15, 2026-05-15T00:00:00, \"15/05/2026\"]\nphone =", [
        "5 : « closures » contient \"15/05/2026\" ; attendu : une date, par exemple 2026-05-15",
        "5 : « closures » contient 2026-05-15T00:00:00 ; attendu : une date, par exemple 2026-05-15",
    ];
    an_instant_without_offset: "service = \"accueil\"" => "service = \"accueil\"\nactive_since = 2026-03-02T08:00:00", [
        "14 : « active_since » vaut 2026-03-02T08:00:00 ; attendu : un instant avec son décalage horaire, par exemple \
         2026-03-02T08:00:00+01:00",
    ];
    a_number_out_of_range: "service = \"accueil\"" => "service = \"accueil\"\npoll_seconds = 4", [
        "14 : « poll_seconds » vaut 4 ; attendu : un nombre entier de 5 à 3600",
    ];
    a_number_beyond_all_bounds: "service = \"accueil\"" => "service = \"accueil\"\npoll_seconds = 99999999999999999999", [
        "14 : « poll_seconds » vaut 99999999999999999999 ; attendu : un nombre entier de 5 à 3600",
    ];
    a_size_that_is_none: "[database]" => "[limits]\nmessage_bytes = \"25 patates\"\n[database]", [
        "18 : « message_bytes » vaut \"25 patates\" ; attendu : une taille de 64 KiB à 1 GiB, par exemple \"25 MiB\" \
         ou 26214400",
    ];
    a_flag_that_is_none: "[database]" => "[acknowledgement]\nenabled = \"oui\"\n[database]", [
        "18 : « enabled » vaut \"oui\" ; attendu : true ou false, sans guillemets",
    ];
    a_word_outside_its_list: "[database]" => "[acknowledgement]\nenvelope = \"nul\"\n[database]", [
        "18 : « envelope » vaut \"nul\" ; attendu : \"null\" ou \"mailbox\" ; vouliez-vous dire \"null\" ?",
    ];
    an_empty_path: "\"sortie\"" => "\"\"", ["16 : « folder » vaut \"\" ; attendu : un chemin entre guillemets"];
}

// Mailboxes and servers.
faults! {
    a_mailbox_without_source: "maildir = \"boites/contact\"\n" => "", [
        "10 : il manque « maildir » ou « imap » dans [[mailbox]]",
    ];
    a_mailbox_with_two_sources: "[outgoing]" => format!("{IMAP}\n[outgoing]"), [
        "15 : « maildir » et « imap » s'excluent dans [[mailbox]] : n'en gardez qu'une",
    ];
    a_flag_on_a_maildir: "[outgoing]" => "afterwards = \"flag\"\n[outgoing]", [
        "15 : « afterwards » vaut \"flag\", qu'un Maildir ne sait pas garder ; attendu : \"nothing\" ou \
         { move = \"Traités\" }",
    ];
    an_afterwards_that_is_none: "[outgoing]" => "afterwards = \"delete\"\n[outgoing]", [
        "15 : « afterwards » vaut \"delete\" ; attendu : \"nothing\", \"flag\" ou { move = \"Traités\" }",
    ];
    an_afterwards_that_moves_nowhere: "[outgoing]" => "afterwards = { movr = \"Traités\" }\n[outgoing]", [
        format!("15 : il manque la clé « move » dans « afterwards » ; {TEXT}"),
        "15 : la clé « movr » est inconnue dans « afterwards » ; vouliez-vous dire « move » ? Connues : move".to_owned(),
    ];
    a_move_in_circles: "maildir = \"boites/contact\"" => format!("{IMAP}\nafterwards = {{ move = \"inbox\" }}"), [
        "15 : « move » renvoie les messages dans le dossier relevé, « inbox » ; choisissez-en un autre",
    ];
    an_encryption_that_is_none: "maildir = \"boites/contact\"" => IMAP.replace("user", "tls = \"startls\", user"), [
        "14 : « tls » vaut \"startls\" ; attendu : \"implicit\", \"starttls\" ou \"none\" ; \
         vouliez-vous dire \"starttls\" ?",
    ];
    no_encryption_to_elsewhere: "maildir = \"boites/contact\"" => IMAP.replace("user", "tls = \"none\", user"), [
        "14 : tls = \"none\" enverrait le mot de passe et les messages en clair à « imap.example.fr » ; attendu : \
         \"implicit\" ou \"starttls\" (\"none\" : vers cette machine seulement)",
    ];
    a_host_with_a_scheme: "maildir = \"boites/contact\"" => IMAP.replace("imap.ex", "imaps://imap.ex"), [
        "14 : « host » vaut \"imaps://imap.example.fr\" ; attendu : un nom de machine, par exemple \"imap.example.fr\"",
    ];
    a_port_beyond_the_last: "maildir = \"boites/contact\"" => IMAP.replace("user", "port = 65536, user"), [
        "14 : « port » vaut 65536 ; attendu : un nombre entier de 1 à 65535",
    ];
    no_secret: "maildir = \"boites/contact\"" => IMAP.replace(", password_file = \"p\"", ""), [
        "14 : il manque « password_file », « token_file » ou « credential » dans « imap »",
    ];
    two_secrets: "maildir = \"boites/contact\"" => IMAP.replace("\"p\"", "\"p\", credential = \"c\""), [
        "14 : « password_file » et « credential » s'excluent dans « imap » : n'en gardez qu'une",
    ];
    a_credential_that_is_a_path: "maildir = \"boites/contact\"" => IMAP.replace("password_file = \"p", "credential = \"../p"), [
        "14 : « credential » vaut \"../p\" ; attendu : le nom d'un « credential » de systemd (LoadCredential=), sans « / »",
    ];
    a_token_without_xoauth2: "maildir = \"boites/contact\"" => IMAP.replace("password_file", "token_file"), [
        "14 : « token_file » ne va qu'avec auth = \"xoauth2\" ; sinon : « password_file »",
    ];
    a_password_with_xoauth2: "maildir = \"boites/contact\"" => IMAP.replace("user", "auth = \"xoauth2\", user"), [
        "14 : avec auth = \"xoauth2\", « password_file » s'écrit « token_file »",
    ];
}

// The pages.
faults! {
    pages_that_others_reach_unencrypted: "[outgoing]" => "[web]\nlisten = \"0.0.0.0:8080\"\n[outgoing]", [
        "16 : « listen » est une adresse que d'autres machines atteignent, et les mots de passe y passeraient en clair ; \
         attendu : une adresse de cette machine (127.0.0.1) derrière un serveur qui chiffre, ou « address » en https",
    ];
    a_place_to_listen_that_is_none: "[outgoing]" => "[web]\nlisten = \"8080\"\n[outgoing]", [
        "16 : « listen » vaut \"8080\" ; attendu : une adresse et un port, par exemple \"127.0.0.1:8080\"",
    ];
    an_address_of_pages_with_a_path: "[outgoing]" => "[web]\naddress = \"https://www.example.fr/releve\"\n[outgoing]", [
        "16 : « address » a un chemin ; attendu : le nom du serveur seul, par exemple \"https://releve.example.fr\"",
    ];
    a_time_to_take_back_that_never_ends: "[outgoing]" => "[web]\nundo_seconds = 601\n[outgoing]", [
        "16 : « undo_seconds » vaut 601 ; attendu : un nombre entier de 0 à 600",
    ];
}
