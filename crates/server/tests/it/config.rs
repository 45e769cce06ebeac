//! config.yaml: what is accepted, and the exact line for what is not.
//!
//! **Invariant:** each refused file gives one line that names place, key and what to write instead.

use expect_test::{Expect, expect};
use hmm_server::config::{App, Config, DEFAULT_FILE, DatabaseKind, Environment, TlsMode};
use std::path::Path;
use std::time::Duration;

fn parse(text: &str) -> Result<Config, String> {
    Config::parse(text, Path::new("/config"), Environment::default()).map_err(|fault| fault.to_string())
}

fn refuses(text: &str, expected: &Expect) {
    expected.assert_eq(&parse(text).expect_err(text));
}

#[test]
fn the_file_of_a_first_start_says_nothing_and_names_every_default() {
    let defaults = Config::defaults(Path::new("/config"), Environment::default());
    assert_eq!(parse(DEFAULT_FILE), Ok(defaults.clone()));
    assert_eq!(parse(""), Ok(defaults.clone()));
    // With every `#` before a key taken away (but for those that need another type or mode), the same defaults stand there.
    let is_remark = |line: &str| line.starts_with("# ") && !line.starts_with("#  ");
    let is_key = |line: &&str| line.len() > 1 && !is_remark(line);
    let keys = DEFAULT_FILE
        .lines()
        .filter(is_key)
        .filter(|line| ![" url:", "tls_certificate:", "tls_key:"].iter().any(|key| line.contains(key)));
    let text: Vec<_> = keys.map(|line| &line[1..]).collect();
    let written = parse(&text.join("\n")).unwrap();
    assert_eq!(written.locked().len(), 15);
    let sections = |config: &Config| {
        let Config { app, database, telemetry, network, logging, security, .. } = config.clone();
        (app, database, telemetry, network, logging, security)
    };
    assert_eq!(sections(&written), sections(&defaults));
}

#[test]
fn a_full_file_is_read_and_its_keys_are_locked_in_order() {
    let config = parse(
        "app: {host: '::1', base_path: /hmm}\ndatabase:\n  type: external\n  url: postgresql://u:hunter2@db/hmm\n\
         telemetry:\n  interval: 10s\n  raw_retention: 14d\n  flush: 3m\nnetwork:\n  device_ranges: [192.168.7.9/24, 127.0.0.1]\n\
         logging: {level: debug, json: true}\nsecurity:\n  allowed_hosts:\n    - Miners.Example.org\n  trusted_proxies: [10.0.0.1]\n\
         \x20 session_idle: 1h\n  session_max: 1d\n",
    )
    .unwrap();
    assert_eq!(config.app.base_path, "/hmm");
    assert_eq!(config.database.kind, DatabaseKind::External);
    assert_eq!(config.database.url.as_ref().unwrap().reveal(), "postgresql://u:hunter2@db/hmm");
    assert_eq!(config.telemetry.flush, Duration::from_mins(3));
    assert_eq!(config.network.device_ranges, ["192.168.7.0/24".parse().unwrap(), "127.0.0.1/32".parse().unwrap()]);
    assert_eq!(config.security.allowed_hosts, ["miners.example.org"]);
    assert_eq!(
        config.locked().join(" "),
        "app.host app.base_path database.type database.url telemetry.interval \
        telemetry.raw_retention telemetry.flush network.device_ranges logging.level logging.json security.allowed_hosts \
        security.trusted_proxies security.session_idle security.session_max"
    );
    assert!(!format!("{config:?}").contains("hunter2"), "a password is never shown");
}

#[test]
fn nmminer_boards_are_heard_at_their_port_unless_it_is_nought() {
    let port = |text: &str| parse(text).unwrap().network.nmminer_port;
    assert_eq!(port("{}\n"), Some(12_345));
    assert_eq!(port("network: {nmminer_port: 12400}\n"), Some(12_400));
    assert_eq!(port("network: {nmminer_port: 0}\n"), None);
}

#[test]
fn https_is_off_until_it_is_asked_for() {
    let tls = |text: &str| {
        let App { tls, tls_certificate, tls_key, .. } = parse(text).unwrap().app;
        (tls, [tls_certificate, tls_key].map(|path| path.map(|path| path.display().to_string()).unwrap_or_default()))
    };
    let nothing = [String::new(), String::new()];
    assert_eq!(tls(""), (TlsMode::Off, nothing.clone()));
    // In older YAML a bare off is a boolean; here it is what people mean.
    assert_eq!(tls("app: {tls: off}"), (TlsMode::Off, nothing.clone()));
    assert_eq!(tls("app: {tls: auto}"), (TlsMode::Auto, nothing));
    let files = "app: {tls_key: /etc/page.key, tls_certificate: tls/page.pem, tls: files}";
    assert_eq!(tls(files), (TlsMode::Files, ["tls/page.pem".to_owned(), "/etc/page.key".to_owned()]));
}

#[test]
fn sections_that_hold_only_comments_are_accepted() {
    assert!(parse("app:\n  # host: 1.2.3.4\ntelemetry:\n").is_ok());
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn a_wrong_key_or_value_is_one_line_with_place_key_and_what_to_write() {
    for (text, expected) in [
        (
            "telemetry:\n  intervall: 30s\n",
            expect![
                "config.yaml:2:3: key telemetry.intervall: unknown; did you mean interval? Known here: interval, raw_retention, flush"
            ],
        ),
        (
            "miners: []\n",
            expect![
                "config.yaml:1:1: key miners: unknown; remove it. Known here: app, database, telemetry, network, logging, security"
            ],
        ),
        (
            "telemetry:\n  interval: 5s\n",
            expect![[
                r#"config.yaml:2:13: key telemetry.interval: "5s" is not accepted here; write a duration from 10s to 1h, such as 30s, 5m or 7d"#
            ]],
        ),
        (
            "telemetry:\n  interval: 30\n",
            expect![[
                r#"config.yaml:2:13: key telemetry.interval: "30" is not accepted here; write a duration from 10s to 1h, such as 30s, 5m or 7d"#
            ]],
        ),
        (
            "telemetry:\n  interval:\n",
            expect![
                "config.yaml:2:3: key telemetry.interval: nothing stands here; write a duration from 10s to 1h, such as 30s, 5m or 7d, or remove the line"
            ],
        ),
        (
            "telemetry: {raw_retention: [7d]}\n",
            expect![
                "config.yaml:1:28: key telemetry.raw_retention: a list is not accepted here; write a duration from 1d to 90d, such as 30s, 5m or 7d"
            ],
        ),
        (
            "telemetry: 30s\n",
            expect![[
                r#"config.yaml:1:12: key telemetry: "30s" is not accepted here; write a section with keys below it"#
            ]],
        ),
        ("- app\n", expect!["config.yaml:1:1: a list is not accepted here; write sections such as app:"]),
        (
            "app:\n  host: localhost\n",
            expect![[
                r#"config.yaml:2:9: key app.host: "localhost" is not accepted here; write an address to listen on, such as 0.0.0.0 or 127.0.0.1"#
            ]],
        ),
        (
            "app:\n  port: 80\n",
            expect![
                "config.yaml:2:3: key app.port: unknown; remove it. Known here: host, base_path, tls, tls_certificate, tls_key"
            ],
        ),
        (
            "app:\n  base_path: hmm/\n",
            expect![[
                r#"config.yaml:2:14: key app.base_path: "hmm/" is not accepted here; write a path such as /hmm, or "" for none"#
            ]],
        ),
        (
            "app:\n  base_path: /a/../b\n",
            expect![[
                r#"config.yaml:2:14: key app.base_path: "/a/../b" is not accepted here; write a path such as /hmm, or "" for none"#
            ]],
        ),
        (
            "app:\n  tls: false\n",
            expect!["config.yaml:2:8: key app.tls: false is not accepted here; write one of off, auto, files"],
        ),
        (
            "app: {tls: files, tls_key: a}\n",
            expect![
                "config.yaml:1:1: key app: tls files needs both tls_certificate and tls_key; write the paths of the two files"
            ],
        ),
        (
            "app: {tls: auto, tls_certificate: a}\n",
            expect![
                "config.yaml:1:1: key app: tls_certificate and tls_key are for tls: files only; write tls: files or remove them"
            ],
        ),
        (
            "app:\n  tls: files\n  tls_certificate:\n",
            expect![
                "config.yaml:3:3: key app.tls_certificate: nothing stands here; write the path of a PEM file, such as tls/page.pem, or remove the line"
            ],
        ),
        (
            "database:\n  type: mysql\n",
            expect![[
                r#"config.yaml:2:9: key database.type: "mysql" is not accepted here; write one of auto, postgresql, sqlite, external"#
            ]],
        ),
        (
            "database:\n  type: external\n",
            expect![
                "config.yaml:1:1: key database: type external needs a url; write url: postgresql://user:password@host/database"
            ],
        ),
        (
            "# mine\ndatabase:\n  url: postgresql://u:hunter2@h/d\n",
            expect!["config.yaml:2:1: key database: url is for type external only; write type: external or remove url"],
        ),
        (
            "database:\n  type: external\n  url: mysql://u:hunter2@h/d\n",
            expect!["config.yaml:3:8: key database.url: write an address that begins with postgresql://"],
        ),
        (
            "network:\n  device_ranges: 10.0.0.0/8\n",
            expect![[
                r#"config.yaml:2:18: key network.device_ranges: "10.0.0.0/8" is not accepted here; write a list: [a, b], or lines that begin with -"#
            ]],
        ),
        (
            "network:\n  device_ranges:\n    - 10.0.0.0/8\n    - 10.0.0.0/33\n",
            expect![[
                r#"config.yaml:4:7: key network.device_ranges[1]: "10.0.0.0/33" is not accepted here; write a range such as 192.168.1.0/24, or an address"#
            ]],
        ),
        (
            "network:\n  nmminer_port: 70000\n",
            expect![[
                r#"config.yaml:2:17: key network.nmminer_port: "70000" is not accepted here; write a port from 1 to 65535, or 0 for off"#
            ]],
        ),
        (
            "logging: {json: 'yes'}\n",
            expect![[r#"config.yaml:1:17: key logging.json: "yes" is not accepted here; write true or false"#]],
        ),
        (
            "logging: {level: loud}\n",
            expect![[
                r#"config.yaml:1:18: key logging.level: "loud" is not accepted here; write one of error, warn, info, debug, trace"#
            ]],
        ),
        (
            "security:\n  allowed_hosts: ['http://a.b']\n",
            expect![[
                r#"config.yaml:2:19: key security.allowed_hosts[0]: "http://a.b" is not accepted here; write a host name without scheme and port, such as miners.example.org"#
            ]],
        ),
        (
            "security:\n  session_idle: 20d\n  session_max: 1d\n",
            expect![
                "config.yaml:1:1: key security: session_idle is longer than session_max; write a shorter session_idle or a longer session_max"
            ],
        ),
        (
            "security:\n  session_max: 1y\n",
            expect![[
                r#"config.yaml:2:16: key security.session_max: "1y" is not accepted here; write a duration from 5m to 365d, such as 30s, 5m or 7d"#
            ]],
        ),
    ] {
        refuses(text, &expected);
    }
}

#[test]
fn d2_yaml_that_is_broken_deep_long_or_aliased_is_refused_with_its_place() {
    let deep = format!("app:\n  host: {}1{}\n", "[".repeat(40), "]".repeat(40));
    let long = format!("# {}\n", "x".repeat(300_000));
    for (text, expected) in [
        ("app: [1\n", expect!["config.yaml:1:6: this is not YAML: unclosed bracket '['"]),
        (
            "app:\n\thost: 1\n",
            expect!["config.yaml:2:2: this is not YAML: tabs disallowed within this context (block indentation)"],
        ),
        ("app: {}\napp: {}\n", expect!["config.yaml:2:1: key app stands here twice; keep one"]),
        (
            "app: &a {}\ndatabase: *a\n",
            expect!["config.yaml:1:9: anchors and aliases (&, *, <<) are not accepted; write the value out"],
        ),
        ("app: {}\n---\napp: {}\n", expect!["config.yaml:2:1: a second document begins here; remove the line ---"]),
        (
            "app:\n  host: \"unclosed\n",
            expect!["config.yaml:3:1: this is not YAML: invalid indentation in multiline quoted scalar"],
        ),
        (
            "1: 2\n",
            expect![
                "config.yaml:1:1: key 1: unknown; remove it. Known here: app, database, telemetry, network, logging, security"
            ],
        ),
        ("? [a]\n: b\n", expect!["config.yaml:1:3: this is not YAML: expected string scalar"]),
        (deep.as_str(), expect!["config.yaml:2:39: nested deeper than 32 levels"]),
        (long.as_str(), expect!["config.yaml:1:1: the file has 300003 bytes; at most 262144 are read"]),
    ] {
        refuses(text, &expected);
    }
}

#[test]
fn a_first_start_writes_the_commented_file_and_later_starts_keep_it() {
    let folder = std::env::temp_dir().join(format!("hmm-config-{}", std::process::id()));
    let config = Config::load(&folder, Environment::default()).unwrap();
    assert_eq!(std::fs::read_to_string(folder.join("config.yaml")).unwrap(), DEFAULT_FILE);
    assert!(config.locked().is_empty());
    std::fs::write(folder.join("config.yaml"), "telemetry: {interval: 1m}\n").unwrap();
    assert_eq!(Config::load(&folder, Environment::default()).unwrap().locked(), ["telemetry.interval"]);
    std::fs::write(folder.join("config.yaml"), b"app:\n  host: \xff\n").unwrap();
    let error = Config::load(&folder, Environment::default()).unwrap_err();
    assert_eq!(error.to_string(), "config.yaml:2:9: this is not UTF-8 text; save the file as UTF-8");
    std::fs::remove_dir_all(&folder).unwrap();
}
