//! The service starts on both databases and says that it is ready.

use crate::support::on_both;

#[tokio::test(flavor = "multi_thread")]
async fn it_is_ready_on_both_databases() {
    on_both(async |app| {
        let ready = app.call(reqwest::Method::GET, "/readyz", None, None).await.expect(200);
        assert_eq!(
            ready.body,
            serde_json::json!({"database": true, "migrations": true, "writer": true, "worker": true, "current": true})
        );
        app.stop().await;
    })
    .await;
}
