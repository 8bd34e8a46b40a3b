//! Where things go: mail that leaves, and the database.

use super::{
    super::{
        Database, Outgoing, Secret, Smtp, Tls, Transport,
        section::Section,
        shape::{credential, domain, file, path, table, text},
    },
    server::server,
};

/// `[outgoing]`; the domain is that of the first mailbox, unless it is given.
pub(in super::super) fn outgoing(from: &mut Section<'_>, first_mailbox: Option<&str>) -> Option<Outgoing> {
    let smtp = from.optional("smtp", table("une table { host = … }", smtp));
    let folder = from.optional("folder", path());
    let own = first_mailbox.and_then(|address| address.rsplit_once('@')).map(|(_, domain)| domain.to_lowercase());
    let domain = from.or("domain", domain(), own.unwrap_or_default());
    let transport = from.one_of([
        ("smtp", smtp.map(|smtp| smtp.map(Transport::Smtp))),
        ("folder", folder.map(|path| path.map(Transport::Folder))),
    ]);
    Some(Outgoing { transport: transport?, domain: domain? })
}

/// `smtp = { … }`
fn smtp(from: &mut Section<'_>) -> Option<Smtp> {
    let server = server(from, Tls::StartTls, |tls| match tls {
        Tls::Implicit => 465,
        Tls::StartTls => 587,
        Tls::None => 25,
    });
    let user = from.optional("user", text());
    let secret = secret(from);
    let login = match (user?, secret?) {
        (Some(user), Some(secret)) => Some((user, secret)),
        (None, None) => None,
        (Some(_), None) => {
            from.tell("user", "« user » demande aussi « password_file » ou « credential »");
            return None;
        }
        (None, Some(_)) => {
            let key = if from.has("credential") { "credential" } else { "password_file" };
            from.tell(key, format!("« {key} » demande aussi « user »"));
            return None;
        }
    };
    Some(Smtp { server: server?, login })
}

/// `[database]`
pub(in super::super) fn database(from: &mut Section<'_>) -> Option<Database> {
    let url = from.required("url", text());
    let secret = secret(from);
    let url = url?;
    // The value is never repeated in these sentences: it may hold a password.
    if let Some(path) = url.strip_prefix("sqlite:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() || path.starts_with('?') || path.contains(":memory:") || path.contains("mode=memory") {
            from.tell("url", "« url » ne nomme pas de fichier ; attendu : \"sqlite:CHEMIN\"");
            return None;
        }
        if secret.as_ref().is_some_and(Option::is_some) {
            from.tell("url", "une base SQLite n'a pas de mot de passe : retirez « password_file » ou « credential »");
        }
        return Some(Database { url: absolute(from, path), secret: secret? });
    }
    let Some(rest) = url.strip_prefix("postgres://").or_else(|| url.strip_prefix("postgresql://")) else {
        from.tell(
            "url",
            "« url » ne nomme pas une base connue ; \
             attendu : \"sqlite:CHEMIN\" ou \"postgres://UTILISATEUR@MACHINE/BASE\"",
        );
        return None;
    };
    // The user's name ends at the first « @ »; a colon before it can only announce a password.
    let in_user = rest.split_once('@').is_some_and(|(user, _)| user.contains(':'));
    if in_user || rest.contains("password=") {
        from.tell(
            "url",
            "« url » contient un mot de passe : retirez-le et donnez « password_file », un fichier dont c'est la \
             première ligne, ou « credential »",
        );
        return None;
    }
    Some(Database { url, secret: secret? })
}

/// The SQLite URL with its path starting from the configuration folder, as it is: who opens it escapes what must be.
fn absolute(from: &Section<'_>, path: &str) -> String {
    if path.starts_with('/') {
        return format!("sqlite:{path}");
    }
    format!("sqlite:{}/{path}", from.file.reading.folder.display())
}

fn secret(from: &mut Section<'_>) -> Option<Option<Secret>> {
    let password = from.optional("password_file", file());
    let credential = from.optional("credential", credential());
    from.at_most_one([
        ("password_file", password.map(|path| path.map(Secret::File))),
        ("credential", credential.map(|name| name.map(Secret::Credential))),
    ])
}
