//! A real browser, headless, driven as a person would: it opens pages, reads labels, presses keys.

use std::fs;
use std::path::PathBuf;

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use fantoccini::wd::{PrintConfiguration, PrintMargins, PrintSize};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use super::servers::setting;
use super::{PATIENCE, look_for};

/// How a browser is set up.
#[derive(Default)]
pub struct Setup {
    /// Whether pages may run scripts.
    pub without_script: bool,
    /// A telephone of 360 pixels.
    pub narrow: bool,
    /// The port on this machine to which every other host leads.
    pub elsewhere: Option<u16>,
}

/// A browser; it closes with [`Browser::close`], or with the driver.
pub struct Browser {
    client: Client,
    base: String,
}

impl Browser {
    /// Opens one whose addresses begin at `base`.
    pub async fn open(base: &str, setup: Setup) -> Self {
        let mut arguments = vec![
            "--headless=new".to_owned(),
            "--no-sandbox".into(),
            "--disable-gpu".into(),
            "--disable-dev-shm-usage".into(),
            "--disable-background-networking".into(),
            "--lang=fr".into(),
            "--window-size=1280,1000".into(),
        ];
        let to = setup.elsewhere.map_or_else(|| "~NOTFOUND".to_owned(), |port| format!("127.0.0.1:{port}"));
        arguments.push(format!("--host-resolver-rules=MAP * {to}, EXCLUDE 127.0.0.1"));
        let mut options = json!({ "args": arguments });
        if setup.without_script {
            options["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
        }
        if setup.narrow {
            options["mobileEmulation"] = json!({ "deviceMetrics": { "width": 360, "height": 740, "pixelRatio": 1.0 } });
        }
        // axe-core reads every cell of a page, and six browsers may share two processors.
        let patience = json!({ "script": 240_000 });
        let capabilities =
            json!({ "goog:chromeOptions": options, "unhandledPromptBehavior": "ignore", "timeouts": patience });
        let Value::Object(capabilities) = capabilities else { unreachable!("an object") };
        let driver = setting("RELEVE_TEST_BROWSER");
        let client = ClientBuilder::new(HttpConnector::new()).capabilities(capabilities).connect(&driver).await;
        Self { client: client.expect("Chromium starts"), base: base.to_owned() }
    }

    pub async fn close(self) {
        self.client.close().await.expect("Chromium closes");
    }

    /// Opens an address of our own pages, or another.
    pub async fn go(&self, address: &str) {
        let whole = if address.starts_with('/') { format!("{}{address}", self.base) } else { address.to_owned() };
        self.client.goto(&whole).await.unwrap_or_else(|error| panic!("{whole}: {error}"));
    }

    /// Where it is, without the server.
    pub async fn here(&self) -> String {
        let url = self.client.current_url().await.expect("an address");
        url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
    }

    /// What a person reads on the page.
    pub async fn text(&self) -> String {
        let body = self.client.find(Locator::Css("body")).await.expect("a page");
        body.text().await.expect("its text")
    }

    pub async fn title(&self) -> String {
        self.client.title().await.expect("a title")
    }

    /// Waits until the page says this.
    pub async fn says(&self, words: &str) {
        let found = look_for(PATIENCE, async || {
            // A page may go while it is read.
            let body = self.client.find(Locator::Css("body")).await.ok()?;
            body.text().await.ok()?.contains(words).then_some(())
        });
        if found.await.is_none() {
            panic!("nothing says « {words} » on {}:\n{}", self.here().await, self.text().await);
        }
    }

    async fn one(&self, css: &str) -> fantoccini::elements::Element {
        let found = self.client.find(Locator::Css(css)).await;
        match found {
            Ok(found) => found,
            Err(error) => panic!("nothing is {css} on {} ({error}):\n{}", self.here().await, self.text().await),
        }
    }

    pub async fn count(&self, css: &str) -> usize {
        self.client.find_all(Locator::Css(css)).await.map_or(0, |all| all.len())
    }

    /// Presses what a CSS selector names, and what it leads to.
    pub async fn press(&self, css: &str) {
        self.one(css).await.click().await.unwrap_or_else(|error| panic!("{css} cannot be pressed: {error}"));
    }

    /// Follows the link, or presses the button, of these words.
    pub async fn choose(&self, words: &str) {
        let path = format!(
            "//main//a[contains(normalize-space(.), \"{words}\")] | //main//button[contains(normalize-space(.), \"{words}\")] \
             | //main//summary[contains(normalize-space(.), \"{words}\")] | //nav//a[contains(normalize-space(.), \"{words}\")] \
             | //header//button[contains(normalize-space(.), \"{words}\")]"
        );
        match self.client.find(Locator::XPath(&path)).await {
            Ok(found) => found.click().await.unwrap_or_else(|error| panic!("« {words} » cannot be pressed: {error}")),
            Err(_) => panic!("nothing is called « {words} » on {}:\n{}", self.here().await, self.text().await),
        }
    }

    /// Types into a field, in the place of what is there.
    pub async fn fill(&self, css: &str, text: &str) {
        let field = self.one(css).await;
        field.clear().await.expect("a field that can be emptied");
        field.send_keys(text).await.expect("a field that can be typed into");
    }

    /// Types behind what is there.
    pub async fn add(&self, css: &str, text: &str) {
        let field = self.one(css).await;
        field.send_keys(text).await.expect("a field that can be typed into");
    }

    /// What a field holds.
    pub async fn value(&self, css: &str) -> String {
        self.one(css).await.prop("value").await.expect("a value").unwrap_or_default()
    }

    /// Chooses an entry of a list by its value.
    pub async fn select(&self, css: &str, value: &str) {
        self.one(css)
            .await
            .select_by_value(value)
            .await
            .unwrap_or_else(|error| panic!("{css} has no {value}: {error}"));
    }

    /// Sets a field as a date picker does.
    pub async fn set_date(&self, css: &str, day: &str) {
        let (css, day) = (json!(css), json!(day));
        let script = "document.querySelector(arguments[0]).value = arguments[1]";
        self.client.execute(script, vec![css, day]).await.expect("a field for a date");
    }

    /// Runs a script of ours in the page.
    pub async fn ask(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Presses one key, wherever the focus is.
    pub async fn key(&self, key: Key) {
        let value = char::from(key);
        let actions = KeyActions::new("keyboard".into()).then(KeyAction::Down { value }).then(KeyAction::Up { value });
        self.client.perform_actions(actions).await.expect("a key");
    }

    /// Types wherever the focus is.
    pub async fn type_in(&self, text: &str) {
        for value in text.chars() {
            let actions =
                KeyActions::new("keyboard".into()).then(KeyAction::Down { value }).then(KeyAction::Up { value });
            self.client.perform_actions(actions).await.expect("a key");
        }
    }

    /// What has the focus: its name as a screen reader would find it, roughly.
    pub async fn focused(&self) -> String {
        let script = "const it = document.activeElement; return (it.id ? '#' + it.id + ' ' : '') + it.tagName.toLowerCase() + ' ' \
                      + (it.getAttribute('aria-label') || it.innerText || it.name || '').trim().slice(0, 80)";
        self.ask(script).await.as_str().unwrap_or_default().to_owned()
    }

    /// Presses Tab until what has the focus contains these words.
    pub async fn tab_to(&self, words: &str) {
        let mut seen = Vec::new();
        for _ in 0..150 {
            self.key(Key::Tab).await;
            let focused = self.focused().await;
            if focused.contains(words) {
                return;
            }
            seen.push(focused);
        }
        panic!("Tab never reaches « {words} »; it reached {seen:#?}");
    }

    /// Whether a dialog of the page (alert, confirm) is open.
    pub async fn has_dialog(&self) -> bool {
        self.client.get_alert_text().await.is_ok()
    }

    /// Keeps a picture of the whole page among the outputs of the build.
    pub async fn picture(&self, name: &str) {
        let folder = PathBuf::from(setting("RELEVE_TEST_PICTURES"));
        fs::create_dir_all(&folder).expect("a folder for pictures");
        let height =
            self.ask("return Math.min(document.documentElement.scrollHeight, 6000)").await.as_u64().unwrap_or(1000);
        let width = self.ask("return window.innerWidth").await.as_u64().unwrap_or(1280);
        if width > 400 {
            let (width, height) = (width as u32, height as u32 + 150);
            self.client.set_window_size(width, height).await.expect("a window of this size");
        }
        let png = self.client.screenshot().await.expect("a picture");
        fs::write(folder.join(format!("{name}.png")), png).expect("the picture can be kept");
    }

    /// How many sheets of A4 the page fills when it is printed; what is printed is kept among the outputs of the build.
    pub async fn printed(&self, name: &str) -> usize {
        let a4 = PrintConfiguration::builder()
            .size(PrintSize::A4)
            .margins(PrintMargins { top: 0.0, bottom: 0.0, left: 0.0, right: 0.0 })
            .build()
            .expect("A4");
        let pdf = self.client.print(a4).await.expect("a page that can be printed");
        fs::write(PathBuf::from(setting("RELEVE_TEST_PICTURES")).join(format!("{name}.pdf")), &pdf)
            .expect("it can be kept");
        let text = String::from_utf8_lossy(&pdf);
        text.matches("/Type /Page").count() - text.matches("/Type /Pages").count()
    }

    /// Everything that axe-core finds wrong with the page as it stands now (WCAG 2.1, A and AA), in words.
    pub async fn violations(&self) -> Vec<String> {
        let axe = fs::read_to_string(setting("RELEVE_TEST_AXE")).expect("axe-core, which tests/run brings");
        self.client.execute(&axe, Vec::new()).await.expect("axe-core runs");
        let script = "const done = arguments[arguments.length - 1];
            axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }).then(found => done(
                found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${rule.help}: ${node.html.slice(0, 200)}`))),
                error => done(['axe: ' + error]))";
        let found = self.client.execute_async(script, Vec::new()).await.expect("axe-core answers");
        let found = found.as_array().cloned().unwrap_or_default();
        found.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect()
    }

    /// Finds nothing wrong, keeps a picture, and sees that nothing has to be scrolled sideways.
    pub async fn is_well_made(&self, name: &str) {
        let violations = self.violations().await;
        let here = self.here().await;
        assert!(violations.is_empty(), "{here}:\n{}", violations.join("\n"));
        let wide = self
            .ask("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
            .await
            .as_i64();
        assert!(wide.is_some_and(|wide| wide <= 0), "{here} is {wide:?} pixels wider than the window");
        self.picture(name).await;
    }
}
