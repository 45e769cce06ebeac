//! From the tree to the configuration: every key there is, its bounds, and what to write instead of a wrong value.
//!
//! **Invariant:** the first fault in the order of the file is the one reported; a key without a line here is unknown.

use super::tree::{Node, position};
use super::{App, Config, DAY, DatabaseKind, Fault, MINUTE, Secret, TlsMode, parse_duration, show_duration};
use ipnet::IpNet;
use serde_saphyr::{Location, Spanned};
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

const HOUR: Duration = Duration::from_hours(1);
const SECTIONS: [&str; 6] = ["app", "database", "telemetry", "network", "logging", "security"];

/// Writes what stands in the tree into `config`; returns the keys that stand there.
pub(super) fn apply(config: &mut Config, root: &Spanned<Node>) -> Result<Vec<String>, Fault> {
    let root = Entry { key: String::new(), key_at: None, node: root };
    let mut locked = Vec::new();
    for section in root.entries()? {
        for entry in section_entries(&section)? {
            match section.key.as_str() {
                "app" => app(config, &entry)?,
                "database" => database(config, &entry)?,
                "telemetry" => telemetry(config, &entry)?,
                "network" => network(config, &entry)?,
                "logging" => logging(config, &entry)?,
                _ => security(config, &entry)?,
            }
            locked.push(entry.key);
        }
        whole(config, &section)?;
    }
    Ok(locked)
}

/// The entries of a known section; a section with nothing but comments has none.
fn section_entries<'a>(section: &Entry<'a>) -> Result<Vec<Entry<'a>>, Fault> {
    if !SECTIONS.contains(&section.key.as_str()) {
        return Err(section.unknown(&SECTIONS));
    }
    match section.node.value {
        Node::Nothing => Ok(Vec::new()),
        _ => section.entries(),
    }
}

fn app(config: &mut Config, entry: &Entry<'_>) -> Result<(), Fault> {
    match entry.name() {
        "host" => config.app.host = entry.parse("an address to listen on, such as 0.0.0.0 or 127.0.0.1")?,
        "base_path" => config.app.base_path = base_path(entry)?,
        "tls" => {
            let modes = [("off", TlsMode::Off), ("auto", TlsMode::Auto), ("files", TlsMode::Files)];
            config.app.tls = entry.one_of(&modes)?;
        }
        "tls_certificate" => config.app.tls_certificate = Some(file(entry)?),
        "tls_key" => config.app.tls_key = Some(file(entry)?),
        _ => return Err(entry.unknown(&["host", "base_path", "tls", "tls_certificate", "tls_key"])),
    }
    Ok(())
}

fn database(config: &mut Config, entry: &Entry<'_>) -> Result<(), Fault> {
    match entry.name() {
        "type" => {
            let kinds = [
                ("auto", DatabaseKind::Auto),
                ("postgresql", DatabaseKind::Postgresql),
                ("sqlite", DatabaseKind::Sqlite),
                ("external", DatabaseKind::External),
            ];
            config.database.kind = entry.one_of(&kinds)?;
        }
        "url" => {
            let text = entry.text("an address such as postgresql://user:password@host/database")?;
            if !["postgresql://", "postgres://"].iter().any(|scheme| text.starts_with(scheme)) {
                // Never shown: it may hold a password.
                return Err(entry.fault("write an address that begins with postgresql://".to_owned()));
            }
            config.database.url = Some(Secret::new(text.to_owned()));
        }
        _ => return Err(entry.unknown(&["type", "url"])),
    }
    Ok(())
}

/// What only two keys of a section together can say.
fn whole(config: &Config, section: &Entry<'_>) -> Result<(), Fault> {
    let (database, security) = (&config.database, &config.security);
    let external = database.kind == DatabaseKind::External;
    let App { tls, tls_certificate, tls_key, .. } = &config.app;
    let files = *tls == TlsMode::Files;
    let say = match section.key.as_str() {
        "app" if files && (tls_certificate.is_none() || tls_key.is_none()) => {
            "tls files needs both tls_certificate and tls_key; write the paths of the two files"
        }
        "app" if !files && (tls_certificate.is_some() || tls_key.is_some()) => {
            "tls_certificate and tls_key are for tls: files only; write tls: files or remove them"
        }
        "database" if external && database.url.is_none() => {
            "type external needs a url; write url: postgresql://user:password@host/database"
        }
        "database" if !external && database.url.is_some() => {
            "url is for type external only; write type: external or remove url"
        }
        "security" if security.session_idle > security.session_max => {
            "session_idle is longer than session_max; write a shorter session_idle or a longer session_max"
        }
        _ => return Ok(()),
    };
    Err(section.fault_at_key(say.to_owned()))
}

fn telemetry(config: &mut Config, entry: &Entry<'_>) -> Result<(), Fault> {
    let telemetry = &mut config.telemetry;
    match entry.name() {
        "interval" => telemetry.interval = entry.span(MINUTE / 6, HOUR)?,
        "raw_retention" => telemetry.raw_retention = entry.span(DAY, 90 * DAY)?,
        "flush" => telemetry.flush = entry.span(MINUTE / 12, 10 * MINUTE)?,
        _ => return Err(entry.unknown(&["interval", "raw_retention", "flush"])),
    }
    Ok(())
}

fn network(config: &mut Config, entry: &Entry<'_>) -> Result<(), Fault> {
    match entry.name() {
        "device_ranges" => config.network.device_ranges = ranges(entry)?,
        "nmminer_port" => config.network.nmminer_port = Some(entry.port()?).filter(|port| *port > 0),
        _ => return Err(entry.unknown(&["device_ranges", "nmminer_port"])),
    }
    Ok(())
}

fn logging(config: &mut Config, entry: &Entry<'_>) -> Result<(), Fault> {
    use tracing::Level;
    match entry.name() {
        "level" => {
            let levels = [
                ("error", Level::ERROR),
                ("warn", Level::WARN),
                ("info", Level::INFO),
                ("debug", Level::DEBUG),
                ("trace", Level::TRACE),
            ];
            config.logging.level = entry.one_of(&levels)?;
        }
        "json" => config.logging.json = entry.yes_or_no()?,
        _ => return Err(entry.unknown(&["level", "json"])),
    }
    Ok(())
}

fn security(config: &mut Config, entry: &Entry<'_>) -> Result<(), Fault> {
    let security = &mut config.security;
    match entry.name() {
        "allowed_hosts" => security.allowed_hosts = entry.list()?.iter().map(host).collect::<Result<_, _>>()?,
        "trusted_proxies" => security.trusted_proxies = ranges(entry)?,
        "session_idle" => security.session_idle = entry.span(5 * MINUTE, 90 * DAY)?,
        "session_max" => security.session_max = entry.span(5 * MINUTE, 365 * DAY)?,
        _ => return Err(entry.unknown(&["allowed_hosts", "trusted_proxies", "session_idle", "session_max"])),
    }
    Ok(())
}

fn base_path(entry: &Entry<'_>) -> Result<String, Fault> {
    let wanted = "a path such as /hmm, or \"\" for none";
    let text = entry.text(wanted)?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    let plain = text.starts_with('/') && !text.ends_with('/') && text.chars().all(allowed) && !text.contains("//");
    let climbs = text.split('/').any(|part| part == "." || part == "..");
    if text.is_empty() || (plain && !climbs) { Ok(text.to_owned()) } else { Err(entry.not(wanted)) }
}

/// A path, relative to the config folder or absolute.
fn file(entry: &Entry<'_>) -> Result<PathBuf, Fault> {
    let wanted = "the path of a PEM file, such as tls/page.pem";
    let text = entry.text(wanted)?;
    if text.is_empty() || text.contains('\0') { Err(entry.not(wanted)) } else { Ok(PathBuf::from(text)) }
}

/// A host name as it stands in a Host header, without port.
fn host(entry: &Entry<'_>) -> Result<String, Fault> {
    let wanted = "a host name without scheme and port, such as miners.example.org";
    let text = entry.text(wanted)?;
    let label = |label: &str| {
        (1..=63).contains(&label.len()) && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    if text.len() <= 253 && text.split('.').all(label) { Ok(text.to_ascii_lowercase()) } else { Err(entry.not(wanted)) }
}

fn ranges(entry: &Entry<'_>) -> Result<Vec<IpNet>, Fault> {
    let range = |item: &Entry<'_>| {
        let wanted = "a range such as 192.168.1.0/24, or an address";
        let text = item.text(wanted)?;
        let range = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        range.map(|range| range.trunc()).map_err(|_| item.not(wanted))
    };
    entry.list()?.iter().map(range).collect()
}

/// A value with the path of its key.
struct Entry<'a> {
    key: String,
    /// Where the key stands; a list's item has none.
    key_at: Option<Location>,
    node: &'a Spanned<Node>,
}

impl<'a> Entry<'a> {
    fn name(&self) -> &str {
        self.key.rsplit('.').next().unwrap_or_default()
    }

    fn entries(&self) -> Result<Vec<Self>, Fault> {
        let Node::Section(entries) = &self.node.value else {
            let wanted = if self.key.is_empty() { "sections such as app:" } else { "a section with keys below it" };
            return Err(self.not(wanted));
        };
        let path = |name: &str| if self.key.is_empty() { name.to_owned() } else { format!("{}.{name}", self.key) };
        let entry = |(name, node): &'a (Spanned<String>, _)| Self {
            key: path(&name.value),
            key_at: Some(name.referenced),
            node,
        };
        Ok(entries.iter().map(entry).collect())
    }

    fn list(&self) -> Result<Vec<Self>, Fault> {
        let Node::List(items) = &self.node.value else {
            return Err(self.not("a list: [a, b], or lines that begin with -"));
        };
        let item = |(i, node)| Self { key: format!("{}[{i}]", self.key), key_at: None, node };
        Ok(items.iter().enumerate().map(item).collect())
    }

    fn text(&self, wanted: &str) -> Result<&'a str, Fault> {
        match &self.node.value {
            Node::Text(text) => Ok(text),
            _ => Err(self.not(wanted)),
        }
    }

    fn yes_or_no(&self) -> Result<bool, Fault> {
        match &self.node.value {
            Node::Bool(value) => Ok(*value),
            _ => Err(self.not("true or false")),
        }
    }

    fn port(&self) -> Result<u16, Fault> {
        let wanted = "a port from 1 to 65535, or 0 for off";
        match &self.node.value {
            Node::Number(text) => text.parse().map_err(|_| self.not(wanted)),
            _ => Err(self.not(wanted)),
        }
    }

    fn parse<T: FromStr>(&self, wanted: &str) -> Result<T, Fault> {
        self.text(wanted)?.parse().map_err(|_| self.not(wanted))
    }

    fn one_of<T: Copy>(&self, choices: &[(&str, T)]) -> Result<T, Fault> {
        let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
        let wanted = format!("one of {}", names.join(", "));
        let text = self.text(&wanted)?;
        let found = choices.iter().find(|(name, _)| *name == text);
        found.map(|(_, value)| *value).ok_or_else(|| self.not(&wanted))
    }

    fn span(&self, least: Duration, most: Duration) -> Result<Duration, Fault> {
        let wanted =
            format!("a duration from {} to {}, such as 30s, 5m or 7d", show_duration(least), show_duration(most));
        let span = parse_duration(self.text(&wanted)?).ok_or_else(|| self.not(&wanted))?;
        if (least..=most).contains(&span) { Ok(span) } else { Err(self.not(&wanted)) }
    }

    /// What stands there is not what is wanted.
    fn not(&self, wanted: &str) -> Fault {
        let found = match &self.node.value {
            Node::Nothing => {
                return self.fault_at_key(format!("nothing stands here; write {wanted}, or remove the line"));
            }
            Node::Bool(value) => value.to_string(),
            Node::Number(text) | Node::Text(text) => format!("\"{}\"", hmm_domain::Label::new(text)),
            Node::List(_) => "a list".to_owned(),
            Node::Section(_) => "a section".to_owned(),
        };
        self.fault(format!("{found} is not accepted here; write {wanted}"))
    }

    fn unknown(&self, known: &[&str]) -> Fault {
        self.fault_at_key(unknown_key(self.name(), known))
    }

    fn fault(&self, say: String) -> Fault {
        self.fault_at(self.node.referenced, say)
    }

    fn fault_at_key(&self, say: String) -> Fault {
        self.fault_at(self.key_at.unwrap_or(self.node.referenced), say)
    }

    fn fault_at(&self, at: Location, say: String) -> Fault {
        let (line, column) = position(&at);
        let key = (!self.key.is_empty()).then(|| self.key.clone());
        Fault { line, column, key, say }
    }
}

/// What is said of a key that nobody knows.
pub(crate) fn unknown_key(name: &str, known: &[&str]) -> String {
    let known_list = known.join(", ");
    let nearest = known.iter().map(|known| (distance(name, known), known)).min();
    match nearest {
        Some((steps, nearest)) if steps <= nearest.len() / 4 => {
            format!("unknown; did you mean {nearest}? Known here: {known_list}")
        }
        _ => format!("unknown; remove it. Known here: {known_list}"),
    }
}

/// How many letters must be put, dropped or changed to turn `a` into `b`.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(64).enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
