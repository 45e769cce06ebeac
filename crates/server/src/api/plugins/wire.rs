//! Drivers from files, as the API shows them.

use crate::config::Fault;
use crate::front::House;
use crate::plugins::{EXAMPLES, FileReport};
use chrono::{DateTime, Utc};
use hmm_domain::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Plugins)]
pub struct PluginsBody {
    /// Where the files are, on the machine of the manager.
    pub folder: String,
    /// Why the folder is not read, or not whole.
    pub trouble: Option<String>,
    /// When it was last looked into.
    pub looked_at: Option<DateTime<Utc>>,
    pub files: Vec<PluginFileBody>,
    /// Files to copy into the folder.
    pub examples: Vec<PluginExampleBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PluginFile)]
pub struct PluginFileBody {
    #[schema(example = "tasmota.yaml")]
    pub name: String,
    pub state: PluginState,
    /// Since when the file is as it is.
    pub loaded_at: DateTime<Utc>,
    /// The family that it speaks for; `null` while it has errors.
    pub family: Option<String>,
    pub label: Option<String>,
    /// So many miners of the house are spoken to by it.
    pub miners: u32,
    pub errors: Vec<PluginErrorBody>,
    /// What last went wrong with one of its expressions on a real reply.
    pub trouble: Option<String>,
}

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PluginState {
    /// In use.
    Loaded,
    /// It has errors and is not used.
    Failed,
}

/// One thing that is wrong in a file, and what to write instead.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PluginError)]
pub struct PluginErrorBody {
    pub line: u64,
    pub column: u64,
    #[schema(example = "reading.power_w")]
    pub key: Option<String>,
    pub text: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PluginExample)]
pub struct PluginExampleBody {
    pub name: String,
    pub text: String,
}

impl PluginsBody {
    pub(super) fn of(house: &House) -> Self {
        let (files, trouble, looked_at) = house.plugins.report();
        let miners = house.engine.miners();
        let file = |report: FileReport| {
            let (family, label) = report.family.unzip();
            let count = miners.iter().filter(|live| Some(&live.miner.family) == family.as_ref()).count();
            PluginFileBody {
                name: report.name,
                state: if family.is_some() { PluginState::Loaded } else { PluginState::Failed },
                loaded_at: report.loaded_at.to_chrono(),
                family: family.map(|family| family.to_string()),
                label: label.map(|label| label.to_string()),
                miners: u32::try_from(count).unwrap_or(u32::MAX),
                errors: report.faults.into_iter().map(PluginErrorBody::from).collect(),
                trouble: report.trouble.map(|trouble| trouble.to_string()),
            }
        };
        let example = |(name, text): (&str, &str)| PluginExampleBody { name: name.to_owned(), text: text.to_owned() };
        Self {
            folder: house.plugins.folder().display().to_string(),
            trouble: trouble.map(|trouble| trouble.to_string()),
            looked_at: looked_at.map(Timestamp::to_chrono),
            files: files.into_iter().map(file).collect(),
            examples: EXAMPLES.into_iter().map(example).collect(),
        }
    }
}

impl From<Fault> for PluginErrorBody {
    fn from(Fault { line, column, key, say }: Fault) -> Self {
        Self { line, column, key, text: say }
    }
}
