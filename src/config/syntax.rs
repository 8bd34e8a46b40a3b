//! The TOML parser's complaints in French. The parser goes on after a fault, so that several are told at once.

/// What the parser says, and what people are told. The first entry that the complaint starts with wins.
const WORDS: [(&str, &str); 28] = [
    ("string values must be quoted", "un texte s'écrit entre guillemets : clé = \"texte\""),
    ("missing value", "il n'y a pas de valeur après le signe « = »"),
    ("key with no value", "cette clé n'a pas de valeur : clé = valeur"),
    ("missing assignment", "il manque le signe « = » entre la clé et sa valeur"),
    ("extra", "il y a ici un signe de trop"),
    ("invalid basic string", "un guillemet « \" » n'est pas fermé"),
    ("invalid multi-line basic string", "les guillemets « \"\"\" » ne sont pas fermés"),
    ("invalid literal string", "une apostrophe « ' » n'est pas fermée"),
    ("invalid multi-line literal string", "les apostrophes « ''' » ne sont pas fermées"),
    ("missing opening quote", "il manque un guillemet ouvrant"),
    ("missing escaped value", "dans un texte entre guillemets, « \\ » s'écrit « \\\\ »"),
    ("unclosed array table", "les crochets « [[ » ne sont pas fermés"),
    ("unclosed array", "le crochet « [ » de cette liste n'est pas fermé"),
    ("unclosed inline table", "l'accolade « { » n'est pas fermée"),
    ("unclosed table", "le crochet « [ » de cette table n'est pas fermé"),
    ("missing key for inline table", "une accolade « { » est-elle restée ouverte ? Une clé est attendue ici"),
    ("`_` may only", "« _ » ne va qu'entre deux chiffres"),
    ("missing comma", "il manque une virgule entre deux éléments"),
    ("unexpected `=` in array", "une liste entre crochets ne contient pas de « = » : son crochet est-il bien fermé ?"),
    ("cannot extend value", "cette clé a déjà une valeur, qui ne peut pas être complétée ici"),
    ("invalid unquoted key", "une clé ne contient que des lettres sans accent, des chiffres, « _ » et « - »"),
    ("unquoted keys cannot be empty", "il n'y a pas de clé avant le signe « = »"),
    ("invalid date", "cette date n'existe pas ; attendu : AAAA-MM-JJ"),
    ("invalid time", "cette heure n'existe pas ; attendu : HH:MM:SS"),
    ("invalid offset", "ce décalage horaire n'existe pas ; attendu : Z ou +HH:MM"),
    ("unexpected leading zero", "un nombre ne commence pas par zéro ; un code s'écrit entre guillemets"),
    ("carriage return", "une fin de ligne est abîmée (retour chariot seul)"),
    ("cannot recurse further", "trop de crochets ou d'accolades emboîtés"),
];

/// One sentence for a complaint of the parser about what it found on a line (from 1) of a text.
pub(super) fn in_french(complaint: &str, found: &str, text: &str, line: usize) -> String {
    // The parser takes nothing at all for a text whose quotes were forgotten.
    let unquoted = complaint.starts_with("string values must be quoted");
    let complaint = if unquoted && found.is_empty() { "missing value" } else { complaint };
    if complaint.starts_with("duplicate key") {
        return match first_header(text, line) {
            Some(first) => format!("cette table est déjà donnée à la ligne {first} ; réunissez les deux"),
            None => "cette clé est donnée deux fois dans la même table".to_owned(),
        };
    }
    match WORDS.iter().find(|(start, _)| complaint.starts_with(start)) {
        Some((_, french)) => (*french).to_owned(),
        None => {
            let (what, _) = complaint.split_once(", expected").unwrap_or((complaint, ""));
            format!("cette ligne n'est pas du TOML correct ; l'analyseur dit, en anglais : {what}")
        }
    }
}

/// The earlier line that bears the same `[header]` as this one.
fn first_header(text: &str, line: usize) -> Option<usize> {
    let header = |text: &str| text.trim().strip_prefix('[')?.split_once(']').map(|(name, _)| name.trim().to_owned());
    let wanted = text.lines().nth(line - 1).and_then(header)?;
    text.lines().take(line - 1).position(|earlier| header(earlier).as_ref() == Some(&wanted)).map(|index| index + 1)
}
