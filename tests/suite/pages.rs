//! The pages for givers as a browser without scripts gets them.

use reqwest::header::{ACCEPT_LANGUAGE, CONTENT_TYPE};

use crate::support::{Answer, Kind, TestApp, on_both};

impl TestApp {
    /// Gets a page.
    pub async fn page(&self, path: &str) -> Answer {
        Answer::of(self.client.get(format!("{}{path}", self.base)).send().await.expect("an answer")).await
    }

    /// Sends a form as a browser sends it from the page itself.
    pub async fn send_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self
            .client
            .post(format!("{}{path}", self.base))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        Answer::of(request.body(body).send().await.expect("an answer")).await
    }
}

#[tokio::test]
async fn a_page_comes_in_the_language_that_is_asked_for() {
    let app = TestApp::start(Kind::Sqlite).await;
    assert!(app.page("/u/koivu").await.expect(200).text.contains("<html lang=\"fi\">"));
    assert!(app.page("/u/koivu?lang=sv").await.expect(200).text.contains("<html lang=\"sv\">"));
    for tag in ["sv-FI", "SV", "sv_FI"] {
        let page = app.page(&format!("/u/koivu?lang={tag}")).await.expect(200);
        assert!(page.text.contains("<html lang=\"sv\">") && page.text.contains("?lang=sv\""), "{tag}");
    }
    assert!(app.page("/u/koivu?lang=xx").await.expect(200).text.contains("<html lang=\"fi\">"));
    let request = app.client.get(format!("{}/u/koivu", app.base)).header(ACCEPT_LANGUAGE, "en-GB,en;q=0.9");
    let page = Answer::of(request.send().await.expect("an answer")).await.expect(200);
    assert!(page.text.contains("<html lang=\"en\">"));
    assert_eq!(page.headers["content-language"], "en");
    assert!(!page.headers.contains_key("set-cookie"));
}

#[tokio::test]
async fn an_address_typed_by_hand_leads_to_its_page() {
    let app = TestApp::start(Kind::Sqlite).await;
    for typed in ["/R", "/r/", "/U/Koivu", "/u/koivu/", "/u/KOIVU?lang=sv", "/u/Koivu/Board/"] {
        let page = app.client.get(format!("{}{typed}", app.base)).send().await.expect("an answer");
        assert_eq!(page.status().as_u16(), 200, "{typed}");
        assert_eq!(page.url().path(), page.url().path().to_lowercase().trim_end_matches('/'), "{typed}");
        assert!(!typed.contains("lang") || page.url().query() == Some("lang=sv"), "{typed}");
    }
    app.page("/U/nowhere").await.expect(404);
    app.page("/NOWHERE").await.expect(404);
}

#[tokio::test]
async fn the_short_name_of_a_unit_alone_leads_to_its_page() {
    let app = TestApp::start(Kind::Sqlite).await;
    for (typed, path, query) in [
        ("/koivu", "/u/koivu", None),
        ("/Koivu/", "/u/koivu", None),
        ("/koivu?lang=sv-FI&utm_source=x", "/u/koivu", Some("lang=sv")),
        ("/koivu/board", "/u/koivu/board", None),
        ("/Koivu/Pikapalaute/?lang=en", "/u/koivu/pikapalaute", Some("lang=en")),
    ] {
        let page = app.client.get(format!("{}{typed}", app.base)).send().await.expect("an answer");
        assert_eq!(page.status().as_u16(), 200, "{typed}");
        assert_eq!((page.url().path(), page.url().query()), (path, query), "{typed}");
        let head = app.client.head(format!("{}{typed}", app.base)).send().await.expect("an answer");
        assert_eq!((head.status().as_u16(), head.url().path()), (200, path), "{typed}");
    }
    // Pages have their names before units do, and nothing is sent there.
    assert!(app.page("/privacy").await.expect(200).headers["content-type"].starts_with("text/html"));
    app.send_form("/koivu", &[]).await.expect(404);
    app.page("/koivu/nowhere").await.expect(404);
    app.stop().await;
}

#[tokio::test]
async fn a_link_checker_may_ask_for_the_head_alone() {
    let app = TestApp::start(Kind::Sqlite).await;
    for path in ["/", "/u/koivu", "/r", "/privacy"] {
        let answer = app.client.head(format!("{}{path}", app.base)).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        assert!(answer.bytes().await.expect("no body").is_empty(), "{path}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_said_in_words() {
    on_both(async |app| {
        let page = app.page("/u/nowhere?lang=en").await.expect(404);
        assert!(page.text.contains("There is no such page"), "{}", page.text);
        assert!(page.headers["content-type"].starts_with("text/html"));
    })
    .await;
}

#[tokio::test]
async fn who_reads_pages_is_answered_with_one_at_every_mistyped_address() {
    let app = TestApp::start_with(Kind::Sqlite, &[("KAIKU_RATES__PAGE_VIEWS_PER_CLIENT_PER_MINUTE", "9")]).await;
    let get = async |path: &str, accept: &str, language: &str| {
        let request = app.client.get(format!("{}{path}", app.base)).header("accept", accept);
        Answer::of(request.header("accept-language", language).send().await.expect("an answer")).await
    };
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    for (path, language, title) in [
        ("/koivurantaa", "fi", "Sivua ei löydy"),
        ("/koivurantaa/board", "sv-FI", "Sidan finns inte"),
        ("/apila", "en", "There is no such page"),
        ("/u/koivu/a/b", "en", "There is no such page"),
    ] {
        let page = get(path, browser, language).await.expect(404);
        assert!(page.headers["content-type"].starts_with("text/html") && page.text.contains(title), "{path}");
        let policy = &page.headers["content-security-policy"];
        assert!(policy.contains("style-src 'self'"), "{path}: {policy}");
    }
    let board = get("/koivu/board", browser, "fi").await.expect(200);
    assert!(board.text.contains("Koivun sosiaalityö"), "{}", board.text);
    // Whoever calls is answered as a caller, and so is everybody below the API's address.
    for (path, accept) in [
        ("/koivurantaa", "*/*"),
        ("/koivurantaa", "application/json"),
        ("/koivurantaa", "text/html;q=0, application/json"),
        ("/api/v1/nowhere", browser),
        ("/api/v2/feedback", browser),
    ] {
        get(path, accept, "fi").await.problem(404, "not-found");
    }
    // These pages are counted like any other.
    for _ in 0..9 {
        get("/koivurantaa", browser, "fi").await;
    }
    get("/koivurantaa", browser, "fi").await.expect(429);
    app.stop().await;
}

#[tokio::test]
async fn a_page_keeps_to_itself() {
    let app = TestApp::start_with(Kind::Sqlite, &[("KAIKU_SERVER__PUBLIC_URL", "https://kaiku.example.fi")]).await;
    let page = app.page("/u/koivu").await.expect(200);
    for name in [
        "content-security-policy",
        "cross-origin-opener-policy",
        "cross-origin-resource-policy",
        "permissions-policy",
        "referrer-policy",
        "strict-transport-security",
        "x-content-type-options",
        "x-frame-options",
    ] {
        assert!(page.headers.contains_key(name), "{name} is missing");
    }
    let policy = &page.headers["content-security-policy"];
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("data:") && !policy.contains("http"), "{policy}");
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
    for inline in [" style=", "<style", " onclick", "javascript:", "<script>"] {
        assert!(!page.text.contains(inline), "{inline}");
    }
}

#[tokio::test]
async fn a_form_is_taken_from_our_own_pages_only() {
    let app = TestApp::start(Kind::Sqlite).await;
    app.send_form("/u/koivu", &[("lang", "fi")]).await.expect(404);
    let from = |name: &'static str, value: &'static str| {
        let request = app.client.post(format!("{}/u/koivu", app.base)).header(name, value).body("lang=en");
        async { Answer::of(request.send().await.expect("an answer")).await }
    };
    assert!(from("sec-fetch-site", "cross-site").await.expect(403).text.contains("toiselta sivustolta"));
    from("sec-fetch-site", "same-site").await.expect(403);
    from("origin", "https://elsewhere.example").await.expect(403);
    // Without a referrer, older browsers send `null` as the origin.
    from("origin", "null").await.expect(404);
}
