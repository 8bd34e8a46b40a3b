//! The demonstration prefecture: its folder, its configuration and its mail. What it shows is real: the daemon that reads
//! these mailboxes is the one that a prefecture runs.

mod messages;
mod tracking;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use jiff::{Timestamp, tz::TimeZone};

use crate::{accounts::Accounts, mail::hexadecimal, store::Grant};

/// The configuration of the demonstration; its paths start from its folder.
const CONFIG: &str = include_str!("../demo/releve.toml");

/// The tracking sheet that the prefecture kept until now, in the folder of the demonstration.
pub const SHEET: &str = "suivi.csv";

/// Sets the demonstration up in `dir`, as of `now`, and returns its configuration folder. A demonstration that is there
/// already is left as it is.
pub fn set_up(dir: &Path, now: Timestamp) -> anyhow::Result<PathBuf> {
    let folder = dir.join("config");
    let done = folder.join("releve.toml");
    if done.is_file() {
        return Ok(folder);
    }
    let create =
        |path: &Path| fs::create_dir_all(path).with_context(|| format!("{} ne peut pas être créé", path.display()));
    create(&folder)?;
    create(&dir.join("envoyes"))?;
    messages::deliver(&dir.join("boites"), now)?;
    // As mail servers name them: « Envoyés », « Brouillons ».
    for folder in [".Envoy&AOk-s", ".Brouillons"] {
        for part in ["tmp", "new", "cur"] {
            create(&dir.join("boites/etrangers").join(folder).join(part))?;
        }
    }
    let sheet = dir.join(SHEET);
    let today = now.to_zoned(TimeZone::UTC).date();
    fs::write(&sheet, tracking::sheet(today)).with_context(|| format!("{} ne peut pas être écrit", sheet.display()))?;
    // Last, so that a set-up that was cut is made anew.
    fs::write(&done, CONFIG).with_context(|| format!("{} ne peut pas être écrit", done.display()))?;
    Ok(folder)
}

/// An account of the demonstration.
pub struct Account {
    /// The address that its configuration names.
    pub email: &'static str,
    name: &'static str,
    grants: &'static [&'static str],
    /// What it may do, in words.
    pub what: &'static str,
}

/// One account of each kind.
pub const ACCOUNTS: &[Account] = &[
    Account {
        email: "ines.haddad@charente-atlantique.example.fr",
        name: "Inès Haddad",
        grants: &["agent:migrations"],
        what: "agent du bureau des migrations",
    },
    Account {
        email: "noe.perrin@charente-atlantique.example.fr",
        name: "Noé Perrin",
        grants: &["agent:relation", "agent:titres", "agent:citoyennete"],
        what: "agent des autres bureaux",
    },
    Account {
        email: "karim.belaid@charente-atlantique.example.fr",
        name: "Karim Belaïd",
        grants: &["manager:migrations"],
        what: "responsable du bureau des migrations",
    },
    Account {
        email: "marc.tessier@charente-atlantique.example.fr",
        name: "Marc Tessier",
        grants: &["quality_officer"],
        what: "référent qualité",
    },
    Account {
        email: "admin@charente-atlantique.example.fr",
        name: "Ada Lorent",
        grants: &["administrator"],
        what: "administratrice",
    },
];

/// Serves the pages of the demonstration on this port of this machine, from the next time that its folder is read.
pub fn serve_on(folder: &Path, port: u16) -> anyhow::Result<()> {
    let file = folder.join("pages.toml");
    let text = format!(
        "# Écrit par « releve demo ».\n[web]\nlisten = \"127.0.0.1:{port}\"\naddress = \"http://127.0.0.1:{port}\"\n"
    );
    fs::write(&file, text).with_context(|| format!("{} ne peut pas être écrit", file.display()))
}

/// Sees to it that the accounts of the demonstration are there, and returns their password: another one in each
/// demonstration, kept beside it.
pub async fn accounts(dir: &Path, accounts: &Accounts) -> anyhow::Result<String> {
    let file = dir.join("mot-de-passe.txt");
    if let Ok(known) = fs::read_to_string(&file) {
        return Ok(known.trim().to_owned());
    }
    let mut chance = [0; 6];
    getrandom::fill(&mut chance).context("le système ne donne pas de nombre aléatoire")?;
    let password = format!("releve-{}", hexadecimal(&chance));
    for account in ACCOUNTS {
        let grants = account.grants.iter().filter_map(|grant| grant.parse().ok()).collect::<Vec<Grant>>();
        // One that is there already is of a set-up that was cut: it gets the password of this one.
        let token = match accounts.add(account.email, account.name, &grants, "releve demo").await {
            Ok(token) => token,
            Err(_) => accounts.invite(account.email, "releve demo").await?,
        };
        accounts.accept(&token, &password).await?;
    }
    fs::write(&file, format!("{password}\n")).with_context(|| format!("{} ne peut pas être écrit", file.display()))?;
    Ok(password)
}
