//! A letter to a correspondent: worded from a model or freely, signed, addressed, threaded, and checked before it may leave.

use std::{collections::BTreeMap, sync::LazyLock};

use jiff::{Timestamp, civil::Date};
use regex::Regex;
use serde::{Deserialize, Serialize};

use super::{Desk, act::ActError, thread::IdKey};
use crate::{
    case::LetterKind,
    config::{Mailbox, Service},
    mail::{self, Enclosed, OutgoingMail, Sort},
    replies::{Draft, LetterFacts, Recipient, SHOWN, Signature, Suggestion, Unsendable, lint},
    store::{Belongs, CaseSummary, NewOutgoing, NewReply, StoreError, ThreadSoFar, Work},
    triage::fold::fold,
};

/// How an agent words a letter.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Wording {
    /// Name of the model; `None`: the usual one of its kind, or, for an answer, none.
    pub model: Option<String>,
    /// What the model leaves to the agent.
    pub blanks: BTreeMap<String, String>,
    /// The text as the agent left it, without the signature; `None`: that of the model.
    pub text: Option<String>,
    /// The subject; `None`: that of the model.
    pub subject: Option<String>,
    /// The address that the agent saw when sending: should the correspondent be another one by then, nothing leaves.
    pub to: Option<String>,
    /// The row of the last message that the agent saw: should the correspondent have written again by then, nothing leaves.
    pub read: Option<i64>,
}

/// What a letter says besides its wording.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    pub(super) announced: Option<Date>,
    pub(super) recipient: Recipient,
    pub(super) pieces: Vec<String>,
    /// The day by which an answer was promised, where that is to be said.
    pub(super) due: Option<Date>,
}

/// A letter that is ready to leave, as it will be read.
#[derive(Debug, Clone)]
pub struct Letter {
    /// What it is for.
    pub kind: LetterKind,
    /// Address of the mailbox from which it leaves.
    pub from: String,
    /// Where it goes.
    pub to: String,
    /// On one line.
    pub subject: String,
    /// As it leaves, signature included.
    pub text: String,
    /// The French text alone, above its signature: what an agent may go on with.
    pub body: String,
    /// Names of the files that go with it.
    pub attachments: Vec<String>,
    /// What a citizen would stumble over, and how readable it is.
    pub reading: lint::Reading,
    pub(super) reply: NewReply,
    pub(super) outgoing: NewOutgoing,
    /// « réponse type « … » (nom, version 3) », for the history.
    pub(super) made_of: String,
}

/// A passage that was to be replaced before anybody receives it: `{{…}}`, `XXX`, `TODO`, `[NOM]`, `[à compléter]`.
fn unfinished(text: &str) -> Option<String> {
    static MARK: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\{\{|\}\}|\bXXX+\b|\bTODO\b|\[[A-ZÉÈÀ _-]{2,}\]").expect("a pattern"));
    static ASIDE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\[\s*a\s+(compl|preci|rempl|defin|indiqu|renseign|verif)[^\]]*\]?").expect("a pattern")
    });
    let aside = || ASIDE.find(&fold(text)).map(|mark| mark.as_str().to_owned());
    MARK.find(text).map(|mark| mark.as_str().to_owned()).or_else(aside)
}

/// No mailbox is left in the configuration from which to write.
pub(super) const NO_MAILBOX: &str =
    "aucune boîte n'est décrite, d'où l'on pourrait écrire : décrivez-en une, [[mailbox]], dans la configuration";

/// Octets of a text that somebody writes: no letter is longer, and it is read and composed while others wait.
const LONGEST: usize = 200_000;

/// What a person typed, found to say something and to wait for nothing.
pub(super) fn finished(typed: &str) -> Result<String, ActError> {
    if typed.len() > LONGEST {
        return Err(ActError::Refused("ce texte est trop long pour une lettre : cent mille caractères au plus".into()));
    }
    let text = plain(typed);
    let marked =
        text.find("[à compléter").map(|at| text[at..].split_inclusive(']').next().unwrap_or_default().to_owned());
    if let Some(mark) = marked.or_else(|| unfinished(&text)) {
        return Err(ActError::Refused(format!("« {mark} » attend d'être remplacé : l'usager ne doit pas le lire")));
    }
    match text.chars().any(char::is_alphanumeric) {
        true => Ok(text),
        false => Err(ActError::Refused("un texte est vide : écrivez-y ce que l'usager doit lire".into())),
    }
}

/// What a person typed, without what no reader sees: control characters, and those that turn the direction of a line.
fn plain(typed: &str) -> String {
    let typed = typed.replace("\r\n", "\n").replace('\r', "\n");
    let unseen = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    typed.replace(unseen, "")
}

impl Wording {
    /// The same without what no reader sees, found to be finished.
    fn checked(&self) -> Result<Self, ActError> {
        // A blank that says nothing is told by its name when the model is rendered.
        let mut blanks = BTreeMap::new();
        for (name, text) in &self.blanks {
            let text = plain(text);
            let says = text.chars().any(char::is_alphanumeric);
            blanks.insert(name.clone(), if says { finished(&text)? } else { String::new() });
        }
        let text = self.text.as_deref().map(finished).transpose()?;
        let subject = self.subject.as_deref().map(finished).transpose()?;
        Ok(Self { model: self.model.clone(), to: self.to.clone(), read: self.read, blanks, text, subject })
    }
}

impl Desk {
    /// The key of our Message-IDs, made when it is first needed.
    pub(super) async fn id_key(&self) -> Result<&IdKey, StoreError> {
        self.id_key
            .get_or_try_init(|| async {
                let mut fresh = [0; 32];
                getrandom::fill(&mut fresh).map_err(|_| StoreError::NoChance)?;
                self.store.secret(super::thread::SECRET, &fresh).await.map(IdKey)
            })
            .await
    }

    /// Writes the letter of a case, and nothing down.
    pub(super) async fn write_letter(
        &self,
        work: &mut Work,
        case: &CaseSummary,
        kind: LetterKind,
        wording: &Wording,
        said: Said,
        (by, now): (&str, Timestamp),
    ) -> Result<Letter, ActError> {
        let refuse = |text: String| Err(ActError::Refused(text));
        let (policy, config) = (&self.policy, &self.policy.config);
        let to = case.correspondent.as_str();
        if !mail::is_sendable(to) {
            return refuse(
                "le correspondant n'a pas d'adresse électronique : répondez-lui par un autre moyen, puis notez-le (ligne de commande : --outside)".into(),
            );
        }
        if wording.to.as_ref().is_some_and(|seen| !seen.eq_ignore_ascii_case(to)) {
            return refuse(
                "le correspondant de la demande n'est plus celui que vous avez vu : relisez-la avant d'envoyer".into(),
            );
        }
        if let Some(read) = wording.read
            && work.last_written(case.id).await? > read
        {
            return refuse(
                "l'usager a écrit de nouveau depuis que vous avez ouvert sa demande : lisez son message d'abord".into(),
            );
        }
        let Some(mailbox) = config.writes_from(&case.mailbox, &case.service) else {
            return refuse(NO_MAILBOX.into());
        };
        // A case whose service is no longer described can still go to one that is.
        let Some(service) = config
            .service(&case.service)
            .or_else(|| config.services.iter().find(|service| service.name == said.recipient.name))
        else {
            return refuse(format!(
                "le service « {} » n'est plus décrit dans la configuration : réorientez d'abord la demande (ligne de commande : releve cases transfer {} --service …)",
                case.service, case.reference
            ));
        };
        let wording = &wording.checked()?;
        let survey = if kind == LetterKind::Answer { config.figures.survey.as_str() } else { "" };
        let signature = self.signature(case, kind, service, by)?.with_survey(survey);
        let today = policy.calendar.date(now);
        let language = work.question(case.id).await?.map_or_else(|| "fr".to_owned(), |question| question.language);
        let facts = self.letter_facts(case, service, wording, said, today);
        let name = match (&wording.model, kind) {
            (Some(name), _) => Some(name.clone()),
            (None, LetterKind::Answer) => None,
            (None, _) => policy.library.usual(kind, &case.service).map(|model| model.name.clone()),
        };
        let model = match &name {
            None => None,
            Some(name) => {
                let unknown = || Unsendable::Unknown { name: name.clone(), kind: kind.french() };
                let model = policy.library.find(kind, name).ok_or_else(unknown)?;
                match policy.library.render(kind, name, &language, &facts, today) {
                    Ok(draft) => Some((model, draft)),
                    // What the agent wrote instead needs none of what the model leaves to them.
                    Err(Unsendable::Blank { .. }) if wording.text.is_some() => {
                        let subject = policy.library.subject(kind, name, &facts)?;
                        Some((model, Draft { subject, texts: vec![("fr".into(), String::new())] }))
                    }
                    Err(other) => return Err(other.into()),
                }
            }
        };
        let draft = match (&model, &wording.text) {
            (Some((_, draft)), None) => draft.clone(),
            (_, Some(text)) => Draft {
                subject: wording
                    .subject
                    .clone()
                    .or_else(|| Some(model.as_ref()?.1.subject.clone()))
                    .unwrap_or_else(|| format!("{} – {}", first_words(&case.subject), case.reference)),
                texts: vec![("fr".into(), text.trim().to_owned())],
            },
            (None, None) => {
                return refuse(
                    "choisissez une réponse type, ou donnez le texte (ligne de commande : --model, --text)".into(),
                );
            }
        };
        let draft = match &wording.subject {
            Some(subject) => Draft { subject: subject.split_whitespace().collect::<Vec<_>>().join(" "), ..draft },
            None => draft,
        };
        let own = &draft.texts[0].1;
        let edited = model.as_ref().is_some_and(|(_, rendered)| rendered.texts[0].1 != *own);
        let reading = lint::read(own, "fr", &policy.glossary);
        let rendered = draft.signed(&signature);
        let thread = work.thread_so_far(case.id).await?;
        let number = work.reply_count(case.id).await? + 1;
        let message_id = self.id_key().await?.id(&case.reference, &format!("reply {number}"), &config.outgoing.domain);
        let files = model.as_ref().map_or(&[][..], |(model, _)| model.attachments());
        let enclosed: Vec<Enclosed<'_>> = files
            .iter()
            .filter_map(|name| policy.library.attachment(name).map(|bytes| Enclosed::File(name, bytes)))
            .collect();
        let bytes = compose(mailbox, case, (&config.prefecture.name, now), &rendered, &message_id, &thread, &enclosed)
            .map_err(|error| ActError::Refused(error.to_string()))?;
        let made_of = match &model {
            Some((model, _)) => {
                let changed = if edited { ", modifiée" } else { "" };
                format!(
                    "{} « {} » ({}, version {}){changed}",
                    kind.french(),
                    model.title(),
                    model.name,
                    model.version()
                )
            }
            None => format!("{}, texte libre", kind.french()),
        };
        let unnamed = if signature.anonymous {
            " ; signée sans nom, comme le prévoit la configuration (CRPA, art. L111-2)"
        } else {
            ""
        };
        Ok(Letter {
            kind,
            from: mailbox.address.clone(),
            to: to.to_owned(),
            subject: rendered.subject.clone(),
            text: rendered.text.clone(),
            body: own.clone(),
            attachments: files.to_vec(),
            reading,
            made_of: format!("{made_of}{unnamed}"),
            reply: NewReply {
                kind,
                message_id: message_id.clone(),
                recipient: to.to_owned(),
                model: model.as_ref().map(|(model, _)| model.name.clone()).unwrap_or_default(),
                version: model.as_ref().map_or(0, |(model, _)| model.version()),
                edited,
                place: 0,
                subject: rendered.subject,
                text: rendered.text,
                signed_by: signature.by,
                anonymous: signature.anonymous,
                surveyed: !survey.is_empty(),
            },
            outgoing: NewOutgoing {
                belongs: Belongs::Reply { case_id: case.id },
                message_id,
                // A bounce must come back: what we answered did not arrive then.
                envelope_from: mailbox.address.clone(),
                recipient: to.to_owned(),
                bytes,
            },
        })
    }

    /// The text of a model answer to be gone on with: what only the agent knows is marked `[à compléter : …]`, and nothing
    /// leaves as long as such a mark is in it.
    pub async fn begin_answer(&self, reference: &str, name: &str) -> Result<Draft, ActError> {
        let mut work = self.store.begin_reading().await?;
        let found = work.case_of_reference(reference).await?;
        let (case, _) = found.ok_or_else(|| ActError::Unknown(reference.to_owned()))?;
        let case = work.case_of(case).await?;
        let config = &self.policy.config;
        // A service that is no longer described signs nothing: that is told when the letter is to be sent.
        let Some(service) = config.service(&case.service).or(config.services.first()) else {
            return Err(ActError::Refused(NO_MAILBOX.into()));
        };
        let kind = LetterKind::Answer;
        let language = work.question(case.id).await?.map_or_else(|| "fr".to_owned(), |question| question.language);
        let versions = self.policy.library.versions().filter(|model| model.kind == kind && model.name == name);
        let blanks = versions
            .flat_map(|model| model.blanks().iter().map(|(blank, what)| (model.fills(blank), what)))
            .map(|(blank, what)| (blank, format!("[à compléter : {what}]")))
            .collect();
        let wording = Wording { blanks, ..Wording::default() };
        let today = self.policy.calendar.date(self.now());
        let facts = self.letter_facts(&case, service, &wording, Said::default(), today);
        Ok(self.policy.library.render(kind, name, &language, &facts, today)?)
    }

    /// Who signs: whoever acts, if described as an agent; else the agent to whom the case was given. What leaves by itself
    /// may be signed by the service alone.
    fn signature(
        &self,
        case: &CaseSummary,
        kind: LetterKind,
        service: &Service,
        by: &str,
    ) -> Result<Signature, ActError> {
        let config = &self.policy.config;
        // Whoever acts under an address of their own signs with their own name or not at all; a script names nobody.
        let of_case = || config.agent(&case.agent).filter(|_| !by.contains('@'));
        let agent = config.agent(&by.to_lowercase()).or_else(of_case);
        let by_itself = matches!(kind, LetterKind::Transfer | LetterKind::Handover);
        if agent.is_none() && !by_itself {
            let whose = if case.agent.is_empty() || by.contains('@') { by } else { &case.agent };
            return Err(ActError::Refused(format!(
                "la signature est incomplète : « {whose} » n'est pas décrit ; ajoutez [[agent]] dans la configuration : email, first_name, last_name, \
                 capacity ; CRPA, art. L111-2 (ligne de commande : ou donnez l'adresse d'un agent avec --by)"
            )));
        }
        Ok(Signature::of(agent, service, &config.prefecture))
    }

    fn letter_facts<'a>(
        &'a self,
        case: &'a CaseSummary,
        service: &'a Service,
        wording: &Wording,
        said: Said,
        today: Date,
    ) -> LetterFacts<'a> {
        let (config, calendar) = (&self.policy.config, &self.policy.calendar);
        // What was only true until yesterday is not said any more.
        let holds = config.facts.iter().filter(|fact| fact.valid_until.is_none_or(|until| until >= today));
        LetterFacts {
            prefecture: &config.prefecture,
            service,
            reference: &case.reference,
            name: &case.correspondent_name,
            received: calendar.date(case.received_at),
            due: said.due,
            announced: said.announced,
            recipient: said.recipient,
            pieces: said.pieces,
            facts: holds.map(|fact| (fact.id.as_str(), fact.value.as_str())).collect(),
            blanks: wording.blanks.clone(),
        }
    }

    /// The best model that can be laid as a draft for a case that was just opened: one that is whole without any agent. Its
    /// signature is that of the service; the mail client adds the agent's.
    pub(super) async fn draft(
        &self,
        work: &mut Work,
        case: &CaseSummary,
        mailbox: &Mailbox,
        suggestions: &[Suggestion],
        now: Timestamp,
    ) -> Result<Option<(String, String, Vec<u8>)>, StoreError> {
        let Some(service) = self.policy.config.service(&case.service) else { return Ok(None) };
        if !mail::is_sendable(&case.correspondent) {
            return Ok(None);
        }
        let today = self.policy.calendar.date(now);
        let facts = self.letter_facts(case, service, &Wording::default(), Said::default(), today);
        let language = work.question(case.id).await?.map_or_else(|| "fr".to_owned(), |question| question.language);
        let whole = suggestions.iter().take(SHOWN).filter(|one| one.score >= LIKELY).find_map(|one| {
            let draft = self.policy.library.render(LetterKind::Answer, &one.template, &language, &facts, today).ok()?;
            Some((one.template.clone(), draft))
        });
        let Some((model, draft)) = whole else { return Ok(None) };
        let rendered = draft.signed(&Signature::of(None, service, &self.policy.config.prefecture));
        let thread = work.thread_so_far(case.id).await?;
        let message_id = self.id_key().await?.id(&case.reference, "draft", &self.policy.config.outgoing.domain);
        let from = (self.policy.config.prefecture.name.as_str(), now);
        let bytes = compose(mailbox, case, from, &rendered, &message_id, &thread, &[]);
        Ok(bytes.ok().map(|bytes| (model, message_id, bytes)))
    }
}

/// How likely a model must be the right one before it is laid as a draft.
const LIKELY: f64 = 0.3;

fn compose(
    mailbox: &Mailbox,
    case: &CaseSummary,
    (name, date): (&str, Timestamp),
    rendered: &crate::replies::Rendered,
    message_id: &str,
    thread: &ThreadSoFar,
    enclosed: &[Enclosed<'_>],
) -> Result<Vec<u8>, mail::ComposeError> {
    mail::compose(&OutgoingMail {
        from: (name, &mailbox.address),
        to: (&case.correspondent_name, &case.correspondent),
        subject: &rendered.subject,
        text: &rendered.text,
        html: &rendered.html,
        message_id,
        in_reply_to: thread.last.as_deref(),
        references: &thread.ids,
        date,
        reference: Some(&case.reference),
        sort: Sort::Written,
        enclosed,
    })
}

/// The beginning of a subject, for one of ours.
fn first_words(subject: &str) -> String {
    let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = subject.chars().take(80).collect();
    if short.is_empty() { "Votre demande".into() } else { format!("Votre demande : {short}") }
}
