//! What one client may do, and all together: no header is a way around a limit, and nothing is read that is refused anyway.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::program::until;
use crate::support::{Kind, TestApp};

const FORM: &str = "/u/koivu/asiakastyytyvaisyys";

async fn few(burst: &str, settings: &[(&str, &str)]) -> TestApp {
    let rates = [("KAIKU_RATES__PUBLIC_PER_CLIENT_PER_MINUTE", "1"), ("KAIKU_RATES__PUBLIC_BURST", burst)];
    TestApp::start_with(Kind::Sqlite, &[&rates, settings].concat()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_authorization_is_a_way_around_the_limit_of_public_calls() {
    let good = format!("kaiku_{}", "0".repeat(64));
    for wrong in ["x", "Basic eDp4", "Bearer x", &format!("Bearer {good}")] {
        let app = few("3", &[]).await;
        let call = async || {
            app.call_with(Method::GET, "/api/v1/instruments", None, None, &[("Authorization", wrong)]).await.status
        };
        let statuses = [call().await, call().await, call().await, call().await];
        assert_eq!(statuses, [200, 200, 200, 429], "{wrong}");
        // Who has a token does not share the limit of its client.
        app.get("/api/v1/instruments", "handler").await.expect(200);
        app.get("/api/v1/cases", "handler").await.expect(200);
        app.stop().await;
    }
}

/// Sends the head of a request with a body that never comes; the first bytes of the answer.
fn head_only(app: &TestApp, path: &str) -> String {
    let mut stream = TcpStream::connect(app.address).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(5))).expect("a timeout");
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: kaiku\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: 1000000\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("a request");
    let mut answer = [0; 12];
    match stream.read_exact(&mut answer) {
        Ok(()) => String::from_utf8_lossy(&answer).into_owned(),
        Err(why) => why.to_string(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_that_are_sent_too_often_are_refused_unread() {
    for path in [FORM, "/r"] {
        let app = few("1", &[]).await;
        let send = async || {
            let request = app.client.post(format!("{}{path}", app.base));
            let request = request.header("content-type", "application/x-www-form-urlencoded").body("code=x&free=Hei");
            request.send().await.expect("an answer").status().as_u16()
        };
        assert_ne!(send().await, 429, "{path}");
        // A person who sends again finds what was typed; whoever goes on is not read any more.
        for _ in 0..10 {
            assert_eq!(send().await, 429, "{path}");
        }
        assert_eq!(head_only(&app, path), "HTTP/1.1 429", "{path}");
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_says_it_is_too_large_is_refused_unread() {
    let settings = [("KAIKU_LIMITS__BATCH_BODY_BYTES", "65536")];
    let app = TestApp::start_with(Kind::Sqlite, &settings).await;
    assert_eq!(head_only(&app, FORM), "HTTP/1.1 413");
    app.stop().await;
}

/// A client that sends almost all there is room for, and then stops.
fn almost_all(app: &TestApp) -> TcpStream {
    let mut stream = TcpStream::connect(app.address).expect("a connection");
    let head = format!(
        "POST {FORM} HTTP/1.1\r\nhost: kaiku\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: 1048576\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("a request");
    // It may be refused on the way.
    let _ = stream.write_all(&[b'a'; 1_045_000]);
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bodies_of_all_requests_together_are_bounded() {
    let app = TestApp::start_with(Kind::Sqlite, &[("KAIKU_LIMITS__BODY_BYTES_IN_FLIGHT", "1048576")]).await;
    let body = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
        "answers": {"free": "a".repeat(9_000)}});
    app.post_public("/api/v1/feedback", &body).await.expect(201);
    let mut held = None;
    until("there is no room", async || {
        // What another request takes meanwhile may refuse this one: then it is sent again.
        held = Some(almost_all(&app));
        tokio::time::sleep(Duration::from_millis(200)).await;
        app.post_public("/api/v1/feedback", &body).await.status == 503
    })
    .await;
    let full = app.post_public("/api/v1/feedback", &body).await.problem(503, "overloaded");
    assert_eq!(full.headers.get("retry-after").map(String::as_str), Some("1"));
    drop(held);
    until("there is room again", async || app.post_public("/api/v1/feedback", &body).await.status == 201).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_of_many_addresses_is_not_as_many_clients() {
    let app = few("1", &[("KAIKU_SERVER__TRUSTED_PROXIES", "127.0.0.1")]).await;
    let call = async |address: &str| {
        let headers = [("X-Forwarded-For", address)];
        app.call_with(Method::GET, "/api/v1/instruments", None, None, &headers).await.status
    };
    for n in 0..16 {
        assert_eq!(call(&format!("2001:db8:7:{n:x}::1")).await, 200, "{n}");
    }
    assert_eq!(call("2001:db8:7:ffff::1").await, 429);
    assert_eq!(call("2001:db8:8::1").await, 200, "another network");
    assert!(!app.get_health("/readyz").await.expect(200).body["forwarded_by_untrusted"].as_bool().expect("a word"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn readiness_says_that_a_proxy_is_not_trusted() {
    let app = TestApp::start_with(Kind::Sqlite, &[]).await;
    let seen = async || app.get_health("/readyz").await.expect(200).body["forwarded_by_untrusted"].clone();
    assert_eq!(seen().await, false);
    app.call(Method::GET, "/api/v1/instruments", None, None).await.expect(200);
    assert_eq!(seen().await, false);
    let headers = [("X-Forwarded-For", "198.51.100.1")];
    app.call_with(Method::GET, "/api/v1/instruments", None, None, &headers).await.expect(200);
    assert_eq!(seen().await, true);
    app.stop().await;
}
