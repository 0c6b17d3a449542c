//! HTTP as proxies, link checkers and client libraries speak it.

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, Kind, TestApp, on_both};

#[tokio::test(flavor = "multi_thread")]
async fn a_head_is_answered_as_its_get_without_the_body() {
    let app = TestApp::start(Kind::Sqlite).await;
    for path in ["/healthz", "/docs/", "/api/v1/openapi.json", "/api/v1/units", "/api/v1/instruments", "/api/v1/cases"]
    {
        let get = app.call(Method::GET, path, Some("handler"), None).await.expect(200);
        let head = app.call(Method::HEAD, path, Some("handler"), None).await.expect(200);
        assert!(head.text.is_empty(), "{path}");
        assert_eq!(head.headers["content-type"], get.headers["content-type"], "{path}");
    }
    // It needs what its GET needs, and there is none where nothing is read.
    assert_eq!(app.call(Method::HEAD, "/api/v1/cases", None, None).await.status, 401);
    assert_eq!(app.call(Method::HEAD, "/api/v1/units/nowhere", Some("handler"), None).await.status, 404);
    let posting = app.call(Method::HEAD, "/api/v1/feedback", None, None).await.expect(405);
    assert_eq!(posting.headers["allow"], "POST");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_etag_that_a_proxy_made_weak_is_the_same_version() {
    on_both(async |app| {
        let form = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
            "answers": {"q1": 1, "free": "Ovi oli kiinni."}});
        let id = app.post_public("/api/v1/feedback", &form).await.expect(201).text_at("/id");
        let path = format!("/api/v1/cases/{id}/acknowledge");
        let step =
            async |etag: &str| app.call_with(Method::POST, &path, Some("handler"), None, &[("If-Match", etag)]).await;
        step("W/\"7\"").await.problem(412, "version-mismatch");
        for unreadable in ["W/", "W/\"\"", "\"x\"", "\"x\", \"y\"", ","] {
            step(unreadable).await.problem(400, "malformed-parameter");
        }
        // It names no version, and a step shows which one was read.
        let refused = step("*").await.problem(428, "precondition-required");
        assert!(refused.text.contains("instead of *"), "{}", refused.text);
        for others in ["\"7\", \"8\"", "\"0\", W/\"-1\""] {
            step(others).await.problem(412, "version-mismatch");
        }
        let taken = step("W/\"1\"").await.expect(200);
        assert_eq!(taken.headers["etag"], "\"2\"");
        // One of several is the present version.
        let path = format!("/api/v1/cases/{id}/decide");
        let decision = json!({"kind": "change_made", "text": "Ovi avataan kello 8."});
        let several = [("If-Match", "\"9\", W/\"2\"")];
        let decided = app.call_with(Method::POST, &path, Some("handler"), Some(&decision), &several).await.expect(200);
        assert_eq!(decided.headers["etag"], "\"3\"");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compressed_body_is_refused_as_such() {
    let app = TestApp::start(Kind::Sqlite).await;
    let send = async |path: &str, media_type: &str, coding: &str, body: &[u8]| {
        let request = app.client.post(format!("{}{path}", app.base)).header("content-type", media_type);
        let request = request.header("content-encoding", coding).body(body.to_vec());
        Answer::of(request.send().await.expect("an answer")).await
    };
    let form = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
        "answers": {"q1": 4}})
    .to_string();
    let gzip = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    for coding in ["gzip", "br", "identity, gzip"] {
        let refused =
            send("/api/v1/feedback", "application/json", coding, &gzip).await.problem(415, "unsupported-encoding");
        assert_eq!(refused.headers["accept-encoding"], "identity");
    }
    send("/api/v1/feedback", "application/json", "Identity", form.as_bytes()).await.expect(201);
    let page =
        send("/u/koivu/asiakastyytyvaisyys", "application/x-www-form-urlencoded", "gzip", &gzip).await.expect(415);
    assert!(page.headers["content-type"].starts_with("text/html"));
    app.stop().await;
}
