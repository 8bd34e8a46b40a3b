//! Sixty mails that were written to break a page: nothing in them runs, nothing leaves, and the page can be used.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sqlx::Row;
use sqlx::any::AnyRow;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use crate::support::browser::Setup;
use crate::support::pages::Pages;

/// Somebody who answers for every other host, and counts who comes.
async fn canary() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let seen = Arc::new(AtomicUsize::new(0));
    let counted = seen.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = [0; 2000];
            let length = stream.read(&mut head).await.unwrap_or(0);
            let head = String::from_utf8_lossy(&head[..length]).into_owned();
            // The browser itself looks after its own house; only what a mail asks for counts.
            if head.contains("canary") || head.contains("example") {
                println!("the canary saw: {head}");
                counted.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    (port, seen)
}

/// What the page itself must look like whatever a mail holds.
const UNTOUCHED: &str = "return JSON.stringify({
    pwned: window.pwned === undefined,
    scripts: [...document.scripts].every(one => one.src.startsWith(location.origin + '/assets/')),
    handlers: document.querySelectorAll('main [onclick], main [onerror], main [onload], main [style], main iframe, main object, main embed, main svg, main math, main style, main link, main meta, main base').length,
    foreign: [...document.querySelectorAll('[src], [href], [action]')].filter(one => {
        const to = one.getAttribute('src') || one.getAttribute('href') || one.getAttribute('action');
        return to && !to.startsWith('/') && !to.startsWith('#') && !to.startsWith('mailto:');
    }).length,
    reachable: (() => {
        const logout = document.querySelector('.who button').getBoundingClientRect();
        const top = document.elementFromPoint(logout.x + logout.width / 2, logout.y + logout.height / 2);
        return !!top && !!top.closest('.who');
    })(),
    wide: document.documentElement.scrollWidth <= document.documentElement.clientWidth,
})";

/// The attachments that a browser would open: none.
const ATTACHED: &str = "const opened = [];
    for (const link of document.querySelectorAll('.files a')) {
        const request = new XMLHttpRequest();
        request.open('GET', link.href, false);
        request.send();
        const [kind, shown] = ['content-type', 'content-disposition'].map(name => request.getResponseHeader(name) || '');
        if (request.status !== 200 || kind !== 'application/octet-stream' || !shown.startsWith('attachment;'))
            opened.push(`${request.status} ${kind} ${shown}`);
    }
    return opened.join()";

const WELL: &str = r#"{"pwned":true,"scripts":true,"handlers":0,"foreign":0,"reachable":true,"wide":true}"#;

#[tokio::test]
async fn sixty_hostile_mails_do_nothing() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/hostile");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("the mails").map(|entry| entry.expect("a file").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "eml"));
    files.sort();
    assert_eq!(files.len(), 60);
    let (elsewhere, seen) = canary().await;
    let pages = Pages::open(20).await;
    for file in &files {
        pages.delivered(&std::fs::read(file).expect("a mail")).await;
    }
    pages.prefecture.deliveries_done("sejour", 60).await;
    let browser = pages.come_in(&pages.agent, &[], Setup { elsewhere: Some(elsewhere), ..Setup::default() }).await;

    let statement = "SELECT m.id AS id, c.reference AS reference, m.text AS text, m.disposition AS disposition FROM message m JOIN cases c ON c.id = m.case_id";
    let rows = pages.prefecture.database.rows(statement).await;
    let of = |marker: &str| {
        let says = |row: &&AnyRow| row.get::<String, _>("text").contains(marker);
        // The one that nobody can read is a case all the same, with its octets.
        let unread = |row: &&AnyRow| row.get::<String, _>("disposition") == "quarantined";
        let found = rows.iter().find(says).or_else(|| rows.iter().find(unread))?;
        Some((found.get::<i64, _>("id"), found.get::<String, _>("reference")))
    };
    let (mut formatted, mut unreadable) = (0, 0);
    for file in &files {
        let number = file.file_name().and_then(|name| name.to_str()).and_then(|name| name.get(..2)).expect("a number");
        let marker = format!("marqueur{number}");
        let Some((message, reference)) = of(&marker) else { panic!("{number} opened no case that can be read") };
        browser.go(&format!("/demandes/{reference}")).await;
        let title = browser.title().await;
        assert!(title.contains(&reference), "{number}: {title}");
        browser.ask("document.querySelectorAll('details').forEach(one => one.open = true)").await;
        // What is attached is handed over as octets, whatever it calls itself.
        let handed = browser.ask(ATTACHED).await;
        assert_eq!(handed.as_str(), Some(""), "{number}");
        assert!(!browser.has_dialog().await, "{number}: a dialog opened");
        assert_eq!(browser.ask(UNTOUCHED).await.as_str(), Some(WELL), "{number}, as text");
        let said = browser.ask("return document.body.textContent").await;
        let said = said.as_str().unwrap_or_default();
        let unread = said.contains("À lire à la main");
        unreadable += usize::from(unread);
        assert!(said.contains(&marker) || unread, "{number}: what was written cannot be read");
        if unread {
            continue;
        }

        browser.go(&format!("/demandes/{reference}/messages/{message}/mise-en-forme")).await;
        assert!(!browser.has_dialog().await, "{number}: a dialog opened");
        assert_eq!(browser.ask(UNTOUCHED).await.as_str(), Some(WELL), "{number}, with its formatting");
        let said = browser.ask("return document.body.textContent").await;
        let said = said.as_str().unwrap_or_default();
        assert!(said.contains(&marker) || said.contains("trop lourde"), "{number}: what was written cannot be read");
        formatted += usize::from(said.contains(&marker));
        assert!(browser.title().await.contains("Mise en forme"), "{number}");
    }
    println!("{formatted} of 60 are shown with their formatting, the others are too large for it");
    assert!(unreadable <= 1, "{unreadable}");
    assert!(formatted >= 50, "{formatted}");
    assert_eq!(seen.load(Ordering::SeqCst), 0, "somebody elsewhere was told");
    // The queue bears all their subjects and names.
    browser.go("/demandes?etat=tous").await;
    assert_eq!(browser.ask(UNTOUCHED).await.as_str(), Some(WELL));
    let violations = browser.violations().await;
    assert!(violations.is_empty(), "{violations:?}");
    browser.close().await;
}
