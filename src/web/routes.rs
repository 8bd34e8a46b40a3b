//! Every address, who may open it, and what is recorded of it: one table, walked by a test.

use std::{future::Future, pin::Pin, sync::LazyLock};

use axum::{
    Router,
    extract::{RawPathParams, Request, State, rejection::RawPathParamsRejection},
    http::Method,
    routing::{MethodFilter, on},
};

use super::{
    Site, account, acts, administration, answers, case, dashboard, entry, guard, indicators, queue, received,
    static_files,
    visit::{Answer, Failure, Visit},
    write,
};
use crate::case::{Access, Deed};

/// Who may open an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// Whoever comes.
    Anybody,
    /// Whoever has come in.
    Somebody,
    /// Whoever may do one of these; where the address names a case, for its service.
    May(&'static [Access]),
}

type Page = Box<dyn Fn(Visit) -> Pin<Box<dyn Future<Output = Answer> + Send>> + Send + Sync>;

/// One address.
pub(super) struct Route {
    pub(super) method: Method,
    pub(super) path: &'static str,
    pub(super) who: Who,
    pub(super) page: Page,
    /// What is recorded when it was opened.
    pub(super) records: Option<Deed>,
    /// And in which words, where the deed does not say it all.
    pub(super) detail: &'static str,
}

impl Route {
    fn recorded(mut self, deed: Deed) -> Self {
        self.records = Some(deed);
        self
    }

    /// An address that is none: whoever asks for it learns that nothing is there.
    pub(super) fn nowhere() -> Self {
        route(Method::GET, "", Who::Anybody, |_| async { Err(Failure::NotFound) })
    }

    fn told(mut self, detail: &'static str) -> Self {
        self.detail = detail;
        self
    }
}

fn route<F: Future<Output = Answer> + Send + 'static>(
    method: Method,
    path: &'static str,
    who: Who,
    page: impl Fn(Visit) -> F + Send + Sync + 'static,
) -> Route {
    Route { method, path, who, page: Box::new(move |visit| Box::pin(page(visit))), records: None, detail: "" }
}

fn get<F: Future<Output = Answer> + Send + 'static>(
    path: &'static str,
    who: Who,
    page: impl Fn(Visit) -> F + Send + Sync + 'static,
) -> Route {
    route(Method::GET, path, who, page)
}

fn post<F: Future<Output = Answer> + Send + 'static>(
    path: &'static str,
    who: Who,
    page: impl Fn(Visit) -> F + Send + Sync + 'static,
) -> Route {
    route(Method::POST, path, who, page)
}

/// Who reads cases.
pub(super) const READERS: &[Access] = &[Access::Agent, Access::Manager, Access::QualityOfficer];
/// Who answers them.
pub(super) const WORKERS: &[Access] = &[Access::Agent, Access::Manager];
/// Who sees how services stand.
pub(super) const MANAGERS: &[Access] = &[Access::Manager, Access::QualityOfficer];

static TABLE: LazyLock<Vec<Route>> = LazyLock::new(|| {
    use Who::{Anybody, May, Somebody};
    let (readers, workers) = (May(READERS), May(WORKERS));
    let (managers, heads) = (May(MANAGERS), May(&[Access::Manager]));
    let (quality, administrators) = (May(&[Access::QualityOfficer]), May(&[Access::Administrator]));
    vec![
        get("/", Somebody, account::home),
        get("/connexion", Anybody, account::login),
        post("/connexion", Anybody, account::log_in),
        post("/deconnexion", Somebody, account::log_out),
        get("/invitation/{token}", Anybody, account::invitation),
        post("/invitation/{token}", Anybody, account::accept),
        get("/accessibilite", Anybody, account::accessibility),
        get("/assets/style.css", Anybody, static_files::style),
        get("/assets/papiers.css", Anybody, static_files::papers),
        get("/assets/releve.js", Anybody, static_files::script),
        get("/theme/{name}", Anybody, static_files::theme),
        // The queue.
        get("/demandes", readers, queue::show),
        post("/demandes/confier", workers, queue::assign),
        // A case.
        get("/demandes/{reference}", readers, case::show).recorded(Deed::CaseRead),
        post("/demandes/{reference}/presence", readers, case::presence),
        post("/demandes/{reference}/confirmer", readers, acts::confirm)
            .recorded(Deed::CaseChanged)
            .told("classement confirmé"),
        post("/demandes/{reference}/corriger", readers, acts::correct)
            .recorded(Deed::CaseChanged)
            .told("classement corrigé"),
        post("/demandes/{reference}/noter", readers, acts::note).recorded(Deed::CaseChanged).told("note"),
        post("/demandes/{reference}/confier", workers, acts::assign).recorded(Deed::CaseChanged).told("confiée"),
        post("/demandes/{reference}/clore", workers, acts::close).recorded(Deed::CaseChanged).told("close"),
        post("/demandes/{reference}/rouvrir", workers, acts::reopen).recorded(Deed::CaseChanged).told("rouverte"),
        post("/demandes/{reference}/reunir", workers, acts::merge).recorded(Deed::CaseChanged).told("réunie"),
        post("/demandes/{reference}/separer", workers, acts::separate).recorded(Deed::CaseChanged).told("séparée"),
        post("/demandes/{reference}/detacher", workers, acts::split)
            .recorded(Deed::CaseChanged)
            .told("message détaché"),
        post("/demandes/{reference}/repondue", workers, acts::answered_outside)
            .recorded(Deed::CaseChanged)
            .told("répondue hors de releve"),
        get("/demandes/{reference}/messages/{message}/origine", readers, received::source).recorded(Deed::SourceRead),
        get("/demandes/{reference}/messages/{message}/mise-en-forme", readers, received::formatted)
            .recorded(Deed::CaseRead),
        get("/demandes/{reference}/messages/{message}/pieces/{digest}", readers, received::attachment)
            .recorded(Deed::AttachmentRead),
        get("/demandes/{reference}/messages/{message}/images/{digest}", readers, received::image)
            .recorded(Deed::AttachmentRead),
        // What is written to the correspondent.
        get("/demandes/{reference}/ecrire/{kind}", workers, write::show).recorded(Deed::CaseRead),
        post("/demandes/{reference}/ecrire/{kind}", workers, write::take).recorded(Deed::CaseRead),
        post("/demandes/{reference}/ecrire/{kind}/brouillon", workers, write::keep),
        post("/demandes/{reference}/relire", workers, write::lint),
        post("/demandes/{reference}/reprendre", workers, write::take_back).recorded(Deed::LetterTakenBack),
        post("/brouillons/{id}/effacer", workers, write::drop_draft),
        // What came by another way.
        get("/courrier", workers, entry::show),
        post("/courrier", workers, entry::enter),
        // The model answers.
        get("/reponses", readers, answers::list),
        get("/reponses/{kind}/{name}", readers, answers::show),
        post("/reponses/{kind}/{name}", readers, answers::propose).recorded(Deed::ModelChangeProposed),
        get("/changements", readers, answers::changes),
        get("/changements/{id}", readers, answers::change),
        post("/changements/{id}", quality, answers::decide).recorded(Deed::ModelChangeDecided),
        // How services stand.
        get("/tableau-de-bord", managers, dashboard::show),
        post("/absences", heads, dashboard::add_absence).recorded(Deed::AbsenceChanged),
        post("/absences/{id}/retirer", heads, dashboard::remove_absence).recorded(Deed::AbsenceChanged),
        // The figures of the label.
        get("/indicateurs", managers, indicators::show),
        get("/indicateurs/preuve", managers, indicators::evidence),
        get("/indicateurs/feuille/{format}", managers, indicators::sheet),
        get("/indicateurs/papier/{paper}", managers, indicators::paper),
        get("/indicateurs/dossier-de-preuves", quality, indicators::audit).recorded(Deed::AuditPackTaken),
        get("/indicateurs/publications", managers, indicators::publications),
        post("/indicateurs/publier", quality, indicators::publish).recorded(Deed::MonthPublished),
        get("/indicateurs/ecoute", managers, indicators::listening),
        post("/indicateurs/satisfaction", quality, indicators::note_satisfaction).recorded(Deed::ListeningNoted),
        post("/indicateurs/mystere", quality, indicators::add_mystery).recorded(Deed::ListeningNoted),
        post("/indicateurs/mystere/{id}/retirer", quality, indicators::remove_mystery).recorded(Deed::ListeningNoted),
        // The machine room.
        get("/administration", administrators, administration::mailboxes),
        get("/administration/a-part", administrators, administration::apart).recorded(Deed::ApartRead),
        post("/administration/messages/{id}/importer", administrators, administration::import)
            .recorded(Deed::MessageWanted),
        post("/administration/depots/{id}/importer", administrators, administration::want)
            .recorded(Deed::MessageWanted),
        get("/administration/courriels", administrators, administration::outgoing),
        post("/administration/courriels/{id}/relancer", administrators, administration::retry)
            .recorded(Deed::MailRetried),
        get("/administration/comptes", administrators, administration::accounts),
        post("/administration/comptes", administrators, administration::add_account),
        post("/administration/comptes/{id}/{what}", administrators, administration::change_account),
        get("/administration/journal", administrators, administration::journal),
        get("/administration/classement", administrators, administration::classification),
    ]
});

/// Every address.
pub(super) fn table() -> &'static [Route] {
    &TABLE
}

/// The table as axum reads it.
pub fn router(site: Site) -> Router {
    let mut router = Router::new();
    for route in table() {
        let filter = MethodFilter::try_from(route.method.clone()).unwrap_or(MethodFilter::GET);
        let answer = move |State(site): State<Site>,
                           path: Result<RawPathParams, RawPathParamsRejection>,
                           request: Request| { guard::attend(route, site, path, request) };
        router = router.route(route.path, on(filter, answer));
    }
    let nowhere = |State(site): State<Site>, request: Request| guard::nowhere(site, request);
    router.fallback(nowhere).method_not_allowed_fallback(nowhere).with_state(site)
}
