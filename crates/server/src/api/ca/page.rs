//! The page that explains how a device learns to trust this manager.
//!
//! **Invariant:** whatever is put into it was checked to be a name, an address or a fingerprint, and is escaped anyway.

use super::{dress, steps};
use crate::api::extract::Visitor;
use crate::api::route::App;
use crate::auth::Client;
use crate::config::TlsMode;
use crate::tls::Report;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode, header};
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const HTML: &str = "text/html; charset=utf-8";

/// What it is and what to do.
#[utoipa::path(get, path = "/ca", responses((status = 200, body = String, content_type = "text/html")))]
pub async fn ca_page(State(front): State<App>, Visitor(client): Visitor, headers: HeaderMap) -> Response {
    let (base, report) = (&front.config.app.base_path, front.tls.report());
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    match (report.mode, &report.ca_fingerprint) {
        (TlsMode::Auto, Some(fingerprint)) => {
            dress(page(base, &body(base, &report, fingerprint, &client, agent)), HTML)
        }
        (mode, _) => dress((StatusCode::NOT_FOUND, page(base, nothing(mode))), HTML),
    }
}

/// How it looks.
#[utoipa::path(get, path = "/ca/style.css", responses((status = 200, body = String, content_type = "text/css")))]
pub async fn ca_style() -> Response {
    dress(include_str!("style.css"), "text/css; charset=utf-8")
}

fn page(base: &str, body: &str) -> String {
    let base = escape(base);
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>Trust this page · Home Miner Manager</title>\
         <link rel=\"stylesheet\" href=\"{base}/ca/style.css\"></head>\n<body><main>\n\
         <p class=\"brand\">Home Miner Manager</p>\n{body}</main></body></html>\n"
    )
}

fn nothing(mode: TlsMode) -> &'static str {
    match mode {
        TlsMode::Files => {
            "<h1>Nothing to install</h1>\n<p>This manager shows a certificate that somebody else made \
             (<code>app.tls: files</code> in <code>config.yaml</code>). Your device trusts it if it trusts whoever \
             made it.</p>\n"
        }
        _ => {
            "<h1>There is no https here</h1>\n<p>This manager speaks plain http. To switch https on, write \
             <code>tls: auto</code> below <code>app:</code> in <code>config.yaml</code>, restart it, and open this page \
             again.</p>\n"
        }
    }
}

fn body(base: &str, report: &Report, fingerprint: &str, client: &Client, agent: &str) -> String {
    let (links, here) = (links(base, report, client), client.host.as_str());
    let covered = report.names.iter().any(|name| name == here);
    let by_address = |(name, _): &&(String, String)| name.parse::<Ipv4Addr>().is_ok();
    let main = links.iter().find(|(name, _)| name == here).or_else(|| links.iter().find(by_address));
    let main = main.or(links.first());
    let mut body = String::from("<h1>Trust this page</h1>\n");
    body.push_str(
        "<p>This manager encrypts its pages with a certificate from its own authority. Browsers do not know that \
         authority yet. Install it once on each device: the warning goes, and the page can be installed like an \
         app.</p>\n<p>The authority can vouch for this one machine only. Whoever stole its key could not pretend to be \
         your bank.</p>\n",
    );
    if let Some((name, link)) = main {
        let _ = writeln!(body, "<p><a class=\"button\" href=\"{link}\">Open {} over https</a></p>", escape(name));
    }
    if !covered {
        let here = escape(here);
        let _ = writeln!(
            body,
            "<p class=\"warn\">The certificate is not for <b>{here}</b>, the address you are using now: browsers would \
             warn there. Use one of the names below.</p>"
        );
    }
    let _ = write!(
        body,
        "<h2>1. Compare the fingerprint</h2>\n<p>This page may have reached you without encryption, so make sure that \
         nobody changed it on the way. The manager writes the same fingerprint (SHA-256) into its log when it starts; \
         your device shows it before or after installing.</p>\n<p class=\"print\">{}</p>\n",
        grouped(fingerprint)
    );
    let base = escape(base);
    let _ = write!(
        body,
        "<h2>2. Take the certificate</h2>\n<ul class=\"files\">\n\
         <li><a href=\"{base}/ca/home-miner-manager.mobileconfig\">Profile for iPhone and iPad</a></li>\n\
         <li><a href=\"{base}/ca/home-miner-manager.crt\">Certificate for everything else (.crt)</a></li>\n\
         <li><a href=\"{base}/ca/home-miner-manager.der\">The same as bytes (.der)</a></li>\n</ul>\n\
         <h2>3. Install it</h2>\n{}",
        steps::all(agent)
    );
    body.push_str("<h2>4. Open the page under a name it has</h2>\n<ul class=\"names\">\n");
    for (name, link) in &links {
        let _ = writeln!(body, "<li><a href=\"{link}\">{}</a></li>", escape(name));
    }
    body.push_str(
        "</ul>\n<p>Other names and addresses get a warning, and that is right. If this machine got a new one, make a new \
         authority with <code>hmm tls new-ca</code> and install that.</p>\n",
    );
    body
}

/// Every name of the certificate with its address, but for what means another machine to the visitor. TLS is on the port
/// that this page came from.
fn links(base: &str, report: &Report, client: &Client) -> Vec<(String, String)> {
    let link = |name: &String| {
        let host = if name.parse::<Ipv6Addr>().is_ok() { format!("[{name}]") } else { name.clone() };
        let port = if client.port == 443 { String::new() } else { format!(":{}", client.port) };
        (name.clone(), escape(&format!("https://{host}{port}{base}/")))
    };
    let at_home = client.address.is_loopback();
    let loopback = |name: &str| name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    report.names.iter().filter(|name| at_home || !loopback(name)).map(link).collect()
}

/// Two halves of four groups each, so that two people can read it to each other.
fn grouped(fingerprint: &str) -> String {
    let pairs: Vec<&str> = fingerprint.split(':').collect();
    pairs.chunks(4).map(|four| format!("<span>{}</span>", escape(&four.join(":")))).collect::<Vec<_>>().join(" ")
}

fn escape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => plain.push_str("&amp;"),
            '<' => plain.push_str("&lt;"),
            '>' => plain.push_str("&gt;"),
            '"' => plain.push_str("&quot;"),
            '\'' => plain.push_str("&#39;"),
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(host: &str, port: u16, agent: &str) -> String {
        let report = Report {
            mode: TlsMode::Auto,
            ca_fingerprint: None,
            names: ["localhost", "pi.local", "192.168.1.5", "fd00::5"].map(str::to_owned).into(),
            not_after: None,
        };
        let address = IpAddr::from([192, 168, 1, 9]);
        let client = Client { address, known: true, scheme: "http", host: host.to_owned(), port };
        body("/hmm", &report, "AA:BB:CC:DD:EE", &client, agent)
    }

    #[test]
    fn the_page_leads_to_https_under_the_name_that_was_typed() {
        let page = shown("pi.local", 8080, "");
        assert!(page.contains("<a class=\"button\" href=\"https://pi.local:8080/hmm/\">Open pi.local over https</a>"));
        assert!(page.contains("<span>AA:BB:CC:DD</span> <span>EE</span>") && !page.contains("class=\"warn\""));
        assert!(page.contains("href=\"https://[fd00::5]:8080/hmm/\""));
        assert!(shown("pi.local", 443, "").contains("\"https://pi.local/hmm/\""));
    }

    #[test]
    fn a_name_that_the_certificate_does_not_have_is_said_and_another_offered() {
        let page = shown("10.0.0.7", 80, "");
        assert!(page.contains("not for <b>10.0.0.7</b>"), "{page}");
        assert!(page.contains("class=\"button\" href=\"https://192.168.1.5:80/hmm/\""), "{page}");
        assert!(!page.contains("https://localhost"), "to the visitor that is another machine");
    }

    #[test]
    fn d1_what_is_put_into_the_page_is_text() {
        assert_eq!(escape("<a href='x'>\"&"), "&lt;a href=&#39;x&#39;&gt;&quot;&amp;");
        assert!(!shown("<script>", 80, "<script>").contains("<script>"));
    }
}
