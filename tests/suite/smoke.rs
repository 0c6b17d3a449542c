//! The service starts on both databases and reports that it is ready.

use crate::support::on_both;

#[tokio::test(flavor = "multi_thread")]
async fn it_is_ready_on_both_databases() {
    on_both(async |app| {
        let ready = app.get_health("/readyz").await.expect(200);
        assert_eq!(
            ready.body,
            serde_json::json!({"database": true, "migrations": true, "writer": true, "worker": true, "current": true,
                "forwarded_by_untrusted": false})
        );
        app.stop().await;
    })
    .await;
}

/// Whoever reads how often a form was sent learns when somebody gave feedback.
#[tokio::test(flavor = "multi_thread")]
async fn figures_and_readiness_are_on_a_listener_of_their_own() {
    on_both(async |app| {
        for path in ["/metrics", "/readyz"] {
            app.call(reqwest::Method::GET, path, None, None).await.problem(404, "not-found");
        }
        for base in [&app.base, &app.health] {
            let alive = app.client.get(format!("{base}/healthz")).send().await.expect("an answer");
            assert_eq!(alive.status(), 200);
        }
        app.client.get(format!("{}/u/koivu", app.base)).send().await.expect("an answer");
        let figures = app.get_health("/metrics").await.expect(200);
        assert!(figures.headers.get("content-type").is_some_and(|kind| kind.starts_with("text/plain; version=")));
        let elsewhere = app.client.get(format!("{}/u/koivu", app.health)).send().await.expect("an answer");
        assert_eq!(elsewhere.status(), 404);
        app.stop().await;
    })
    .await;
}

/// As many calls as there are connections, and more, while none is free: they wait for one look at the database together.
#[tokio::test(flavor = "multi_thread")]
async fn calls_for_readiness_and_figures_share_one_look_at_the_database() {
    on_both(async |app| {
        let mut held = Vec::new();
        while let Ok(Ok(reader)) =
            tokio::time::timeout(std::time::Duration::from_millis(200), app.service.store.read()).await
        {
            held.push(reader);
        }
        assert!(!held.is_empty());
        // One connection is free again: only one call may take it at a time.
        held.pop();
        let calls = (0..60).map(|n| {
            let url = format!("{}{}", app.health, if n % 2 == 0 { "/readyz" } else { "/metrics" });
            let call = app.client.get(url).send();
            async move { call.await.expect("an answer").status() }
        });
        for status in futures_util::future::join_all(calls).await {
            assert_eq!(status, 200);
        }
        drop(held);
        app.stop().await;
    })
    .await;
}
