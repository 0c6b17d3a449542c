//! The process that Kaiku is compared with: it parses a JSON body and sends it back, with the same framework.

use actix_web::web::{self, Json};
use actix_web::{App, HttpResponse, HttpServer};
use serde_json::Value;

use super::Fault;

/// The argument with which the benchmark's own program runs as the echo.
pub const ARGUMENT: &str = "echo-server";

/// Serves until the process is ended, with one worker for each core, as Kaiku does by default.
///
/// # Errors
/// When the address cannot be listened on.
pub fn serve(address: &str) -> Result<(), Fault> {
    actix_web::rt::System::new().block_on(async move {
        let app = || App::new().route("/readyz", web::get().to(HttpResponse::Ok)).default_service(web::to(echo));
        HttpServer::new(app).bind(address)?.run().await
    })?;
    Ok(())
}

async fn echo(body: Json<Value>) -> HttpResponse {
    HttpResponse::Created().json(body.into_inner())
}
