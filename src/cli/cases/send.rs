//! `releve cases suggest|answer|hold|ask|transfer`: what the correspondent is told of. `--dry-run` shows the letter, to whom it
//! would go and what a citizen would stumble over in it, and does nothing.

use std::{collections::BTreeMap, io::Read, path::PathBuf};

use anyhow::{Context, bail};
use jiff::civil::Date;
use serde_json::json;

use super::act::{Acted, Common, When};
use crate::{
    desk::{Desk, Letter, Step, Wording},
    replies::lint::Reading,
};

#[derive(Debug, clap::Subcommand)]
pub(super) enum SendCommand {
    /// Les trois réponses types qui conviennent le mieux, et pourquoi.
    Suggest(SuggestArgs),
    /// Répond à l'usager sur le fond ; avec --outside, note qu'il a été répondu par un autre moyen.
    Answer(AnswerArgs),
    /// Envoie un message d'attente qui annonce une date (deux fois au plus).
    Hold(HoldArgs),
    /// Demande à l'usager les pièces qui manquent, avec une date.
    Ask(AskArgs),
    /// Réoriente une demande vers un autre service, ou vers une autre administration ; l'usager en est prévenu.
    Transfer(TransferArgs),
}

#[derive(Debug, clap::Args)]
pub(super) struct SuggestArgs {
    /// La référence : 2026-000123.
    reference: String,
    /// Une ligne JSON par réponse type : template, score, title, why.
    #[arg(long)]
    json: bool,
}

/// How a letter is worded.
#[derive(Debug, clap::Args)]
struct WordingArgs {
    /// Le nom de la réponse type (« releve answers » les montre).
    #[arg(long, value_name = "NOM")]
    model: Option<String>,
    /// Ce que la réponse type laisse à compléter, autant de fois qu'il le faut.
    #[arg(long, value_name = "NOM=TEXTE", value_parser = filled)]
    fill: Vec<(String, String)>,
    /// Le texte, sans signature, dans ce fichier (« - » : l'entrée standard) ; par défaut, celui de la réponse type.
    #[arg(long, value_name = "FICHIER")]
    text: Option<PathBuf>,
    /// L'objet ; par défaut, celui de la réponse type.
    #[arg(long)]
    subject: Option<String>,
    /// L'adresse à qui vous croyez répondre : si ce n'est pas celle du correspondant, rien ne part.
    #[arg(long, value_name = "ADRESSE")]
    to: Option<String>,
    /// Envoie malgré les remarques sur le texte.
    #[arg(long)]
    as_it_is: bool,
    /// Montre le message, et n'envoie rien.
    #[arg(long)]
    dry_run: bool,
}

/// How a step is taken.
#[derive(Debug, Clone, Copy)]
struct Manner {
    dry_run: bool,
    as_it_is: bool,
}

/// The longest letter that anybody writes, in octets.
const LONGEST: u64 = 200_000;

fn written(from: impl Read, name: &str) -> anyhow::Result<String> {
    let mut text = Vec::new();
    from.take(LONGEST + 1).read_to_end(&mut text).with_context(|| format!("{name} ne peut pas être lu"))?;
    if text.len() as u64 > LONGEST {
        bail!("{name} fait plus de {} ko : ce n'est pas une lettre", LONGEST / 1000);
    }
    String::from_utf8(text).map_err(|_| anyhow::anyhow!("{name} n'est pas un texte en UTF-8"))
}

fn filled(written: &str) -> Result<(String, String), String> {
    let (name, text) = written.split_once('=').ok_or("attendu : nom=texte")?;
    Ok((name.trim().to_owned(), text.trim().to_owned()))
}

impl WordingArgs {
    fn read(self) -> anyhow::Result<(Wording, Manner)> {
        let text = match &self.text {
            None => None,
            Some(path) if path.as_os_str() == "-" => Some(written(std::io::stdin().lock(), "l'entrée standard")?),
            Some(path) => {
                let name = path.display().to_string();
                let file = std::fs::File::open(path).with_context(|| format!("{name} ne peut pas être lu"))?;
                Some(written(file, &name)?)
            }
        };
        let blanks: BTreeMap<_, _> = self.fill.into_iter().collect();
        Ok((
            Wording { model: self.model, blanks, text, subject: self.subject, to: self.to, read: None },
            Manner { dry_run: self.dry_run, as_it_is: self.as_it_is },
        ))
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct AnswerArgs {
    /// La référence : 2026-000123.
    reference: String,
    /// La réponse est partie par un autre moyen : courrier, téléphone.
    #[arg(long, conflicts_with_all = ["model", "fill", "text", "subject", "to", "dry_run"])]
    outside: bool,
    /// Jour ou instant de cette réponse ; par défaut, maintenant.
    #[arg(long, value_name = "QUAND")]
    at: Option<When>,
    /// Comment elle est partie.
    #[arg(long, default_value = "", value_name = "TEXTE")]
    how: String,
    #[command(flatten)]
    wording: WordingArgs,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
pub(super) struct HoldArgs {
    /// La référence : 2026-000123.
    reference: String,
    /// Le jour annoncé à l'usager pour la réponse.
    #[arg(long, value_name = "JOUR")]
    until: Date,
    /// Le message d'attente est parti par un autre moyen.
    #[arg(long, conflicts_with_all = ["model", "fill", "text", "subject", "to", "dry_run"])]
    outside: bool,
    /// Jour ou instant de ce message ; par défaut, maintenant.
    #[arg(long, value_name = "QUAND")]
    at: Option<When>,
    #[command(flatten)]
    wording: WordingArgs,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
pub(super) struct AskArgs {
    /// La référence : 2026-000123.
    reference: String,
    /// Une pièce qui manque, autant de fois qu'il le faut.
    #[arg(long = "piece", required = true, value_name = "TEXTE")]
    pieces: Vec<String>,
    /// Le jour jusqu'auquel elles sont attendues.
    #[arg(long, value_name = "JOUR")]
    until: Date,
    #[command(flatten)]
    wording: WordingArgs,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
pub(super) struct TransferArgs {
    /// La référence : 2026-000123.
    reference: String,
    /// La clé de l'autre service de la préfecture.
    #[arg(long, value_name = "SERVICE", required_unless_present = "administration", conflicts_with = "administration")]
    service: Option<String>,
    /// L'autre administration (CRPA, art. L114-2).
    #[arg(long, value_name = "NOM")]
    administration: Option<String>,
    /// Son adresse électronique : la demande lui est transmise, avec ce qui a été reçu.
    #[arg(long, value_name = "ADRESSE", conflicts_with_all = ["service", "already_sent"])]
    email: Option<String>,
    /// La demande lui a déjà été transmise par un autre moyen ; l'usager en est prévenu maintenant.
    #[arg(long, conflicts_with = "service")]
    already_sent: bool,
    /// La demande a été transmise et l'usager prévenu par d'autres moyens.
    #[arg(long, conflicts_with_all = ["service", "email", "already_sent", "model", "fill", "text", "subject", "to", "dry_run"])]
    outside: bool,
    /// Jour ou instant de cette transmission ; par défaut, maintenant.
    #[arg(long, value_name = "QUAND")]
    at: Option<When>,
    /// Pourquoi, pour vos collègues.
    #[arg(long, default_value = "", value_name = "RAISON")]
    why: String,
    #[command(flatten)]
    wording: WordingArgs,
    #[command(flatten)]
    common: Common,
}

impl SendCommand {
    /// `None`: everything has been said.
    pub(super) async fn run(self, desk: &Desk) -> anyhow::Result<Option<Acted>> {
        let (calendar, now) = (&desk.policy().calendar, desk.now());
        match self {
            Self::Suggest(args) => {
                suggest(desk, &args).await?;
                Ok(None)
            }
            Self::Answer(args) if args.outside => {
                let at = When::instant(args.at, calendar, now);
                let case = desk.answered_outside(&args.reference, at, &args.how, &args.common.by).await?;
                Ok(Some(Acted::new(args.common, case)))
            }
            Self::Answer(args) => {
                only_outside(args.at)?;
                let (wording, manner) = args.wording.read()?;
                step(desk, &args.reference, Step::Answer(wording), manner, args.common).await
            }
            Self::Hold(args) if args.outside => {
                let at = When::instant(args.at, calendar, now);
                let case = desk.held_outside(&args.reference, args.until, at, &args.common.by).await?;
                Ok(Some(Acted::new(args.common, case)))
            }
            Self::Hold(args) => {
                only_outside(args.at)?;
                let (wording, manner) = args.wording.read()?;
                step(desk, &args.reference, Step::Hold(args.until, wording), manner, args.common).await
            }
            Self::Ask(args) => {
                let (wording, manner) = args.wording.read()?;
                let ask = Step::Ask { pieces: args.pieces, until: args.until, wording };
                step(desk, &args.reference, ask, manner, args.common).await
            }
            Self::Transfer(args) => {
                if !args.outside {
                    only_outside(args.at)?;
                }
                let (reference, why) = (args.reference, args.why);
                let (wording, manner) = args.wording.read()?;
                let transfer = match (args.service, args.administration) {
                    (Some(service), _) => Step::Transfer { service, why, wording },
                    (None, Some(to)) if args.outside => {
                        let at = When::instant(args.at, calendar, now);
                        let case = desk.handed_over_outside(&reference, &to, at, &why, &args.common.by).await?;
                        return Ok(Some(Acted::new(args.common, case)));
                    }
                    (None, Some(_)) if args.email.is_none() && !args.already_sent => bail!(
                        "donnez l'adresse de l'administration (--email) ; si vous lui avez déjà transmis la demande : --already-sent, et si l'usager le sait aussi : --outside"
                    ),
                    (None, Some(administration)) => {
                        let email = args.email.map(|email| email.to_lowercase());
                        Step::HandOver { administration, email, why, wording }
                    }
                    (None, None) => bail!("indiquez --service ou --administration"),
                };
                step(desk, &reference, transfer, manner, args.common).await
            }
        }
    }
}

/// clap takes a flag that is not given for one that is there, and its `requires` for met.
fn only_outside(at: Option<When>) -> anyhow::Result<()> {
    if at.is_some() {
        bail!("--at dit quand un message est parti par un autre moyen : il ne va qu'avec --outside");
    }
    Ok(())
}

async fn step(
    desk: &Desk,
    reference: &str,
    step: Step,
    manner: Manner,
    common: Common,
) -> anyhow::Result<Option<Acted>> {
    if manner.dry_run {
        let stepped = desk.rehearse(reference, &step, &common.by).await?;
        match (&stepped.letter, common.json) {
            (Some(letter), true) => println!("{}", as_json(letter)),
            (Some(letter), false) => show(letter),
            (None, true) => println!("null"),
            (None, false) => println!("Aucun message ne partirait : l'usager n'a pas d'adresse électronique."),
        }
        if let Some(on) = stepped.sent_on.filter(|_| !common.json) {
            let email = on.to;
            println!("\nLa demande serait transmise, avec le message d'origine, à {email}.");
        }
        if !common.json {
            println!("\nRien n'est parti (--dry-run).");
        }
        return Ok(None);
    }
    if !manner.as_it_is {
        let rehearsed = desk.rehearse(reference, &step, &common.by).await?.letter;
        let remarks = rehearsed.map(|letter| remarks(&letter.reading)).unwrap_or_default();
        if !remarks.is_empty() {
            bail!(
                "rien n'est envoyé : relisez le texte, ou envoyez-le tel quel avec --as-it-is\n{}",
                remarks.trim_end()
            );
        }
    }
    let stepped = desk.take(reference, &step, &common.by).await?;
    let told = match &stepped.letter {
        Some(letter) => format!("Message prêt à partir, à {}.", letter.to),
        None => {
            "Aucun message ne part : l'usager n'a pas d'adresse électronique, prévenez-le par un autre moyen.".into()
        }
    };
    let on = stepped.sent_on.as_ref().map(|on| format!("\nLa demande est transmise à {}.", on.to));
    let on = on.unwrap_or_default();
    Ok(Some(Acted { more: format!("{told}{on}"), ..Acted::new(common, stepped.case) }))
}

async fn suggest(desk: &Desk, args: &SuggestArgs) -> anyhow::Result<()> {
    let suggestions = desk.suggest(&args.reference).await?;
    if args.json {
        suggestions.iter().for_each(|one| println!("{}", json!(one)));
        return Ok(());
    }
    if suggestions.is_empty() {
        println!("Aucune réponse type ne convient : ce message ne demande rien, ou ne peut pas être lu.");
    }
    for (place, one) in suggestions.iter().enumerate() {
        println!("{}. {} – {} ({:.0} %)", place + 1, one.template, one.title, one.score * 100.0);
        one.why.iter().for_each(|why| println!("     {why}"));
    }
    if let Some(best) = suggestions.first() {
        let (reference, name) = (&args.reference, &best.template);
        println!("\nPour la lire : releve cases answer {reference} --model {name} --by ADRESSE --dry-run");
    }
    Ok(())
}

fn as_json(letter: &Letter) -> serde_json::Value {
    let remarks = letter.reading.remarks.iter().map(|remark| json!({ "line": remark.line, "text": remark.text }));
    json!({
        "kind": letter.kind.word(),
        "from": letter.from,
        "to": letter.to,
        "subject": letter.subject,
        "text": letter.text,
        "attachments": letter.attachments,
        "remarks": remarks.collect::<Vec<_>>(),
        "readability": letter.reading.readability,
    })
}

fn show(letter: &Letter) {
    println!("De :    {}\nÀ :     {}\nObjet : {}\n", letter.from, letter.to, letter.subject);
    println!("{}\n", letter.text);
    letter.attachments.iter().for_each(|file| println!("Pièce jointe : {file}"));
    if let Some(score) = letter.reading.readability {
        println!("Lisibilité (Kandel et Moles) : {score} ; 60 à 70 : courant, moins de 30 : très difficile");
    }
    print!("{}", remarks(&letter.reading));
}

fn remarks(reading: &Reading) -> String {
    reading.remarks.iter().map(|remark| format!("  ligne {} : {}\n", remark.line, remark.text)).collect()
}
