//! The four environment variables that are read, and the only place that reads them.
//!
//! **Invariant:** WEB_PORT, TZ, PUID, PGID and no others. An empty variable counts as not set.

/// What the environment says, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    pub web_port: u16,
    /// The first value of the time zone: the set-up wizard takes the browser's and stores it.
    pub time_zone: chrono_tz::Tz,
    /// Who owns the files of the supervised database when the program runs as root.
    pub puid: u32,
    pub pgid: u32,
}

impl Default for Environment {
    fn default() -> Self {
        Self { web_port: 8080, time_zone: chrono_tz::Europe::London, puid: 1000, pgid: 1000 }
    }
}

/// A variable that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("environment variable {name}: \"{value}\" is not {wanted}")]
pub struct EnvironmentError {
    name: &'static str,
    value: String,
    wanted: &'static str,
}

impl Environment {
    pub fn read() -> Result<Self, EnvironmentError> {
        Self::from_values(
            std::env::var("WEB_PORT").ok(),
            std::env::var("TZ").ok(),
            std::env::var("PUID").ok(),
            std::env::var("PGID").ok(),
        )
    }

    /// From the values of WEB_PORT, TZ, PUID and PGID.
    pub fn from_values(
        web_port: Option<String>,
        time_zone: Option<String>,
        user: Option<String>,
        group: Option<String>,
    ) -> Result<Self, EnvironmentError> {
        let default = Self::default();
        // POSIX allows a colon before a zone's name.
        let time_zone = time_zone.map(|zone| zone.trim_start_matches(':').to_owned());
        Ok(Self {
            web_port: value("WEB_PORT", web_port, "a port from 0 to 65535", default.web_port)?,
            time_zone: value("TZ", time_zone, "a time zone such as Europe/London", default.time_zone)?,
            puid: value("PUID", user, "a user id such as 1000", default.puid)?,
            pgid: value("PGID", group, "a group id such as 1000", default.pgid)?,
        })
    }
}

fn value<T: std::str::FromStr>(
    name: &'static str,
    value: Option<String>,
    wanted: &'static str,
    default: T,
) -> Result<T, EnvironmentError> {
    match value.filter(|value| !value.is_empty()) {
        None => Ok(default),
        Some(value) => value.parse().map_err(|_| EnvironmentError { name, value, wanted }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_set_and_empty_variables_give_the_defaults() {
        let empty = || Some(String::new());
        assert_eq!(Environment::from_values(None, None, None, None), Ok(Environment::default()));
        assert_eq!(Environment::from_values(empty(), empty(), empty(), empty()), Ok(Environment::default()));
    }

    #[test]
    fn a_variable_that_cannot_be_understood_is_named_with_what_to_write() {
        let text = |text: &str| Some(text.to_owned());
        let read = Environment::from_values(text("80"), text(":Asia/Tokyo"), text("7"), text("8")).unwrap();
        assert_eq!(read, Environment { web_port: 80, time_zone: chrono_tz::Asia::Tokyo, puid: 7, pgid: 8 });
        let error = Environment::from_values(text("http"), None, None, None).unwrap_err();
        assert_eq!(error.to_string(), "environment variable WEB_PORT: \"http\" is not a port from 0 to 65535");
        let error = Environment::from_values(None, text("Mars/Olympus"), None, None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "environment variable TZ: \"Mars/Olympus\" is not a time zone such as Europe/London"
        );
    }
}
